import Box from '@cloudscape-design/components/box'
import { RouteLink } from './route-link.tsx'

/** What a refusal is called, and the request that it is on record under: for whoever is asked about it. */
export function RefusalReference({
  code,
  requestId,
  color,
}: {
  readonly code: string
  /** Undefined or empty where no request got so far. */
  readonly requestId: string | undefined
  /** Where what it stands in has a colour of its own. */
  readonly color?: 'inherit'
}) {
  return (
    <Box variant="small" {...(color !== undefined && { color })}>
      {code}
      {requestId !== undefined && requestId !== '' && (
        <>
          {' · request '}
          <RouteLink to={`/events?request-id=${encodeURIComponent(requestId)}`} fontSize="inherit">
            {requestId}
          </RouteLink>
        </>
      )}
    </Box>
  )
}
