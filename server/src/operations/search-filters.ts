import type { SearchFilter } from '@fleetkey/domain/trail-filters'
import type { Members } from '@fleetkey/wire/aws/validation'

const MAX_FILTERS = 20
const MAX_VALUES = 50
const MAX_VALUE = 2048

/** The member `Filters`. */
export function readFilters(v: Members): readonly SearchFilter[] {
  return v.structureList('Filters', { max: MAX_FILTERS }).map((filter) => ({
    name: filter.requiredString('Name', { min: 1, max: 256 }),
    values: filter.stringList('Values', {
      min: 1,
      max: MAX_VALUES,
      each: { min: 1, max: MAX_VALUE },
    }),
  }))
}
