import { randomBytes } from 'node:crypto'
import { equalInConstantTime } from '@fleetkey/wire/aws/constant-time'
import { sha256Base64 } from '../secrets/digests.ts'
import type { Store } from '../store/store.ts'

/** Whoever has it may make the first administrator: told to who starts the server, once, and only its hash is kept. */
const SETTING = 'set-up-token'
const LASTS_MS = 24 * 3_600_000

interface Kept {
  readonly hash: string
  /** Milliseconds since 1970. */
  readonly until: number
}

type Settings = Pick<Store, 'settings'>
type Identities = Pick<Store, 'identities'>

/** Nobody has been made yet who could sign in. */
export const isSetUpWanted = async ({ identities }: Identities): Promise<boolean> =>
  (await identities.entities.count('user')) === 0

/** Another one: the one before is void. Undefined where there is somebody already. */
export async function newSetUpToken(
  store: Settings & Identities,
  now: number,
): Promise<string | undefined> {
  if (!(await isSetUpWanted(store))) return undefined
  const token = randomBytes(24).toString('base64url')
  const kept: Kept = { hash: hashOf(token), until: now + LASTS_MS }
  await store.settings.set(SETTING, JSON.stringify(kept))
  return token
}

export async function isSetUpToken(
  store: Settings & Identities,
  token: string,
  now: number,
): Promise<boolean> {
  const text = await store.settings.get(SETTING)
  if (text === undefined || !(await isSetUpWanted(store))) return false
  const { hash, until } = JSON.parse(text) as Kept
  return now < until && equalInConstantTime(Buffer.from(hash), Buffer.from(hashOf(token)))
}

/** It is good once. */
export const spendSetUpToken = ({ settings }: Settings): Promise<void> =>
  settings.set(SETTING, undefined)

const hashOf = (token: string): string => sha256Base64(`set-up ${token}`)
