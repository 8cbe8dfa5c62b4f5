import { keep, readStored, type Keeper } from '../../ui/stored.ts'

/** How a person likes the table, in this browser. */
export interface TableSettings {
  readonly pageSize: number
  readonly wrapLines: boolean
  /** In their order. */
  readonly columns: readonly ColumnSetting[]
}

export interface ColumnSetting {
  readonly id: string
  readonly visible: boolean
}

export const PAGE_SIZES: readonly number[] = [25, 50, 100]

const KEY = 'fleetkey.instances.table'
const MAX_COLUMNS = 200

/** What was kept, where it is well formed; columns that it does not know come last, as they are by default. */
export function tableSettings(defaults: TableSettings, keeper?: Keeper): TableSettings {
  const kept = (readStored(KEY, keeper) ?? {}) as Readonly<Record<string, unknown>>
  const { pageSize, wrapLines, columns } = kept
  const known = Array.isArray(columns)
    ? columns.slice(0, MAX_COLUMNS).filter(isColumnSetting)
    : undefined
  return {
    pageSize: PAGE_SIZES.find((each) => each === pageSize) ?? defaults.pageSize,
    wrapLines: typeof wrapLines === 'boolean' ? wrapLines : defaults.wrapLines,
    columns: known === undefined ? defaults.columns : withColumns(known, defaults.columns),
  }
}

export const keepTableSettings = (settings: TableSettings, keeper?: Keeper): boolean =>
  keep(KEY, settings, keeper)

/** Those of the first, and then of the second what is new. */
export function withColumns(
  settings: readonly ColumnSetting[],
  also: readonly ColumnSetting[],
): readonly ColumnSetting[] {
  const ids = new Set(settings.map(({ id }) => id))
  return [...settings, ...also.filter(({ id }) => !ids.has(id))]
}

function isColumnSetting(value: unknown): value is ColumnSetting {
  const { id, visible } = (value ?? {}) as Readonly<Record<string, unknown>>
  return typeof id === 'string' && id.length <= 200 && typeof visible === 'boolean'
}
