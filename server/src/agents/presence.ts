import { EventEmitter, once } from 'node:events'
import type { AgentLink } from './agent-link.ts'

/** Whether an instance's agent is here now. */
export type LinkState =
  | { readonly kind: 'connected'; readonly since: number }
  /** `since` is unknown for a link that was lost before this node started. */
  | { readonly kind: 'lost'; readonly since: number | undefined }

/** The agent links of this node. */
export interface Presence {
  readonly size: number
  stateOf(instanceId: string): LinkState
  linkOf(instanceId: string): AgentLink | undefined
  /** A later link of the same instance takes the place of an earlier one, which is returned to be closed. */
  arrived(link: AgentLink): AgentLink | undefined
  /** Resolves once the instance's agent is here, or the signal is aborted. */
  arrival(instanceId: string, gone: AbortSignal): Promise<void>
  /** Nothing happens when another link has taken its place. */
  left(link: AgentLink, now: number): void
  all(): Iterable<AgentLink>
}

/** Who wants to know of links that come and go. */
export interface LinkWatch {
  arrived(link: AgentLink): void
  left(instanceId: string): void
}

export function createPresence(watch?: LinkWatch): Presence {
  const links = new Map<string, AgentLink>()
  const lost = new Map<string, number>()
  const arrivals = new EventEmitter().setMaxListeners(0)
  return {
    get size() {
      return links.size
    },
    stateOf(instanceId) {
      const link = links.get(instanceId)
      return link === undefined
        ? { kind: 'lost', since: lost.get(instanceId) }
        : { kind: 'connected', since: link.since }
    },
    linkOf: (instanceId) => links.get(instanceId),
    arrived(link) {
      const earlier = links.get(link.instanceId)
      links.set(link.instanceId, link)
      lost.delete(link.instanceId)
      watch?.arrived(link)
      arrivals.emit(link.instanceId)
      return earlier
    },
    async arrival(instanceId, gone) {
      if (links.has(instanceId)) return
      // Aborted: it did not come, as whoever waited knows.
      await once(arrivals, instanceId, { signal: gone }).catch(() => {})
    },
    left(link, now) {
      if (links.get(link.instanceId) !== link) return
      links.delete(link.instanceId)
      lost.set(link.instanceId, now)
      watch?.left(link.instanceId)
    },
    all: () => links.values(),
  }
}
