import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import Pagination from '@cloudscape-design/components/pagination'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import {
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import { EmptyState } from '../../ui/empty-state.tsx'
import { localTime } from '../../ui/time-words.ts'
import { byteText } from '@fleetkey/domain/byte-text'
import { modeText } from './byte-words.ts'

/** Rows at a time: thousands would take seconds to draw. */
const PAGE = 100

/** What somebody does with what a row is of, by key. */
export type RowKey = 'open' | 'rename' | 'delete' | 'above' | 'leave'

const ROW_KEYS: Readonly<Record<string, RowKey>> = {
  Enter: 'open',
  F2: 'rename',
  Delete: 'delete',
  Backspace: 'above',
  Escape: 'leave',
}

const NONE: readonly FileEntry[] = []

/** What is in a folder. */
export function FileTable({
  folder,
  entries: known,
  isLoading,
  focusOn,
  above,
  chosen,
  onChoose,
  onOpen,
  onFetch,
  onKey,
}: {
  readonly folder: string
  /** Undefined while they are not known. */
  readonly entries: readonly FileEntry[] | undefined
  readonly isLoading: boolean
  /** Whoever opened the folder was in the table before: this row has the focus then, or the first one. */
  readonly focusOn: string | undefined
  /** Leads to the folder that this one is in; undefined for the root. */
  readonly above: (() => void) | undefined
  readonly chosen: readonly FileEntry[]
  readonly onChoose: (chosen: readonly FileEntry[]) => void
  readonly onOpen: (entry: FileEntry) => void
  readonly onFetch: (entry: FileEntry) => void
  readonly onKey: (key: RowKey, entry: FileEntry) => void
}) {
  const entries = known ?? NONE
  const table = useRef<HTMLDivElement>(null)
  useFocusKept(table, entries, focusOn)
  const isNarrow = useSyncExternalStore(onNarrow, nowNarrow)
  const [wanted, setWanted] = useState('')
  const [page, setPage] = useState(1)
  const found = entries.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()))
  const pages = Math.max(1, Math.ceil(found.length / PAGE))
  const at = Math.min(page, pages)
  const isLarge = entries.length > PAGE
  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    const on = event.target as Element
    const name = nameAt(on)
    const entry = entries.find((each) => each.name === name)
    const key = ROW_KEYS[event.key]
    const isOther = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey
    if (entry === undefined || key === undefined || isOther) return
    // Links and buttons have Enter for themselves.
    if (key === 'open' && on.closest('a, button') !== null) return
    event.preventDefault()
    onKey(key, entry)
  }
  return (
    <div ref={table} role="presentation" onKeyDown={pressed}>
      <Table
        variant="borderless"
        enableKeyboardNavigation
        contentDensity="compact"
        wrapLines
        loading={isLoading}
        loadingText="Listing the folder"
        trackBy="name"
        selectionType="multi"
        selectedItems={chosen}
        onSelectionChange={({ detail }) => onChoose(detail.selectedItems)}
        ariaLabels={{
          tableLabel: `Files in ${escapeActing(folder)}`,
          selectionGroupLabel: 'What is chosen',
          allItemsSelectionLabel: () => 'Choose all that is shown',
          itemSelectionLabel: (_, { name }) => `Choose ${escapeActing(name)}`,
        }}
        items={found.slice((at - 1) * PAGE, at * PAGE)}
        empty={
          known !== undefined &&
          (wanted === '' ? (
            <EmptyState title="Nothing is in it">
              Drop files or folders here to send them.
            </EmptyState>
          ) : (
            <EmptyState title="Nothing has that in its name">Of all that is listed.</EmptyState>
          ))
        }
        {...(above !== undefined && { header: <Link onFollow={above}>↑ Folder above</Link> })}
        {...(isLarge && {
          filter: (
            <TextFilter
              filteringText={wanted}
              filteringAriaLabel="Find by name"
              filteringPlaceholder="Find by name"
              countText={wanted === '' ? '' : `${found.length} found`}
              onChange={({ detail }) => {
                setWanted(detail.filteringText)
                setPage(1)
              }}
            />
          ),
          pagination: (
            <Pagination
              currentPageIndex={at}
              pagesCount={pages}
              onChange={({ detail }) => setPage(detail.currentPageIndex)}
            />
          ),
        })}
        // A phone has no room for the others.
        visibleColumns={isNarrow ? ['name', 'size'] : ['name', 'size', 'modified']}
        columnDefinitions={[
          {
            id: 'name',
            header: 'Name',
            isRowHeader: true,
            cell: (entry) => (
              <EntryName
                entry={entry}
                onOpen={() => onOpen(entry)}
                onFetch={() => onFetch(entry)}
              />
            ),
          },
          {
            id: 'size',
            header: 'Size',
            width: 92,
            cell: ({ kind, size }) => (kind === 'file' ? byteText(size) : ''),
          },
          {
            id: 'modified',
            header: 'Modified',
            width: 150,
            cell: ({ modifiedAt, mode }) => (
              <span className="terminal-file-time" title={modeText(mode)}>
                {localTime(new Date(modifiedAt)).slice(0, 16)}
              </span>
            ),
          },
        ]}
      />
    </div>
  )
}

/** Rows that go take the focus along: it stays where it was, for the keys. */
function useFocusKept(
  table: RefObject<HTMLDivElement | null>,
  entries: readonly FileEntry[],
  focusOn: string | undefined,
): void {
  const at = useRef<number>(undefined)
  useEffect(() => {
    const wanted = entries.findIndex(({ name }) => name === focusOn)
    if (focusOn !== undefined) at.current = Math.max(0, wanted)
    const focused = (event: FocusEvent) => {
      const rows = [...(table.current?.querySelectorAll('tbody tr') ?? [])]
      const row = rows.findIndex((each) => each.contains(event.target as Node))
      at.current = row < 0 ? undefined : row
    }
    const { current: of } = table
    of?.addEventListener('focusin', focused)
    return () => of?.removeEventListener('focusin', focused)
    // Of this folder, from its first rows on.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  useEffect(() => {
    // It is nowhere, or around the table: a listing that took its time is late for whoever puts it there (shell/keep-focus.ts).
    if (at.current === undefined || !document.activeElement?.contains(table.current)) return
    const rows = [...(table.current?.querySelectorAll('tbody tr') ?? [])]
    const row = rows[Math.min(at.current, rows.length - 1)]
    const next = row?.querySelector<HTMLElement>('[data-file] a, [data-file] button')
    ;(next ?? table.current?.querySelector('a'))?.focus()
  }, [table, entries])
}

/** Of the row that something is in. */
const nameAt = (on: Element): string | undefined =>
  on.closest('tr')?.querySelector<HTMLElement>('[data-file]')?.dataset['file']

const NARROW = '(max-width: 688px)'
const nowNarrow = () => matchMedia(NARROW).matches
function onNarrow(changed: () => void): () => void {
  const query = matchMedia(NARROW)
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}

function EntryName({
  entry,
  onOpen,
  onFetch,
}: {
  readonly entry: FileEntry
  readonly onOpen: () => void
  readonly onFetch: () => void
}) {
  const name = escapeActing(entry.name)
  const { kind } = entry
  return (
    <span className="terminal-file" data-file={entry.name}>
      {kind === 'folder' || kind === 'link' ? (
        <Link onFollow={onOpen}>{kind === 'folder' ? `${name}/` : name}</Link>
      ) : (
        <span>{name}</span>
      )}
      {kind !== 'other' && (
        <Button
          variant="inline-icon"
          iconName="download"
          ariaLabel={`Download ${name}${kind === 'folder' ? ' with all that is in it' : ''}`}
          onClick={onFetch}
        />
      )}
    </span>
  )
}
