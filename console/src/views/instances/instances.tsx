import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { memo, useDeferredValue, useMemo, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { lazyPart } from '../../parts/lazy-part.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useFlashes } from '../../ui/use-flashes.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { filterIn, withFilter } from './filter-in-url.ts'
import { columnDefinitions, columnFields, FIRST_COLUMNS } from './instance-columns.tsx'
import type { InstanceDialog } from './instance-dialogs.tsx'
import { InstancePanel } from './instance-panel.tsx'
import { InstanceFilterBar } from './instance-filter-bar.tsx'
import { filterInstances, NO_FILTER } from './instance-filter.ts'
import { sortInstances } from './instance-order.ts'
import { steadyOrder } from './steady-order.ts'
import { ChosenNote } from './chosen-note.tsx'
import { instancesCsv } from './instances-csv.ts'
import { ListActions } from './list-actions.tsx'
import { ListPreferences } from './list-preferences.tsx'
import { labelOf, type ListedInstance } from './listed-instance.ts'
import { orderIn, withOrder } from './order-in-url.ts'
import { ReadRefusal, ReadState } from './read-state.tsx'
import {
  keepTableSettings,
  tableSettings,
  withColumns,
  type TableSettings,
} from './table-settings.ts'
import { useInstances, type KnownInstances } from './use-instances.ts'
import { useTagKeys } from './use-tag-keys.ts'

const InstanceDialogs = lazyPart(
  async () => (await import('./instance-dialogs.tsx')).InstanceDialogs,
)

const DEFAULTS: TableSettings = { pageSize: 50, wrapLines: false, columns: FIRST_COLUMNS }

/** EC2's list of instances. While thousands arrive, or change by the second, typing and paging go before. */
export function Instances() {
  useTitle('Instances')
  const known = useInstances()
  return <InstanceList known={useDeferredValue(known)} />
}

/** Drawn anew for what it is given and for nothing else: that is most of the work. */
const InstanceList = memo(function InstanceList({ known }: { readonly known: KnownInstances }) {
  const { instances } = known
  const [params, setParams] = useSearchParams()
  const flashes = useFlashes()
  const [settings, setSettings] = useState(() => tableSettings(DEFAULTS))
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set())
  const [page, setPage] = useState(1)
  const [dialog, setDialog] = useState<InstanceDialog>()
  const [closedId, setClosedId] = useState<string>()

  const search = params.toString()
  const filter = useMemo(() => filterIn(new URLSearchParams(search)), [search])
  const order = useMemo(() => orderIn(new URLSearchParams(search)), [search])
  const fitting = useMemo(() => filterInstances(instances, filter), [instances, filter])
  const sorted = useMemo(() => sortInstances(fitting, order), [fitting, order])
  const [held, setHeld] = useState<{
    readonly search: string
    readonly rows: readonly ListedInstance[]
  }>()
  const shown = useMemo(
    () => (held?.search === search ? steadyOrder(held.rows, { instances, sorted }) : sorted),
    [held, search, instances, sorted],
  )
  const tagKeys = useTagKeys(instances)
  const fields = useMemo(() => columnFields(tagKeys), [tagKeys])
  const definitions = useMemo(() => columnDefinitions(fields), [fields])
  const chosen = useMemo(
    () => instances.filter(({ instanceId }) => chosenIds.has(instanceId)),
    [instances, chosenIds],
  )

  const isChosen = ({ instanceId }: ListedInstance) => chosenIds.has(instanceId)
  const [only] = chosen.length === 1 ? chosen : []

  const { pageSize } = settings
  const pages = Math.max(1, Math.ceil(shown.length / pageSize))
  const shownPage = Math.min(page, pages)
  const rows = shown.slice((shownPage - 1) * pageSize, shownPage * pageSize)
  const hidden = fields.map(({ id }) => ({ id, visible: false }))
  const columns = withColumns(settings.columns, hidden).filter(({ id }) =>
    fields.some((field) => field.id === id),
  )

  const show = (next: URLSearchParams) => {
    setParams(next, { replace: true })
    setPage(1)
  }
  const choose = (selected: readonly ListedInstance[]) => {
    const onPage = new Set(rows.map(({ instanceId }) => instanceId))
    const here = selected.map(({ instanceId }) => instanceId).filter((id) => onPage.has(id))
    setClosedId(undefined)
    setChosenIds(new Set([...[...chosenIds].filter((id) => !onPage.has(id)), ...here]))
  }
  /** Of a list that is still being read the order is not known. */
  const point = (isAtRow: boolean) => {
    if (!isAtRow || !known.isWhole) setHeld(undefined)
    else if (held?.search !== search) setHeld({ search, rows: sorted })
  }
  const exportAll = () => {
    const visible = columns.filter((column) => column.visible)
    const exported = visible.flatMap(({ id }) => fields.find((field) => field.id === id) ?? [])
    saveFile('instances.csv', instancesCsv(sorted, exported), 'text/csv')
  }

  return (
    <>
      <SpaceBetween size="m">
        {flashes.shown}
        <ReadRefusal known={known} />
        <div
          onPointerMove={({ target }) =>
            point(target instanceof Element && target.closest('tbody') !== null)
          }
          onPointerLeave={() => point(false)}
        >
          <Table<ListedInstance>
            stickyHeader
            resizableColumns
            enableKeyboardNavigation
            trackBy="instanceId"
            selectionType="multi"
            items={rows}
            selectedItems={chosen}
            onSelectionChange={({ detail }) => choose(detail.selectedItems)}
            columnDefinitions={definitions}
            columnDisplay={columns}
            wrapLines={settings.wrapLines}
            loading={instances.length === 0 && known.isReading}
            loadingText="Reading the instances"
            sortingColumn={{ sortingField: order.fieldId }}
            sortingDescending={order.isDescending}
            onSortingChange={({ detail }) => {
              const fieldId = detail.sortingColumn.sortingField ?? order.fieldId
              show(withOrder(params, { fieldId, isDescending: detail.isDescending === true }))
            }}
            ariaLabels={{
              tableLabel: 'Instances',
              selectionGroupLabel: 'Choose instances',
              allItemsSelectionLabel: () => 'Choose all on this page',
              itemSelectionLabel: (_, instance) => `Choose ${labelOf(instance)}`,
            }}
            header={
              <Header
                variant="h1"
                counter={counterText(known, chosen.length)}
                description={
                  // In a line that is there anyway: a row that is chosen stays where it is.
                  <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                    <ReadState known={known} />
                    <ChosenNote
                      chosen={chosen.length}
                      fitting={sorted.length}
                      isPageChosen={rows.every(isChosen)}
                      areAllChosen={sorted.every(isChosen)}
                      onAll={() =>
                        setChosenIds(new Set(sorted.map(({ instanceId }) => instanceId)))
                      }
                      onNone={() => setChosenIds(new Set())}
                    />
                  </SpaceBetween>
                }
                actions={
                  <ListActions
                    chosen={chosen}
                    isReading={known.isReading}
                    onReload={known.reload}
                    onExport={sorted.length === 0 ? undefined : exportAll}
                    onDialog={setDialog}
                  />
                }
              >
                Instances
              </Header>
            }
            filter={
              <InstanceFilterBar
                instances={instances}
                tagKeys={tagKeys}
                filter={filter}
                countText={matchesText(sorted.length)}
                onChange={(next) => show(withFilter(params, next))}
                onOpenSaved={(saved) =>
                  show(withFilter(params, filterIn(new URLSearchParams(saved))))
                }
              />
            }
            pagination={
              <Pagination
                currentPageIndex={shownPage}
                pagesCount={pages}
                openEnd={known.isReading && !known.isWhole}
                onChange={({ detail }) => setPage(detail.currentPageIndex)}
              />
            }
            preferences={
              <ListPreferences
                settings={{ ...settings, columns }}
                fields={fields}
                onChange={(next) => {
                  keepTableSettings(next)
                  setSettings(next)
                  setPage(1)
                }}
              />
            }
            empty={
              <NoRows
                known={known}
                isFiltered={filter.tokens.length > 0}
                onClear={() => show(withFilter(params, NO_FILTER))}
              />
            }
          />
        </div>
        {dialog !== undefined && (
          <InstanceDialogs
            open={dialog}
            instances={chosen}
            flashes={flashes}
            onClose={() => setDialog(undefined)}
            onChanged={() => {
              if (known.live.kind !== 'live') known.reload()
            }}
            onForgotten={(gone) => known.apply({ changed: [], gone })}
          />
        )}
      </SpaceBetween>
      {only !== undefined && only.instanceId !== closedId && (
        <InstancePanel
          key={only.instanceId}
          instance={only}
          onClose={() => setClosedId(only.instanceId)}
        />
      )}
    </>
  )
})

function NoRows({
  known,
  isFiltered,
  onClear,
}: {
  readonly known: KnownInstances
  readonly isFiltered: boolean
  readonly onClear: () => void
}) {
  const navigate = useNavigate()
  if (known.instances.length === 0 && known.refusal !== undefined) {
    return <EmptyState title="The instances are not shown" />
  }
  if (isFiltered) {
    return (
      <EmptyState
        title="No instance fits this filter"
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    )
  }
  return (
    <EmptyState
      title="No instances yet"
      action={
        <Button variant="primary" onClick={() => void navigate('/instances/add')}>
          Add an instance
        </Button>
      }
    >
      A host becomes an instance with one command that you paste there.
    </EmptyState>
  )
}

const counted = (number: number): string => number.toLocaleString('en')

/** As EC2 has it: `(3/5,000)`. */
function counterText({ instances, isWhole }: KnownInstances, chosen: number): string {
  if (instances.length === 0 && !isWhole) return ''
  const all = `${counted(instances.length)}${isWhole ? '' : '+'}`
  return chosen > 0 ? `(${counted(chosen)}/${all})` : `(${all})`
}

const matchesText = (number: number): string =>
  number === 1 ? '1 match' : `${counted(number)} matches`
