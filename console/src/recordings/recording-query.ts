import { isInstanceId } from '../api/instance-id.ts'

/** What the list is asked for: what the address of the page says, so that it can be sent to somebody. */
export interface RecordingQuery {
  readonly mine: boolean
  readonly user: string
  readonly instance: string
  readonly osUser: string
  readonly state: string
  readonly within: Within
}

/** How long ago it began at most. */
export const WITHIN = {
  all: { text: 'At any time', seconds: undefined },
  hour: { text: 'Within the last hour', seconds: 3600 },
  day: { text: 'Within the last 24 hours', seconds: 86_400 },
  week: { text: 'Within the last 7 days', seconds: 604_800 },
  month: { text: 'Within the last 30 days', seconds: 2_592_000 },
} as const
export type Within = keyof typeof WITHIN

const TEXTS = { user: 'user', instance: 'instance', osUser: 'os-user', state: 'state' } as const
export type QueryText = keyof typeof TEXTS

export function queryOfUrl(search: URLSearchParams): RecordingQuery {
  const within = search.get('within') ?? ''
  const text = (name: QueryText) => search.get(TEXTS[name]) ?? ''
  return {
    mine: search.get('mine') === 'true',
    user: text('user'),
    instance: text('instance'),
    osUser: text('osUser'),
    state: text('state'),
    within: Object.hasOwn(WITHIN, within) ? (within as Within) : 'all',
  }
}

/** What else the address says stays. */
export function queryInUrl(query: RecordingQuery, before: URLSearchParams): URLSearchParams {
  const search = new URLSearchParams(before)
  const put = (name: string, value: string) => {
    if (value === '') search.delete(name)
    else search.set(name, value)
  }
  for (const [name, parameter] of Object.entries(TEXTS)) put(parameter, query[name as QueryText])
  put('mine', query.mine ? 'true' : '')
  put('within', query.within === 'all' ? '' : query.within)
  return search
}

export const isFiltered = ({ mine, within, ...texts }: RecordingQuery): boolean =>
  mine || within !== 'all' || Object.values(texts).some((text) => text !== '')

/**
 * As ListRecordings wants to be asked.
 * @param now milliseconds since 1970
 */
export function askedOf(query: RecordingQuery, now: number): object {
  const { mine, user, instance, osUser, state, within } = query
  const { seconds } = WITHIN[within]
  return {
    ...(mine && { Mine: true }),
    ...(user !== '' && (user.startsWith('arn:') ? { PrincipalArn: user } : { UserName: user })),
    ...instanceAsked(instance),
    ...(osUser !== '' && { InstanceOSUser: osUser }),
    ...(state !== '' && { State: state }),
    ...(seconds !== undefined && { StartTime: Math.floor(now / 1000) - seconds }),
  }
}

/** By its id; anything else is what it is called now. */
function instanceAsked(text: string): object {
  if (text === '') return {}
  return isInstanceId(text) ? { InstanceId: text } : { Tags: [{ Key: 'Name', Value: text }] }
}
