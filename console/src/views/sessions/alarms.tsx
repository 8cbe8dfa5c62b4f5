import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useAnswer } from '../../api/use-answer.ts'
import { eventsLink } from '../../events/event-query.ts'
import { ALARMING, readAlarms } from '../../events/read-alarms.ts'
import { readEvent, type EventAnswer, type EventView } from '../../events/trail-record.ts'
import { useLive } from '../../live/use-live.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import { Moment } from '../../ui/moment.tsx'

const DAYS = 7
const SHOWN = 3

/** Logins that no grant explains, logs that somebody wrote into, and what was left out of these, of the last week. Who may not read the trail sees none. */
export function Alarms({
  names,
}: {
  /** Of instances, by id: a host's own records have none. */
  readonly names: ReadonlyMap<string, string>
}) {
  const asked = useAnswer('alarms', (signal) =>
    readAlarms(Math.floor(Date.now() / 1000) - DAYS * 86_400, signal),
  )
  useLive('events', (heard) => {
    const isNew =
      heard.type === 'missed' ||
      heard.events
        .map((told) => readEvent(told as unknown as EventAnswer))
        .some(({ outcome }) => outcome === 'alarm')
    if (isNew) asked.reload()
  })
  const alarms = asked.value ?? []
  if (alarms.length === 0) return undefined
  return (
    <Alert type="error" header={headerOf(alarms)}>
      <SpaceBetween size="xxs">
        {alarms.slice(0, SHOWN).map((event) => (
          <div key={event.eventId}>
            <RouteLink to={`/events/${encodeURIComponent(event.eventId)}`}>
              {wordsOf(event, names)}
            </RouteLink>{' '}
            <Moment seconds={event.time} />
          </div>
        ))}
        {alarms.length > SHOWN && (
          <RouteLink to={`${eventsLink({ 'event-name': ALARMING })}&range=${DAYS}d`}>
            All of the last {DAYS} days
          </RouteLink>
        )}
      </SpaceBetween>
    </Alert>
  )
}

function headerOf(alarms: readonly EventView[]): string {
  const logins = alarms.filter(({ eventName }) => eventName === 'LoginUnexplained').length
  const logs = alarms.filter(({ eventName }) => eventName === 'LogTampered').length
  const floods = alarms.length - logins - logs
  const parts = [
    ...(logins > 0
      ? [`${logins} ${logins === 1 ? 'login that' : 'logins that'} no grant explains`]
      : []),
    ...(logs > 0 ? [`${logs} ${logs === 1 ? 'report' : 'reports'} of tampered logs`] : []),
    ...(floods > 0
      ? [`${floods} ${floods === 1 ? 'report' : 'reports'} of more than is recorded`]
      : []),
  ]
  return `${parts.join(', ')} in the last ${DAYS} days`
}

function wordsOf(event: EventView, names: ReadonlyMap<string, string>): string {
  const { eventName, osUser, instanceName, instanceId = '', says } = event
  const where = instanceName ?? names.get(instanceId) ?? instanceId
  if (eventName === 'LogTampered') return `Log lines in sshd's name on ${where}`
  if (eventName === 'ReceiptsLeftOut') return `More on ${where} than is recorded: ${says[0] ?? ''}`
  return `${osUser ?? 'somebody'} on ${where}: ${says[0] ?? 'no grant explains it'}`
}
