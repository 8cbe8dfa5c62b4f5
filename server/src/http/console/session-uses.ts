import type { CallerSession } from '../../operations/caller.ts'
import type { Store } from '../../store/store.ts'

/** Sessions of browsers that nobody uses end before their time, where an idle limit is set. */
export interface SessionUses {
  /** Something was asked with it. */
  note(accessKeyId: string): void
  isIdle(accessKeyId: string, session: Pick<CallerSession, 'console'>): Promise<boolean>
  /** Writes what is noted; part of stopping. */
  flush(): Promise<void>
}

const EVERY_MS = 60_000

export function createSessionUses(parts: {
  readonly store: {
    readonly identities: Pick<Store['identities'], 'credential'> & {
      readonly sessions: Pick<Store['identities']['sessions'], 'noteUses'>
    }
  }
  /** 0: they end with their time only. */
  readonly idleMs: number
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}): SessionUses {
  const { store, idleMs, now, log } = parts
  const last = new Map<string, number>()
  let unwritten = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const uses = [...unwritten].map((accessKeyId) => ({
      accessKeyId,
      at: last.get(accessKeyId) ?? 0,
    }))
    unwritten = new Set()
    for (const [accessKeyId, at] of last) {
      if (now() - at > Math.max(idleMs, EVERY_MS)) last.delete(accessKeyId)
    }
    if (uses.length === 0) return
    try {
      await store.identities.sessions.noteUses(uses)
    } catch (error) {
      log.warn({ error: String(error) }, 'the last uses of sessions were not kept')
    }
  }

  return {
    note(accessKeyId) {
      last.set(accessKeyId, now())
      unwritten.add(accessKeyId)
      timer ??= setTimeout(() => void flush(), EVERY_MS).unref()
    },
    async isIdle(accessKeyId, { console }) {
      if (idleMs === 0 || console === undefined) return false
      const isLong = (at: number) => now() - at > idleMs
      if (!isLong(Math.max(last.get(accessKeyId) ?? 0, console.lastUsedAt))) return false
      // It may have been used through another node since it was read.
      const found = await store.identities.credential(accessKeyId)
      return found?.kind !== 'session' || isLong(found.session.lastUsedAt ?? found.session.issuedAt)
    },
    flush,
  }
}
