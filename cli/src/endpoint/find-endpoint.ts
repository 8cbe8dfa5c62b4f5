import type { ApiClient } from '../api/api-client.ts'
import { Failure } from '../failure.ts'
import { listEndpoints, type ListedEndpoint } from './list-endpoints.ts'

/** The one endpoint that a person means by an id, a site or a Name tag. */
export async function findEndpoint(
  api: Pick<ApiClient, 'call'>,
  meant: string,
): Promise<ListedEndpoint> {
  const all = await listEndpoints(api)
  // An id is nobody's name, and a site has one endpoint: only names can be several's.
  const exact = all.find(({ endpointId, site }) => endpointId === meant || site === meant)
  const [only, ...others] = exact === undefined ? all.filter(({ name }) => name === meant) : [exact]
  if (only === undefined) {
    throw new Failure('notFound', `No endpoint is called "${meant}".`, {
      why: ['it was looked for as an endpoint id, a site and a Name tag'],
      todo: ['See what there is with: fleetkey endpoints'],
    })
  }
  if (others.length > 0) {
    throw new Failure('ambiguous', `"${meant}" fits ${others.length + 1} endpoints.`, {
      todo: [
        'Use the id of the one you mean:',
        ...[only, ...others]
          .toSorted((a, b) => a.site.localeCompare(b.site, 'en', { numeric: true }))
          .map(({ endpointId, site }) => `  ${endpointId}  ${site}`),
      ],
    })
  }
  return only
}
