import type { TableProps } from '@cloudscape-design/components/table'
import { memo, type ReactNode } from 'react'

/**
 * The same columns, whose cells are drawn for another item and for nothing else: the table draws all of them whenever anything about it changes, each
 * time twice. What a cell shows must follow from its item alone, or come by a hook; the columns are made once, outside of the page or in a memo.
 */
export const memoCells = <Item, Column extends TableProps.ColumnDefinition<Item>>(
  columns: readonly Column[],
): readonly Column[] =>
  columns.map((column) => ({
    ...column,
    cell: (item: Item) => <Cell column={column as Drawing} item={item} />,
  }))

interface Drawing {
  cell(item: unknown): ReactNode
}

const Cell = memo(function Cell({
  column,
  item,
}: {
  readonly column: Drawing
  readonly item: unknown
}) {
  return column.cell(item)
})
