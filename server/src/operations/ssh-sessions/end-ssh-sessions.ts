import { limitExceeded } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { SSH_SESSION_ID_PATTERN } from '@fleetkey/domain/ssh-session'
import { validate } from '@fleetkey/wire/aws/validation'
import type { SshSessionRow } from '../../store/ssh-session-store.ts'
import { operation, type Asker, type Call, type Resource } from '../operation.ts'
import { listAll } from './list-all.ts'
import { namedSessions } from './named-sessions.ts'
import {
  hasTags,
  isEmpty,
  queryOf,
  readSessionFilter,
  recordedFilter,
  type SessionFilter,
} from './session-filter.ts'
import { SessionResources } from './session-resource.ts'

interface Input {
  readonly sessionIds: readonly string[]
  readonly filter: SessionFilter
  readonly dryRun: boolean
}

/** More at once are ended in several calls. */
const MAX_SESSIONS = 500
/** Which they are is said of more: a host may make up as many of a person as it has on the list, and several may. */
const MAX_NAMED = 50_000
/** Hosts are asked so many at a time. */
const AT_ONCE = 32
const ACTION = 'fleetkey:EndSSHSessions'

/**
 * Ends sessions on their hosts, each with all that was started in it: those named, or all open ones of a person, an instance, of instances
 * with a tag. All or none may be asked for; each has a result of its own. `DryRun` says which they are and ends none.
 */
export const endSshSessions = operation<Input>({
  name: 'EndSSHSessions',
  service: 'fleetkey',
  action: ACTION,
  access: 'write',

  parse(fields) {
    const v = validate(fields)
    const sessionIds = v.stringList('SessionIds', {
      max: MAX_SESSIONS,
      each: { min: 19, max: 19, pattern: SSH_SESSION_ID_PATTERN },
    })
    const filter = readSessionFilter(v)
    const dryRun = v.optionalBoolean('DryRun') ?? false
    v.finish(validationFailure)
    if ((sessionIds.length === 0) === isEmpty(filter)) {
      throw validationFailure(
        'Give either SessionIds, or which are meant: Mine, UserName, PrincipalArn, InstanceId, InstanceOSUser, Tags.',
      )
    }
    return { sessionIds: [...new Set(sessionIds)], filter, dryRun }
  },

  async resources(input, asker) {
    const resources = new SessionResources(asker)
    const sessions = await meant(input, asker, resources)
    const found = await Promise.all(sessions.map((session) => resources.of(session)))
    const known = new Set(sessions.map(({ sessionId }) => sessionId))
    if (found.length === 0 || known.size < input.sessionIds.length)
      found.push(await ofNone(input, resources))
    return eachOnce(found)
  },

  trail: ({ sessionIds, filter, dryRun }) => ({
    requestParameters: {
      ...(sessionIds.length > 0 && { sessionIds }),
      ...recordedFilter(filter),
      ...(dryRun && { dryRun }),
    },
    ...(filter.instanceId === undefined ? {} : { instanceId: filter.instanceId }),
  }),

  async run(input, call) {
    const resources = new SessionResources(call)
    const sessions = await meant(input, call, resources)
    const known = new Set(sessions.map(({ sessionId }) => sessionId))
    const unknown = input.sessionIds.filter((sessionId) => !known.has(sessionId))
    const results = await mapSome(sessions, (session) => endOne(session, input, call, resources))
    return {
      Sessions: [
        ...results,
        ...unknown.map((SessionId) => ({
          SessionId,
          Result: 'not-found',
          Says: 'There is no such session.',
        })),
      ],
    }
  },
})

/** Those that are open of all that fit, or those that are named whatever they are. */
async function meant(
  { sessionIds, filter, dryRun }: Input,
  asker: Asker,
  resources: SessionResources,
): Promise<readonly SshSessionRow[]> {
  if (sessionIds.length > 0) return namedSessions(sessionIds, { action: ACTION, asker, resources })
  const query = { ...queryOf(filter, asker), state: 'active' } as const
  const most = dryRun ? MAX_NAMED : MAX_SESSIONS
  const fitting: SshSessionRow[] = []
  // All of them, page by page: those that a host makes up must not push others out of sight.
  for await (const session of listAll(asker.store.sshSessions, query)) {
    if (hasTags(await resources.instance(session.instanceId), filter)) fitting.push(session)
    if (fitting.length > most) break
  }
  if (fitting.length > most) {
    throw limitExceeded(
      dryRun
        ? `More than ${most} sessions are meant: say more closely which.`
        : `More than ${most} sessions are meant: ask with DryRun which they are, and end them by SessionIds, ${most} in a call.`,
    )
  }
  return fitting
}

/** Whether there are any is told only to who might end them. */
function ofNone({ filter }: Input, resources: SessionResources): Promise<Resource> | Resource {
  if (filter.mine) return { arn: '*', isOwn: true }
  return filter.instanceId === undefined ? { arn: '*' } : resources.ofInstance(filter.instanceId)
}

/** Of an instance where some are the caller's own and some are not, the question that is harder to pass. */
function eachOnce(resources: readonly Resource[]): readonly Resource[] {
  const byArn = new Map<string, Resource>()
  for (const resource of resources) {
    if (byArn.get(resource.arn)?.isOwn !== undefined || !byArn.has(resource.arn)) {
      byArn.set(resource.arn, resource)
    }
  }
  return [...byArn.values()]
}

async function endOne(
  session: SshSessionRow,
  { dryRun }: Input,
  call: Call,
  resources: SessionResources,
) {
  const { sessionId, instanceId, osUser, grant, end } = session
  const shown = {
    SessionId: sessionId,
    InstanceId: instanceId,
    InstanceOSUser: osUser,
    UserName: grant?.userName,
  }
  // It may have begun between the decision and now.
  if (!call.isAllowed([ACTION], await resources.of(session), {})) {
    return { ...shown, Result: 'not-ended', Says: 'You may not end this one.' }
  }
  if (end !== undefined) return { ...shown, Result: 'ended', Says: 'It had ended before.' }
  if (dryRun) return { ...shown, Result: 'would-end', Says: 'It is open.' }
  const instance = await resources.instance(instanceId)
  if (instance === undefined) {
    const Says = 'Its instance was forgotten: nobody can be asked to end it.'
    return { ...shown, Result: 'unreachable', Says }
  }
  const { result, says } = await call.sessionEnds.end(instance, sessionId)
  return { ...shown, Result: result, Says: says }
}

/** In their order, some at a time. */
async function mapSome<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at]
      // oxlint-disable-next-line no-await-in-loop -- so many at a time
      if (item !== undefined) results[at] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results
}
