import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import Pagination from '@cloudscape-design/components/pagination'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { useState } from 'react'
import { EmptyState } from '../../ui/empty-state.tsx'
import { localTime } from '../../ui/time-words.ts'
import { byteText, modeText } from './byte-words.ts'

/** Rows at a time: thousands would take seconds to draw. */
const PAGE = 100

/** What is in a folder. */
export function FileTable({
  entries,
  isLoading,
  above,
  chosen,
  onChoose,
  onOpen,
  onFetch,
}: {
  readonly entries: readonly FileEntry[]
  readonly isLoading: boolean
  /** Leads to the folder that this one is in; undefined for the root. */
  readonly above: (() => void) | undefined
  readonly chosen: readonly FileEntry[]
  readonly onChoose: (chosen: readonly FileEntry[]) => void
  readonly onOpen: (entry: FileEntry) => void
  readonly onFetch: (entry: FileEntry) => void
}) {
  const [wanted, setWanted] = useState('')
  const [page, setPage] = useState(1)
  const found = entries.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()))
  const pages = Math.max(1, Math.ceil(found.length / PAGE))
  const at = Math.min(page, pages)
  const isLarge = entries.length > PAGE
  return (
    <Table
      variant="borderless"
      contentDensity="compact"
      wrapLines
      loading={isLoading}
      loadingText="Listing the folder"
      trackBy="name"
      selectionType="multi"
      selectedItems={chosen}
      onSelectionChange={({ detail }) => onChoose(detail.selectedItems)}
      ariaLabels={{
        selectionGroupLabel: 'What is chosen',
        allItemsSelectionLabel: () => 'Choose all that is shown',
        itemSelectionLabel: (_, { name }) => `Choose ${escapeActing(name)}`,
      }}
      items={found.slice((at - 1) * PAGE, at * PAGE)}
      empty={
        wanted === '' ? (
          <EmptyState title="Nothing is in it">Drop files or folders here to send them.</EmptyState>
        ) : (
          <EmptyState title="Nothing has that in its name">Of all that is listed.</EmptyState>
        )
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
            ariaLabels={{
              nextPageLabel: 'Next page',
              previousPageLabel: 'Previous page',
              pageLabel: (number) => `Page ${number}`,
            }}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        ),
      })}
      // A phone has no room for the others.
      visibleColumns={isNarrow() ? ['name', 'size'] : ['name', 'size', 'modified']}
      columnDefinitions={[
        {
          id: 'name',
          header: 'Name',
          isRowHeader: true,
          cell: (entry) => (
            <EntryName entry={entry} onOpen={() => onOpen(entry)} onFetch={() => onFetch(entry)} />
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
  )
}

const isNarrow = () => matchMedia('(max-width: 688px)').matches

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
  switch (entry.kind) {
    case 'folder':
      return <Link onFollow={onOpen}>{name}/</Link>
    case 'link':
    case 'file':
      return (
        <span className="terminal-file">
          {entry.kind === 'link' ? <Link onFollow={onOpen}>{name}</Link> : <span>{name}</span>}
          <Button
            variant="inline-icon"
            iconName="download"
            ariaLabel={`Download ${name}`}
            onClick={onFetch}
          />
        </span>
      )
    case 'other':
      return <span>{name}</span>
  }
}
