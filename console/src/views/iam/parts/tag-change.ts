import type { Tag } from '../api/shapes.ts'

/** What must be set and removed to come from one set of tags to another. Keys are one regardless of case; those without a key are not there yet. */
export function tagChange(
  before: readonly Tag[],
  after: readonly Tag[],
): { readonly set: readonly Tag[]; readonly removed: readonly string[] } {
  const wanted = after.filter(({ Key }) => Key !== '')
  const keys = new Set(wanted.map(({ Key }) => Key.toLowerCase()))
  const isAsBefore = ({ Key, Value }: Tag) =>
    before.some((tag) => tag.Key === Key && tag.Value === Value)
  return {
    set: wanted.filter((tag) => !isAsBefore(tag)),
    removed: before.flatMap(({ Key }) => (keys.has(Key.toLowerCase()) ? [] : [Key])),
  }
}
