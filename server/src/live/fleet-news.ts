import type { LiveTopic } from '@fleetkey/wire/live/protocol'

/** Topics of things that have a state now; records of the trail never change. */
export type StateTopic = Exclude<LiveTopic, 'events'>

/** Which things are another now than they were, or are no more: on this node, told by whoever changed them. */
export interface FleetNews {
  changed(topic: StateTopic, id: string): void
  /** Up to `limit` that changed since they were last taken, oldest first. */
  take(topic: StateTopic, limit: number): Taken
  /** Those that changed within this time, taken or not. */
  recent(topic: StateTopic, withinMs: number): readonly string[]
}

export interface Taken {
  readonly ids: readonly string[]
  /** There were more than are remembered: those are lost. */
  readonly hasLost: boolean
}

/**
 * Of each topic: more than a large fleet has, for what is lost makes every page read all of it anew, which costs some hundred times what telling it
 * does. Nobody may be there to take them.
 */
const MAX_REMEMBERED = 20_000

const TOPICS: readonly StateTopic[] = ['instances', 'sessions', 'terminals']

interface Changes {
  /** In the order in which they are told: what changes again keeps its turn, or it might never come. */
  readonly waiting: Set<string>
  /** Id and when it changed, the latest last. */
  readonly recent: Map<string, number>
  hasLost: boolean
}

export function createFleetNews(now: () => number): FleetNews {
  const byTopic = new Map<StateTopic, Changes>(
    TOPICS.map((topic) => [topic, { waiting: new Set(), recent: new Map(), hasLost: false }]),
  )
  const of = (topic: StateTopic): Changes => {
    const changes = byTopic.get(topic)
    if (changes === undefined) throw new Error(`nothing is told of ${topic}`)
    return changes
  }
  return {
    changed(topic, id) {
      const changes = of(topic)
      changes.waiting.add(id)
      if (forgetOldest(changes.waiting)) changes.hasLost = true
      changes.recent.delete(id)
      changes.recent.set(id, now())
      forgetOldest(changes.recent)
    },
    take(topic, limit) {
      const changes = of(topic)
      const { waiting, hasLost } = changes
      const ids = [...waiting].slice(0, limit)
      for (const id of ids) waiting.delete(id)
      changes.hasLost = false
      return { ids, hasLost }
    },
    recent(topic, withinMs) {
      const since = now() - withinMs
      return [...of(topic).recent].filter(([, at]) => at >= since).map(([id]) => id)
    },
  }
}

/** Whether there were too many to remember. */
function forgetOldest(changes: Set<string> | Map<string, number>): boolean {
  if (changes.size <= MAX_REMEMBERED) return false
  const [oldest] = changes.keys()
  if (oldest !== undefined) changes.delete(oldest)
  return true
}
