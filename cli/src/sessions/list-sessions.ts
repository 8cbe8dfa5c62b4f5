import {
  answersOf,
  asAnswer,
  numberOf,
  optionalTextOf,
  optionalTimeOf,
  textOf,
  timeOf,
  unexpected,
  type Answer,
} from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { GET_SSH_SESSION, LIST_SSH_SESSIONS } from '../api/operations.ts'

/** A session as ListSSHSessions shows it. Times are milliseconds since 1970; what is undefined is not known, or has not happened. */
export interface ListedSession {
  readonly sessionId: string
  readonly instanceId: string
  readonly instanceName: string | undefined
  readonly osUser: string
  readonly state: string
  readonly unknownSince: number | undefined
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly endedNotBefore: number | undefined
  readonly ending: string | undefined
  readonly method: string
  readonly seenBy: string
  readonly fingerprint: string | undefined
  readonly sourceAddress: string | undefined
  readonly sourcePort: number | undefined
  readonly processId: number
  readonly requestId: string | undefined
  readonly principalArn: string | undefined
  readonly userName: string | undefined
  readonly explained: string
  readonly unexplainedBecause: string | undefined
  /** Whether the trail has its login: its host may have told of more than is recorded of one. */
  readonly recorded: boolean
}

const PAGE = 200

/** The last recorded first, until the limit; and whether there may be more. */
export async function listSessions(
  api: Pick<ApiClient, 'call'>,
  query: object,
  limit: number,
): Promise<{ readonly sessions: readonly ListedSession[]; readonly hasMore: boolean }> {
  const found: ListedSession[] = []
  const tokens = new Set<string>()
  for (let token: string | undefined; ;) {
    const MaxResults = Math.min(PAGE, limit - found.length)
    const input = { ...query, MaxResults, ...(token === undefined ? {} : { NextToken: token }) }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await api.call(LIST_SSH_SESSIONS, input)
    found.push(...answersOf(answer, 'Sessions').map(readSession))
    token = optionalTextOf(answer, 'NextToken')
    if (token === undefined || found.length >= limit) {
      return { sessions: found.slice(0, limit), hasMore: token !== undefined }
    }
    // A page that leads back would be asked for without end.
    if (tokens.has(token)) throw unexpected('a list that leads back to itself')
    tokens.add(token)
  }
}

export async function getSession(
  api: Pick<ApiClient, 'call'>,
  sessionId: string,
): Promise<ListedSession> {
  const answer = await api.call(GET_SSH_SESSION, { SessionId: sessionId })
  return readSession(asAnswer(answer['Session'], 'Session'))
}

function readSession(answer: Answer): ListedSession {
  return {
    sessionId: textOf(answer, 'SessionId'),
    instanceId: textOf(answer, 'InstanceId'),
    instanceName: optionalTextOf(answer, 'InstanceName'),
    osUser: textOf(answer, 'InstanceOSUser'),
    state: textOf(answer, 'State'),
    unknownSince: optionalTimeOf(answer, 'UnknownSince'),
    startedAt: timeOf(answer, 'StartedAt'),
    endedAt: optionalTimeOf(answer, 'EndedAt'),
    endedNotBefore: optionalTimeOf(answer, 'EndedNotBefore'),
    ending: optionalTextOf(answer, 'Ending'),
    method: textOf(answer, 'Method'),
    seenBy: textOf(answer, 'SeenBy'),
    fingerprint: optionalTextOf(answer, 'Fingerprint'),
    sourceAddress: optionalTextOf(answer, 'SourceAddress'),
    sourcePort: answer['SourcePort'] === undefined ? undefined : numberOf(answer, 'SourcePort'),
    processId: numberOf(answer, 'ProcessId'),
    requestId: optionalTextOf(answer, 'RequestId'),
    principalArn: optionalTextOf(answer, 'PrincipalArn'),
    userName: optionalTextOf(answer, 'UserName'),
    explained: textOf(answer, 'Explained'),
    unexplainedBecause: optionalTextOf(answer, 'UnexplainedBecause'),
    // A server that does not say so lists none that is not.
    recorded: answer['Recorded'] !== false,
  }
}
