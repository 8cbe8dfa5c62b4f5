import type { Tags } from '@fleetkey/domain/instance'
import type { TagChange } from '../store.ts'

/** Removes, then sets. Through a map, so that a tag called `__proto__` stays a tag. */
export function changedTags(tags: Tags, { set = {}, remove = [] }: TagChange): Tags {
  const left = new Map(Object.entries(tags))
  for (const { key, value } of remove) {
    if (value === undefined || left.get(key) === value) left.delete(key)
  }
  for (const [key, value] of Object.entries(set)) left.set(key, value)
  return Object.fromEntries(left)
}
