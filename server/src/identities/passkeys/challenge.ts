import { randomBytes } from 'node:crypto'
import { throttling } from '@fleetkey/domain/exceptions/server'
import { sha256Base64 } from '../../secrets/digests.ts'
import type { PasskeyChallenge, PasskeyPurpose } from '../../store/passkey-store.ts'
import type { Store } from '../../store/store.ts'
import type { RelyingParty } from './relying-party.ts'

/** How long somebody may look for their security key. */
export const CHALLENGE_LASTS_MS = 120_000

/** Of people of whom nothing is known yet, at a time. As many as may try within that time, and some. */
const MAX_OF_STRANGERS = 2000

interface Parts {
  readonly store: Pick<Store, 'identities'>
  readonly now: () => number
}

/** What an authenticator is to sign, base64url: random, for one answer within two minutes. Only its hash is kept. Throws Throttling. */
export async function newChallenge(
  { store, now }: Parts,
  bound: {
    readonly purpose: PasskeyPurpose
    readonly party: RelyingParty
    readonly userId?: string
  },
): Promise<string> {
  const { purpose, party, userId } = bound
  const challenge = randomBytes(32).toString('base64url')
  const row = {
    hash: hashOf(challenge),
    purpose,
    rpId: party.id,
    expiresAt: now() + CHALLENGE_LASTS_MS,
    ...(userId !== undefined && { userId }),
  }
  if (!(await store.identities.passkeys.addChallenge(row, now(), MAX_OF_STRANGERS))) {
    throw throttling(CHALLENGE_LASTS_MS / 1000)
  }
  return challenge
}

/**
 * The challenge that a browser says was signed, when it is one of ours for this; it is spent then, also when nothing else is right.
 * @param clientData base64url of the JSON of WebAuthn §5.8.1
 */
export async function takeChallenge(
  { store, now }: Parts,
  clientData: string,
  wanted: Pick<PasskeyChallenge, 'purpose' | 'rpId'> & { readonly userId?: string },
): Promise<string | undefined> {
  const challenge = challengeIn(clientData)
  if (challenge === undefined) return undefined
  const found = await store.identities.passkeys.takeChallenge(hashOf(challenge), now())
  const isIt =
    found?.purpose === wanted.purpose &&
    found.rpId === wanted.rpId &&
    found.userId === wanted.userId
  return isIt ? challenge : undefined
}

const hashOf = (challenge: string): string => sha256Base64(`passkey challenge ${challenge}`)

function challengeIn(clientData: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'))
    const { challenge } = value as { readonly challenge?: unknown }
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}
