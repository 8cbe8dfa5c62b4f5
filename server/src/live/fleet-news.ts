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

/** Of each topic. Nobody may be there to take them. */
const MAX_REMEMBERED = 1000

const TOPICS: readonly StateTopic[] = ['instances', 'sessions', 'terminals']

interface Changes {
  /** Id and when it changed, the latest last. */
  readonly waiting: Map<string, number>
  readonly recent: Map<string, number>
  hasLost: boolean
}

export function createFleetNews(now: () => number): FleetNews {
  const byTopic = new Map<StateTopic, Changes>(
    TOPICS.map((topic) => [topic, { waiting: new Map(), recent: new Map(), hasLost: false }]),
  )
  const of = (topic: StateTopic): Changes => {
    const changes = byTopic.get(topic)
    if (changes === undefined) throw new Error(`nothing is told of ${topic}`)
    return changes
  }
  return {
    changed(topic, id) {
      const changes = of(topic)
      if (remember(changes.waiting, id, now())) changes.hasLost = true
      remember(changes.recent, id, now())
    },
    take(topic, limit) {
      const changes = of(topic)
      const { waiting, hasLost } = changes
      const ids = [...waiting.keys()].slice(0, limit)
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

/** Whether another had to be forgotten for it. */
function remember(changes: Map<string, number>, id: string, at: number): boolean {
  changes.delete(id)
  changes.set(id, at)
  if (changes.size <= MAX_REMEMBERED) return false
  const [oldest] = changes.keys()
  if (oldest !== undefined) changes.delete(oldest)
  return true
}
