import { appendFileSync, mkdirSync, statSync } from 'node:fs'
import type { SeenGrant } from '@fleetkey/domain/match-login'
import type { BootClock } from '../boot-clock.ts'
import { replaceFile } from '../deliveries/replace-file.ts'
import type { LiveKey } from '../delivery.ts'
import { readIfThere } from '../read-if-there.ts'

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
  /** Oldest first, and by the key's fingerprint. */
  #grants: SeenGrant[]
  #byKey: Map<string, SeenGrant[]>
  #longest = MAX_LENGTH

  /** @param directory for root alone */
  constructor(directory: string, clock: BootClock) {
    this.#path = `${directory}/grants`
    this.#clock = clock
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.#grants = readGrants(this.#path)
    this.#byKey = Map.groupBy(this.#grants, ({ fingerprint }) => fingerprint)
  }

  /** Those of this key that may explain a login by it, or why none does. */
  ofKey(fingerprint: string | undefined): readonly SeenGrant[] {
    return fingerprint === undefined ? [] : (this.#byKey.get(fingerprint) ?? [])
  }

  /** @param from on the boot clock: before the key could be used */
  add({ grantId, osUser, uid, fingerprint, deadline }: LiveKey, from: number): void {
    const grant: SeenGrant = { grantId, osUser, uid, fingerprint, from, until: deadline }
    this.#grants.push(grant)
    this.#byKey.set(fingerprint, [...this.ofKey(fingerprint), grant])
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
    if (size <= this.#longest) appendFileSync(this.#path, lineOf(grant), { mode: 0o600 })
    else this.#forgetOld()
  }

  /** Not again before as much has come as was left. */
  #forgetOld(): void {
    const now = this.#clock.now()
    this.#grants = this.#grants.filter(({ until }) => now <= until + REMEMBERED)
    this.#byKey = Map.groupBy(this.#grants, ({ fingerprint }) => fingerprint)
    const text = this.#grants.map(lineOf).join('')
    replaceFile(this.#path, text, { mode: 0o600, uid: 0, gid: 0 })
    this.#longest = Math.max(MAX_LENGTH, 2 * text.length)
  }
}

const lineOf = (grant: SeenGrant) => `${JSON.stringify(grant)}\n`

/** Ours, of this boot: only a line that was cut off is none. */
function readGrants(path: string): SeenGrant[] {
  const text = readIfThere(path) ?? ''
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as SeenGrant]
    } catch {
      return []
    }
  })
}
