import Alert from '@cloudscape-design/components/alert'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { serverTime } from '../../api/server-time.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { eventsLink } from '../../events/event-query.ts'
import { readAlarms, type Alarms as Found, type HostAlarms } from '../../events/read-alarms.ts'
import { readEvent, type EventAnswer, type EventView } from '../../events/trail-record.ts'
import { useLive } from '../../live/use-live.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import { useNowAndThen } from '../../ui/use-now-and-then.ts'
import { Moment } from '../../ui/moment.tsx'

const DAYS = 7
const SHOWN = 3
/** While alarms come without end: each look is a call, and on record. */
const READ_EVERY_MS = 10_000

/** Logins that no grant explains, logs that somebody wrote into, and what was left out of these, of the last week, host by host. Who may not read the trail sees none. */
export function Alarms({
  names,
}: {
  /** Of instances, by id: a host's own records have none. */
  readonly names: ReadonlyMap<string, string>
}) {
  const asked = useAnswer('alarms', (signal) =>
    readAlarms(Math.floor(serverTime() / 1000) - DAYS * 86_400, signal),
  )
  const readAgain = useNowAndThen(asked.reload, READ_EVERY_MS)
  useLive('events', (heard) => {
    const isNew =
      heard.type === 'missed' ||
      heard.events
        .map((told) => readEvent(told as unknown as EventAnswer))
        .some(({ outcome }) => outcome === 'alarm')
    if (isNew) readAgain()
  })
  const found = asked.value
  if (found === undefined || found.hosts.length === 0) return undefined
  const first = found.hosts.slice(0, SHOWN)
  const others = found.hosts.slice(SHOWN)
  return (
    <Alert type="error" header={headerOf(found)}>
      <SpaceBetween size="xxs">
        {first.map((host) => (
          <OfHost key={host.instanceId} host={host} names={names} />
        ))}
        {others.length > 0 && (
          <ExpandableSection headerText={`On ${count(others.length, found.hasMore, 'other host')}`}>
            <SpaceBetween size="xxs">
              {others.map((host) => (
                <OfHost key={host.instanceId} host={host} names={names} />
              ))}
            </SpaceBetween>
          </ExpandableSection>
        )}
      </SpaceBetween>
    </Alert>
  )
}

/** Its newest, and where the others are. */
function OfHost({
  host: { instanceId, events, hasMore },
  names,
}: {
  readonly host: HostAlarms
  readonly names: ReadonlyMap<string, string>
}) {
  const [newest, ...older] = events
  if (newest === undefined) return undefined
  return (
    <div>
      <RouteLink to={`/events/${encodeURIComponent(newest.eventId)}`}>
        {wordsOf(newest, names)}
      </RouteLink>{' '}
      <Moment seconds={newest.time} />
      {older.length > 0 && (
        <>
          {', and '}
          <RouteLink
            to={`${eventsLink({ outcome: 'alarm', instance: instanceId })}&range=${DAYS}d`}
          >
            {count(older.length, hasMore, 'earlier alarm')} there
          </RouteLink>
        </>
      )}
    </div>
  )
}

/** @param hasMore there may be more than are counted */
function count(number: number, hasMore: boolean, what: string): string {
  return `${number}${hasMore ? ' or more' : ''} ${what}${number === 1 && !hasMore ? '' : 's'}`
}

function headerOf({ hosts, hasMore }: Found): string {
  const events = hosts.flatMap((host) => host.events)
  const isMore = hasMore || hosts.some((host) => host.hasMore)
  const named = (name: string) => events.filter(({ eventName }) => eventName === name).length
  const logins = named('LoginUnexplained')
  const logs = named('LogTampered')
  const floods = events.length - logins - logs
  const parts = [
    ...(logins > 0
      ? [`${logins} ${logins === 1 ? 'login that' : 'logins that'} no grant explains`]
      : []),
    ...(logs > 0 ? [`${logs} ${logs === 1 ? 'report' : 'reports'} of tampered logs`] : []),
    ...(floods > 0
      ? [`${floods} ${floods === 1 ? 'report' : 'reports'} of more than is recorded`]
      : []),
  ]
  return `${isMore ? 'At least ' : ''}${parts.join(', ')} in the last ${DAYS} days`
}

function wordsOf(event: EventView, names: ReadonlyMap<string, string>): string {
  const { eventName, osUser, instanceName, instanceId = '', says } = event
  const where = instanceName ?? names.get(instanceId) ?? instanceId
  if (eventName === 'LogTampered') return `Log lines in sshd's name on ${where}`
  if (eventName === 'ReceiptsLeftOut') return `More on ${where} than is recorded: ${says[0] ?? ''}`
  return `${osUser ?? 'somebody'} on ${where}: ${says[0] ?? 'no grant explains it'}`
}
