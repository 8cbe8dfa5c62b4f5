import type { Principal } from '@fleetkey/domain/principal'
import type { Access } from '../store/access-store.ts'
import type { Store } from '../store/store.ts'

/** What users and roles ask for, and when last, for last-accessed reports. Nobody waits for it. */
export interface Accesses {
  /** Whether or not it is allowed, as in AWS. */
  note(principal: Principal, action: string): void
  /** Writes what is noted: before a report is made, and as part of stopping. */
  flush(): Promise<void>
}

const EVERY_MS = 60_000

export function createAccesses(parts: {
  readonly store: {
    readonly identities: { readonly accesses: Pick<Store['identities']['accesses'], 'note'> }
  }
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}): Accesses {
  const { store, now, log } = parts
  // One for each who asks and each action: no flood of requests makes it more.
  let noted = new Map<string, Access>()
  let timer: NodeJS.Timeout | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const accesses = [...noted.values()]
    noted = new Map()
    if (accesses.length === 0) return
    try {
      await store.identities.accesses.note(accesses)
    } catch (error) {
      log.warn({ error: String(error) }, 'what users and roles asked for was not kept')
    }
  }

  return {
    note(principal, qualified) {
      const entityId = entityOf(principal)
      if (entityId === undefined) return
      const colon = qualified.indexOf(':')
      const [service, action] = [qualified.slice(0, colon), qualified.slice(colon + 1)]
      noted.set(`${entityId} ${qualified}`, { entityId, service, action, at: now() })
      timer ??= setTimeout(() => void flush(), EVERY_MS).unref()
    },
    flush,
  }
}

/** Root is none, nor is who is on the way to a role. */
function entityOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'user':
      return principal.userId
    case 'assumedRole':
      return principal.roleId
    case 'root':
    case 'webIdentity':
      return undefined
  }
}
