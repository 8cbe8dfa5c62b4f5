import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import type { ListedSshSession, SshSessionQuery } from '../../store/ssh-session-store.ts'
import { operation, type Call } from '../operation.ts'
import {
  hasTags,
  queryOf,
  readSessionFilter,
  recordedFilter,
  type SessionFilter,
} from './session-filter.ts'
import { SessionResources } from './session-resource.ts'
import { shownSession } from './shown-session.ts'

interface Input extends Pick<SshSessionQuery, 'from' | 'to' | 'beforePlace' | 'state' | 'limit'> {
  readonly filter: SessionFilter
}

const MAX_PAGE = 200
const DEFAULT_PAGE = 50
/** Rows that one request looks at: where nearly none may be shown, a page is short and leads on. */
const MAX_LOOKED_AT = 5000
/** Also what it takes to be told of them. */
export const LIST_SESSIONS = 'fleetkey:ListSSHSessions'

/**
 * Who is and was logged in where, last recorded first: of all instances that the caller may ask about, and their own of any. Naming one instance
 * asks about that one, and is refused to who may not.
 */
export const listSshSessions = operation<Input>({
  name: 'ListSSHSessions',
  service: 'fleetkey',
  action: LIST_SESSIONS,
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const filter = readSessionFilter(v)
    const state = v.optionalString('State', { pattern: /^(active|ended)$/ })
    const from = v.optionalNumber('StartTime')
    const to = v.optionalNumber('EndTime')
    const limit = v.optionalInteger('MaxResults', { min: 1, max: MAX_PAGE }) ?? DEFAULT_PAGE
    const nextToken = v.optionalString('NextToken', { min: 1, max: 16, pattern: /^[0-9]+$/ })
    v.finish(validationFailure)
    return {
      filter,
      limit,
      ...(state === 'active' || state === 'ended' ? { state } : {}),
      ...(from === undefined ? {} : { from: from * 1000 }),
      ...(to === undefined ? {} : { to: to * 1000 }),
      ...(nextToken === undefined ? {} : { beforePlace: Number(nextToken) }),
    }
  },

  async resources({ filter }, asker) {
    const { instanceId, mine } = filter
    if (instanceId === undefined) return [{ arn: '*', isOwn: true }]
    const resource = await new SessionResources(asker).ofInstance(instanceId)
    return [mine ? { ...resource, isOwn: true } : resource]
  },

  trail: ({ filter, ...rest }) => ({
    requestParameters: { ...recordedFilter(filter), ...rest },
    ...(filter.instanceId === undefined ? {} : { instanceId: filter.instanceId }),
  }),

  async run(input, call) {
    const { filter, limit, ...times } = input
    const resources = new SessionResources(call)
    const query = { ...queryOf(filter, call), ...times }
    const found: ListedSshSession[] = []
    let { beforePlace } = times
    let isMore = true
    for (let lookedAt = 0; isMore && found.length < limit && lookedAt < MAX_LOOKED_AT;) {
      const page = await call.store.sshSessions.list({
        ...query,
        limit: MAX_PAGE,
        ...(beforePlace === undefined ? {} : { beforePlace }),
      })
      isMore = page.length === MAX_PAGE
      lookedAt += page.length
      for (const session of page) {
        if (found.length === limit) {
          isMore = true
          break
        }
        beforePlace = session.place
        if (await isShown(session, { input, resources, call })) found.push(session)
      }
    }
    const { presence } = call
    const shown = found.map(async (session) =>
      shownSession(session, { instance: await resources.instance(session.instanceId), presence }),
    )
    return {
      Sessions: await Promise.all(shown),
      ...(isMore && beforePlace !== undefined ? { NextToken: String(beforePlace) } : {}),
    }
  },
})

async function isShown(
  session: ListedSshSession,
  parts: {
    readonly input: Input
    readonly resources: SessionResources
    readonly call: Call
  },
): Promise<boolean> {
  const { input, resources, call } = parts
  const instance = await resources.instance(session.instanceId)
  if (!hasTags(instance, input.filter)) return false
  // Of a host that was forgotten nobody will tell the end: it is no news that somebody may be there.
  if (input.state === 'active' && instance === undefined) return false
  return call.isAllowed([LIST_SESSIONS], await resources.of(session), {})
}
