import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import type { SeenGrant } from '@fleetkey/domain/explain-login'
import type { BootClock } from '../boot-clock.ts'
import { replaceFile } from '../deliveries/replace-file.ts'
import type { LiveKey } from '../delivery.ts'

/** Hundredths of a second that a grant is remembered after its deadline: long enough to tell a late login from one by a foreign key. */
const REMEMBERED = 60_000
const MAX_LENGTH = 256 * 1024

/**
 * The grants that were installed in this boot and may still explain a login, or why it is none of theirs. Kept below /run, where a boot
 * leaves nothing, so that an agent that starts again knows what the one before let in.
 */
export class RecentGrants {
  readonly #path: string
  readonly #clock: BootClock
  #grants: SeenGrant[]

  /** @param directory for root alone */
  constructor(directory: string, clock: BootClock) {
    this.#path = `${directory}/grants`
    this.#clock = clock
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.#grants = readGrants(this.#path)
  }

  list(): readonly SeenGrant[] {
    const now = this.#clock.now()
    this.#grants = this.#grants.filter(({ until }) => now <= until + REMEMBERED)
    return this.#grants
  }

  /** @param from on the boot clock: before the key could be used */
  add({ grantId, osUser, uid, fingerprint, deadline }: LiveKey, from: number): void {
    const grant: SeenGrant = { grantId, osUser, uid, fingerprint, from, until: deadline }
    this.#grants.push(grant)
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
    if (size <= MAX_LENGTH) appendFileSync(this.#path, lineOf(grant), { mode: 0o600 })
    else replaceFile(this.#path, this.list().map(lineOf).join(''), { mode: 0o600, uid: 0, gid: 0 })
  }
}

const lineOf = (grant: SeenGrant) => `${JSON.stringify(grant)}\n`

/** Ours, of this boot: only a line that was cut off is none. */
function readGrants(path: string): SeenGrant[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw failure
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as SeenGrant]
    } catch {
      return []
    }
  })
}
