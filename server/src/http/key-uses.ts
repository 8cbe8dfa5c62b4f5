import type { Store } from '../store/store.ts'
import type { KeyUse } from '../store/credential-store.ts'

/** Notes when keys are used, for GetAccessKeyLastUsed. Nobody waits for it, and it may be a minute behind. */
export interface KeyUses {
  note(accessKeyId: string, service: string): void
  /** Writes what is noted; part of stopping. */
  flush(): Promise<void>
}

const EVERY_MS = 60_000

export function createKeyUses(parts: {
  readonly keys: Pick<Store['identities']['keys'], 'noteUses'>
  readonly region: string
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}): KeyUses {
  const { keys, region, now, log } = parts
  let noted = new Map<string, KeyUse>()
  let timer: NodeJS.Timeout | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const uses = [...noted].map(([accessKeyId, use]) => ({ accessKeyId, ...use }))
    noted = new Map()
    if (uses.length === 0) return
    try {
      await keys.noteUses(uses)
    } catch (error) {
      log.warn({ error: String(error) }, 'the last uses of access keys were not kept')
    }
  }

  return {
    note(accessKeyId, service) {
      noted.set(accessKeyId, { at: now(), service, region })
      timer ??= setTimeout(() => void flush(), EVERY_MS).unref()
    },
    flush,
  }
}
