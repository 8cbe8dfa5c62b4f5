import { keep, readStored } from '../../ui/stored.ts'
import { EVENT_COLUMNS, SHOWN_AT_FIRST } from './event-columns.tsx'

export interface TableSettings {
  readonly pageSize: number
  /** Ids of columns. */
  readonly visible: readonly string[]
}

const KEY = 'fleetkey.events.table'
const SIZES = [20, 50, 100]

/** What was chosen in this browser, as far as it still means anything. */
export function readSettings(): TableSettings {
  const { pageSize, visible } = (readStored(KEY) ?? {}) as {
    readonly pageSize?: unknown
    readonly visible?: unknown
  }
  const known = Array.isArray(visible)
    ? EVENT_COLUMNS.map(({ id }) => id).filter((id) => visible.includes(id))
    : []
  return {
    pageSize: SIZES.find((size) => size === pageSize) ?? 50,
    visible: known.length > 0 ? known : SHOWN_AT_FIRST,
  }
}

export function writeSettings(settings: TableSettings): void {
  keep(KEY, settings)
}
