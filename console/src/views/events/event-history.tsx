import Button from '@cloudscape-design/components/button'
import CollectionPreferences from '@cloudscape-design/components/collection-preferences'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import Toggle from '@cloudscape-design/components/toggle'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { queryInUrl, queryOfUrl, showsReads, type EventQuery } from '../../events/event-query.ts'
import { lazyPart } from '../../parts/lazy-part.tsx'
import { counterText } from '../../ui/counter-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { localTime } from '../../ui/time-words.ts'
import { useTitle } from '../../ui/use-title.ts'
import { LiveTail } from './live-tail.tsx'
import { EVENT_COLUMNS } from './event-columns.tsx'
import { EventFilterBar } from './event-filter-bar.tsx'
import { EventPanel } from './event-panel.tsx'
import { readSettings, writeSettings } from './table-settings.ts'
import { useEvents } from './use-events.ts'

const ExportDialog = lazyPart(async () => (await import('./export-dialog.tsx')).ExportDialog)

/** Who did what, where, and what became of it: CloudTrail's page, with what is asked here beside. */
export function EventHistory() {
  useTitle('Event history')
  const [search, setSearch] = useSearchParams()
  const query = useMemo(() => queryOfUrl(search), [search])
  const key = queryInUrl(query, new URLSearchParams()).toString()
  const found = useEvents(key, query)
  const [settings, setSettings] = useState(readSettings)
  const [place, setPlace] = useState({ key, page: 1 })
  const [isExporting, setExporting] = useState(false)

  const { events, isReading, hasMore, searchedTo, refusal } = found
  const { pageSize, visible } = settings
  const pages = Math.max(1, Math.ceil(events.length / pageSize))
  const page = place.key === key ? Math.min(place.page, pages) : 1
  const rows = events.slice((page - 1) * pageSize, page * pageSize)
  const shownId = search.get('event')
  const shown = events.find(({ eventId }) => eventId === shownId)

  const ask = (asked: EventQuery) =>
    setSearch((before) => queryInUrl(asked, before), { replace: true })
  const show = (eventId: string | undefined) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (eventId === undefined) next.delete('event')
        else next.set('event', eventId)
        return next
      },
      { replace: true },
    )

  const table = (
    <Table
      variant="full-page"
      stickyHeader
      enableKeyboardNavigation
      resizableColumns
      wrapLines={false}
      trackBy="eventId"
      selectionType="single"
      selectedItems={shown === undefined ? [] : [shown]}
      onSelectionChange={({ detail }) => show(detail.selectedItems[0]?.eventId)}
      columnDefinitions={EVENT_COLUMNS}
      columnDisplay={EVENT_COLUMNS.map(({ id }) => ({ id, visible: visible.includes(id) }))}
      items={rows}
      loading={isReading && events.length === 0}
      loadingText={lookingText(searchedTo)}
      ariaLabels={{
        tableLabel: 'Events',
        selectionGroupLabel: 'Event to show',
        itemSelectionLabel: (_, { eventName, who }) => `${eventName} by ${who}`,
      }}
      empty={
        refusal !== undefined ? (
          <EmptyState title="The events are not shown" />
        ) : (
          <NothingFound query={query} onAll={() => ask({ ...query, withReads: true })} />
        )
      }
      header={
        <Header
          variant="awsui-h1-sticky"
          counter={counterText(events.length, {
            hasMore: hasMore || isReading,
            isKnown: refusal === undefined && !isReading,
          })}
          description={isReading && events.length > 0 ? lookingText(searchedTo) : undefined}
          actions={
            <SpaceBetween direction="horizontal" size="xs" alignItems="center">
              <LiveTail query={query} onNews={found.prepend} onMissed={found.reload} />
              <Button iconName="refresh" ariaLabel="Read again" onClick={found.reload} />
              <Button onClick={() => setExporting(true)}>Download events</Button>
            </SpaceBetween>
          }
        >
          Event history
        </Header>
      }
      filter={
        <SpaceBetween size="xs">
          <EventFilterBar
            query={query}
            events={events}
            countText={`${events.length.toLocaleString('en')}${hasMore || isReading ? '+' : ''} found`}
            onChange={ask}
          />
          <Toggle
            checked={showsReads(query)}
            disabled={showsReads({ ...query, withReads: false })}
            onChange={({ detail }) => ask({ ...query, withReads: detail.checked })}
          >
            Show what was only looked at
          </Toggle>
        </SpaceBetween>
      }
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={pages}
          openEnd={hasMore}
          disabled={isReading && page === pages}
          onChange={({ detail }) => {
            setPlace({ key, page: detail.currentPageIndex })
            if (detail.currentPageIndex >= pages) found.readMore()
          }}
          onNextPageClick={({ detail }) => {
            if (!detail.requestedPageAvailable) found.readMore()
          }}
        />
      }
      preferences={
        <CollectionPreferences
          title="Preferences"
          confirmLabel="Confirm"
          cancelLabel="Cancel"
          preferences={{ pageSize, visibleContent: visible }}
          pageSizePreference={{
            title: 'Events on a page',
            options: [20, 50, 100].map((value) => ({ value, label: `${value} events` })),
          }}
          visibleContentPreference={{
            title: 'Columns',
            options: [
              {
                label: 'Of an event',
                options: EVENT_COLUMNS.map(({ id, header }) => ({
                  id,
                  label: header,
                  editable: id !== 'name',
                })),
              },
            ],
          }}
          onConfirm={({ detail }) => {
            const chosen = {
              pageSize: detail.pageSize ?? pageSize,
              visible: detail.visibleContent ?? visible,
            }
            writeSettings(chosen)
            setSettings(chosen)
          }}
        />
      }
    />
  )
  return (
    <SpaceBetween size="m">
      <Refusal
        refusal={refusal}
        header="The events are not shown"
        askFor="fleetkey:SearchEvents"
        onRetry={found.reload}
      />
      <EventPanel event={shown} onClose={() => show(undefined)}>
        {table}
      </EventPanel>
      {isExporting && <ExportDialog query={query} onClose={() => setExporting(false)} />}
    </SpaceBetween>
  )
}

function NothingFound({
  query,
  onAll,
}: {
  readonly query: EventQuery
  readonly onAll: () => void
}) {
  return (
    <EmptyState
      title="No events"
      action={!showsReads(query) && <Button onClick={onAll}>Show what was only looked at</Button>}
    >
      Nothing of that kind is on record.
    </EmptyState>
  )
}

function lookingText(searchedTo: number | undefined): string {
  if (searchedTo === undefined) return 'Reading the trail'
  return `Looking further back than ${localTime(new Date(searchedTo * 1000))}`
}
