import { keep, readStored, type Keeper } from '../../ui/stored.ts'

/** A filter under a name, in this browser only. */
export interface SavedFilter {
  readonly name: string
  /** As it stands in the URL. */
  readonly search: string
}

const KEY = 'fleetkey.instances.filters'
const MAX_SAVED_FILTERS = 50
const MAX_NAME = 60

export function savedFilters(keeper?: Keeper): readonly SavedFilter[] {
  const kept = readStored(KEY, keeper)
  return Array.isArray(kept) ? kept.filter(isSavedFilter).slice(0, MAX_SAVED_FILTERS) : []
}

/** Why it cannot be saved under this name; undefined when it can. One of the same name is replaced. */
export function nameProblem(name: string, saved: readonly SavedFilter[]): string | undefined {
  if (name.trim() === '') return 'Give it a name.'
  if (name.length > MAX_NAME) return `A name has up to ${MAX_NAME} characters.`
  if (saved.length >= MAX_SAVED_FILTERS && saved.every((each) => each.name !== name.trim())) {
    return `There are ${MAX_SAVED_FILTERS} saved filters: delete one first.`
  }
  return undefined
}

/** Those that are saved then. */
export function saveFilter(filter: SavedFilter, keeper?: Keeper): readonly SavedFilter[] {
  const name = filter.name.trim()
  const others = savedFilters(keeper).filter((each) => each.name !== name)
  const all = [...others, { ...filter, name }].toSorted((a, b) =>
    a.name.localeCompare(b.name, 'en'),
  )
  keep(KEY, all, keeper)
  return all
}

export function deleteFilter(name: string, keeper?: Keeper): readonly SavedFilter[] {
  const left = savedFilters(keeper).filter((each) => each.name !== name)
  keep(KEY, left, keeper)
  return left
}

function isSavedFilter(value: unknown): value is SavedFilter {
  const { name, search } = (value ?? {}) as Readonly<Record<string, unknown>>
  return typeof name === 'string' && name.length <= MAX_NAME && typeof search === 'string'
}
