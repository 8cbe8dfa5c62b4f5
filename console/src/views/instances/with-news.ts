import type { ListedInstance } from './listed-instance.ts'

/** What has changed since a list was read. */
export interface InstanceNews {
  /** As they are now. */
  readonly changed: readonly ListedInstance[]
  readonly gone: readonly string[]
}

/** The list with the news in it; new ones come last. */
export function withNews(
  instances: readonly ListedInstance[],
  { changed, gone }: InstanceNews,
): readonly ListedInstance[] {
  const news = new Map(changed.map((each) => [each.instanceId, each]))
  const left = new Set(gone)
  const known = instances.flatMap((each) => {
    if (left.has(each.instanceId)) return []
    const now = news.get(each.instanceId) ?? each
    news.delete(each.instanceId)
    return [now]
  })
  return [...known, ...[...news.values()].filter(({ instanceId }) => !left.has(instanceId))]
}

/** Both, the later ones of an instance alone: of a fleet that changes without a break there is no more than the fleet. */
export function joinedNews(earlier: InstanceNews, later: InstanceNews): InstanceNews {
  const changed = new Map(earlier.changed.map((each) => [each.instanceId, each]))
  const gone = new Set(earlier.gone)
  for (const each of later.changed) {
    changed.set(each.instanceId, each)
    gone.delete(each.instanceId)
  }
  for (const instanceId of later.gone) {
    changed.delete(instanceId)
    gone.add(instanceId)
  }
  return { changed: [...changed.values()], gone: [...gone] }
}
