import { useCollection, type PropertyFilterQuery } from '@cloudscape-design/collection-hooks'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import PropertyFilter from '@cloudscape-design/components/property-filter'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { eventsLink } from '../../events/event-query.ts'
import { LiveIndicator } from '../../live/live-indicator.tsx'
import { sessionQueryOf } from '../../sessions/session-query.ts'
import { keyOfSession, type SshSession } from '../../sessions/ssh-session.ts'
import { lazyPart } from '../../parts/lazy-part.tsx'
import { counterText } from '../../ui/counter-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Alarms } from './alarms.tsx'
import { SESSION_PROPERTIES, sessionOptions } from './session-properties.ts'
import { sessionColumns } from './session-columns.tsx'
import { useSessions, type KnownSessions } from './use-sessions.ts'
import { useShownSession } from './use-shown-session.ts'

const PAGE = 50
/** Whoever looks for something among those that ended looks through so many more at a time. */
const LOOKED_THROUGH = 2000
const NO_FILTER: PropertyFilterQuery = { operation: 'and', tokens: [] }

const EndDialog = lazyPart(async () => (await import('./end-dialog.tsx')).EndDialog)

const SessionDetails = lazyPart(async () => (await import('./session-details.tsx')).SessionDetails)

/** Who is in where, since when, by what; live. */
export function Sessions() {
  useTitle('SSH sessions')
  const [search, setSearch] = useSearchParams()
  const state = search.get('state') === 'ended' ? 'ended' : 'active'
  const [filter, setFilter] = useState(NO_FILTER)
  // All that are open are here; of those that ended the server looks for what it can.
  const query = useMemo(
    () => (state === 'ended' ? sessionQueryOf(filter) : undefined),
    [state, filter],
  )
  const known = useSessions({ state, ...(query !== undefined && { query }) })
  const options = useMemo(() => sessionOptions(known.sessions), [known.sessions])
  const isFiltered = filter.tokens.length > 0
  const readOlder = () => known.readMore(isFiltered ? LOOKED_THROUGH : undefined)
  const [ending, setEnding] = useState<readonly SshSession[]>([])
  const text = search.toString()
  const columns = useMemo(
    () =>
      sessionColumns((sessionId) => {
        const to = new URLSearchParams(text)
        to.set('session', sessionId)
        return `/sessions?${to.toString()}`
      }),
    [text],
  )
  const {
    items,
    actions,
    collectionProps,
    propertyFilterProps,
    paginationProps,
    filteredItemsCount,
  } = useCollection(known.sessions, {
    propertyFiltering: {
      filteringProperties: SESSION_PROPERTIES,
      empty:
        known.refusal === undefined ? (
          <NoSessions state={state} />
        ) : (
          <EmptyState title="The sessions are not shown" />
        ),
      noMatch: <NoneFits known={known} onReadOlder={readOlder} />,
    },
    pagination: { pageSize: PAGE },
    sorting: {},
    selection: { trackBy: keyOfSession, keepSelection: true },
  })
  const names = useMemo(
    () =>
      new Map(
        known.sessions.map(({ instanceId, instanceName }) => [
          instanceId,
          instanceName ?? instanceId,
        ]),
      ),
    [known.sessions],
  )
  const selected = (collectionProps.selectedItems ?? []).filter(
    (session) => session.state !== 'ended',
  )
  const shown = useShownSession(search.get('session') ?? '', known)
  const put = (name: string, value: string | undefined) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === undefined) next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )

  return (
    <SpaceBetween size="m">
      <Alarms names={names} />
      <Refusal
        refusal={known.refusal}
        header="The sessions are not shown"
        askFor="fleetkey:ListSSHSessions"
        onRetry={known.reload}
      />
      <Refusal
        refusal={shown.refusal}
        header="The session is not shown"
        askFor="fleetkey:GetSSHSession"
        onDismiss={() => put('session', undefined)}
      />
      <Table
        {...collectionProps}
        variant="full-page"
        stickyHeader
        enableKeyboardNavigation
        resizableColumns
        {...(state === 'active' && { selectionType: 'multi' as const })}
        columnDefinitions={columns}
        items={items}
        loading={known.isReading && known.sessions.length === 0}
        loadingText="Reading sessions"
        ariaLabels={{
          tableLabel: 'SSH sessions',
          selectionGroupLabel: 'Sessions to end',
          allItemsSelectionLabel: () => 'Select all on this page',
          itemSelectionLabel: (_, { who, sessionId }) => `${who ?? 'Unknown'}, ${sessionId}`,
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={countText(known, selected.length)}
            actions={
              <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                <LiveIndicator state={known.live} />
                <Button iconName="refresh" ariaLabel="Read again" onClick={known.reload} />
                {known.hasMore && (
                  <Button loading={known.isReading} onClick={readOlder}>
                    Read older ones
                  </Button>
                )}
                {state === 'active' && (
                  <Button disabled={selected.length === 0} onClick={() => setEnding(selected)}>
                    {selected.length > 1 ? 'End sessions' : 'End session'}
                  </Button>
                )}
              </SpaceBetween>
            }
          >
            SSH sessions
          </Header>
        }
        filter={
          <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'flex-start' }}>
            <SegmentedControl
              label="Which sessions"
              selectedId={state}
              onChange={({ detail }) =>
                put('state', detail.selectedId === 'ended' ? 'ended' : undefined)
              }
              options={[
                { id: 'active', text: 'Open' },
                { id: 'ended', text: 'Ended' },
              ]}
            />
            <div style={{ flex: '1 1 320px', minWidth: 0 }}>
              <PropertyFilter
                {...propertyFilterProps}
                filteringOptions={options}
                virtualScroll
                filteringPlaceholder="Find sessions by user, instance, address, key…"
                filteringAriaLabel="Find sessions"
                onChange={(event) => {
                  setFilter(event.detail)
                  propertyFilterProps.onChange(event)
                }}
                countText={foundText(filteredItemsCount ?? 0, known)}
              />
            </div>
          </div>
        }
        pagination={<Pagination {...paginationProps} />}
      />
      {shown.session !== undefined && ending.length === 0 && (
        <SessionDetails
          session={shown.session}
          onEnd={() => setEnding(shown.session === undefined ? [] : [shown.session])}
          onClose={() => put('session', undefined)}
        />
      )}
      {ending.length > 0 && (
        <EndDialog
          sessions={ending}
          onClose={() => {
            setEnding([])
            actions.setSelectedItems([])
            put('session', undefined)
          }}
        />
      )}
    </SpaceBetween>
  )
}

/** What was not read was not looked through. */
function foundText(found: number, { sessions, hasMore }: KnownSessions): string {
  const count = found.toLocaleString('en')
  if (!hasMore) return `${count} found`
  return found === sessions.length
    ? `${count}+ found`
    : `${count} found among the latest ${sessions.length.toLocaleString('en')}`
}

function countText(
  { sessions, hasMore, refusal, isReading }: KnownSessions,
  selected: number,
): string {
  const isKnown = refusal === undefined && !isReading
  const all = counterText(sessions.length, { hasMore, isKnown })
  return selected > 0 ? all.replace('(', `(${selected}/`) : all
}

function NoneFits({
  known: { sessions, hasMore, isReading },
  onReadOlder,
}: {
  readonly known: KnownSessions
  readonly onReadOlder: () => void
}) {
  if (!hasMore) return <EmptyState title="No session fits">Clear the filter to see all.</EmptyState>
  return (
    <EmptyState
      title={`None of the latest ${sessions.length.toLocaleString('en')} fits`}
      action={
        <Button loading={isReading} onClick={onReadOlder}>
          Look through older ones
        </Button>
      }
    />
  )
}

function NoSessions({ state }: { readonly state: 'active' | 'ended' }) {
  return state === 'active' ? (
    <EmptyState
      title="Nobody is logged in"
      action={<RouteLink to="/instances">Choose an instance to connect to</RouteLink>}
    >
      Of the instances whose sessions you may see, no session is open.
    </EmptyState>
  ) : (
    <EmptyState title="No session has ended">
      Of the instances whose sessions you may see. What is older stands in the{' '}
      <RouteLink to={eventsLink({ 'event-name': 'SessionEnded' })}>event history</RouteLink>.
    </EmptyState>
  )
}
