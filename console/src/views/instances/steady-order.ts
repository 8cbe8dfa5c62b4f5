import type { ListedInstance } from './listed-instance.ts'

/**
 * A list in the order that it had, while somebody points at it: no row moves, each is as it is now, and what is new comes last. What is gone, or fits the
 * filter no more, keeps its place: whoever presses meets what they saw.
 * @param held as it was when they began to point
 */
export function steadyOrder(
  held: readonly ListedInstance[],
  now: {
    readonly instances: readonly ListedInstance[]
    /** Those of them that fit, in their order. */
    readonly sorted: readonly ListedInstance[]
  },
): readonly ListedInstance[] {
  const known = new Map(now.instances.map((each) => [each.instanceId, each]))
  const had = new Set(held.map(({ instanceId }) => instanceId))
  return [
    ...held.map((each) => known.get(each.instanceId) ?? each),
    ...now.sorted.filter(({ instanceId }) => !had.has(instanceId)),
  ]
}
