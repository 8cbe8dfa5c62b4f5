import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import { eventsLink } from '../../../events/event-query.ts'
import { readEvents } from '../../../events/search-events.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { refusedHosts } from './refused-host.ts'

/** Nobody reads more. */
const SHOWN = 5

/** Hosts that came with this token and were refused: it was used, over or revoked by then. Nothing where none did, or one may not know. */
export function RefusedHosts({
  joinTokenId,
  turn,
}: {
  readonly joinTokenId: string
  /** Another one asks again. */
  readonly turn: number
}) {
  const { value = [] } = useAnswer(`${joinTokenId} ${turn}`, async (signal) => {
    const search = {
      Filters: [{ Name: 'event-name', Values: ['EnrolInstance'] }],
      Text: joinTokenId,
      Order: 'newest',
      Detail: 'acts',
    } as const
    const { events } = await readEvents(search, { signal, wanted: SHOWN })
    return refusedHosts(events)
  })
  if (value.length === 0) return undefined
  return (
    <Alert type="error" header="A host came with this token and was refused">
      {value.map(({ eventId, hostname, address, at }) => (
        <Box key={eventId} variant="p">
          <TimeText seconds={at} />
          {`: ${hostname === '' ? 'a host' : `one that calls itself ${hostname}`}, from ${address}.`}
        </Box>
      ))}
      <Box variant="p">
        A token is good once, for its time. Make another one for it, or see{' '}
        <RouteLink to={eventsLink({ 'event-name': 'EnrolInstance', text: joinTokenId })}>
          what is on record of it
        </RouteLink>
        .
      </Box>
    </Alert>
  )
}
