import CollectionPreferences from '@cloudscape-design/components/collection-preferences'
import type { InstanceField } from './instance-fields.ts'
import { PAGE_SIZES, type TableSettings } from './table-settings.ts'

/** Page size, columns and their order. */
export function ListPreferences({
  settings,
  fields,
  onChange,
}: {
  /** With every column that there can be. */
  readonly settings: TableSettings
  readonly fields: readonly InstanceField[]
  readonly onChange: (settings: TableSettings) => void
}) {
  const { pageSize, wrapLines, columns } = settings
  return (
    <CollectionPreferences
      title="Preferences"
      confirmLabel="Confirm"
      cancelLabel="Cancel"
      preferences={{ pageSize, wrapLines, contentDisplay: columns }}
      pageSizePreference={{
        title: 'Page size',
        options: PAGE_SIZES.map((value) => ({ value, label: `${value} instances` })),
      }}
      wrapLinesPreference={{
        label: 'Wrap lines',
        description: 'Show all of a long text, on several lines.',
      }}
      contentDisplayPreference={{
        title: 'Columns',
        description: 'Which are shown, and in which order. Tags are columns, too.',
        enableColumnFiltering: true,
        options: fields.map(({ id, label }) => ({ id, label, alwaysVisible: id === 'id' })),
      }}
      onConfirm={({ detail }) =>
        onChange({
          pageSize: detail.pageSize ?? pageSize,
          wrapLines: detail.wrapLines ?? wrapLines,
          columns: (detail.contentDisplay ?? columns).map(({ id, visible }) => ({ id, visible })),
        })
      }
    />
  )
}
