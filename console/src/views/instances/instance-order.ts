import { asPeopleCount } from '../../ui/as-people-count.ts'
import { fieldOf } from './instance-fields.ts'
import type { ListedInstance } from './listed-instance.ts'

/** By which column a list is sorted. */
export interface InstanceOrder {
  readonly fieldId: string
  readonly isDescending: boolean
}

export const FIRST_ORDER: InstanceOrder = { fieldId: 'name', isDescending: false }

/** Ids are no numbers. */
const byLetters = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What has no value comes last, whichever way it is sorted; what is equal, by its id, so that no row jumps. */
export function sortInstances(
  instances: readonly ListedInstance[],
  { fieldId, isDescending }: InstanceOrder,
): readonly ListedInstance[] {
  const field = fieldOf(fieldId)
  if (field === undefined) return instances
  const { order } = field
  const sign = isDescending ? -1 : 1
  const compare = fieldId === 'id' ? byLetters : asPeopleCount
  const byId = (a: ListedInstance, b: ListedInstance) => (a.instanceId < b.instanceId ? -1 : 1)
  return order === undefined
    ? sortBy(
        instances,
        (each) => field.texts(each)[0],
        (a, b) => sign * compare(a, b),
        byId,
      )
    : sortBy(instances, order, (a, b) => sign * (a - b), byId)
}

/** Keys are made once for each, not at every comparison. */
function sortBy<Key>(
  instances: readonly ListedInstance[],
  keyOf: (instance: ListedInstance) => Key | undefined,
  compare: (a: Key, b: Key) => number,
  otherwise: (a: ListedInstance, b: ListedInstance) => number,
): readonly ListedInstance[] {
  return instances
    .map((instance) => ({ instance, key: keyOf(instance) }))
    .toSorted((a, b) => {
      if (a.key === undefined || b.key === undefined) {
        if (a.key === b.key) return otherwise(a.instance, b.instance)
        return a.key === undefined ? 1 : -1
      }
      return compare(a.key, b.key) || otherwise(a.instance, b.instance)
    })
    .map(({ instance }) => instance)
}
