import { call } from '../api/call.ts'
import type { SessionQuery } from './session-query.ts'
import { readSession, type SessionAnswer, type SshSession } from './ssh-session.ts'

export interface SessionPage {
  readonly sessions: readonly SshSession[]
  readonly next: string | undefined
}

interface Answer {
  readonly Sessions: readonly SessionAnswer[]
  readonly NextToken?: string
}

type Ask = (input: object, signal: AbortSignal) => Promise<Answer>

/** ListSSHSessions gives no more at once. */
const MAX_PAGE = 200

/** Until there are so many, or no more: a page of the server's may be short where few may be seen. */
export async function readSessions(
  asked: SessionQuery & {
    readonly State?: 'active' | 'ended'
    /** Seconds since 1970: those that began then. */
    readonly StartTime?: number
    readonly EndTime?: number
  },
  options: {
    readonly signal: AbortSignal
    readonly wanted: number
    readonly from?: string | undefined
    readonly ask?: Ask
  },
): Promise<SessionPage> {
  const { signal, wanted, from, ask = askServer } = options
  const sessions: SshSession[] = []
  let next = from
  do {
    const MaxResults = Math.min(MAX_PAGE, wanted - sessions.length)
    const given = { ...asked, MaxResults, ...(next !== undefined && { NextToken: next }) }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await ask(given, signal)
    sessions.push(...answer.Sessions.map(readSession))
    next = answer.NextToken
  } while (next !== undefined && sessions.length < wanted)
  return { sessions, next }
}

/** One, wherever it stands in which list. Throws an ApiRefusal, also where there is none. */
export async function readOneSession(sessionId: string, signal: AbortSignal): Promise<SshSession> {
  const { Session } = await call<{ readonly Session: SessionAnswer }>(
    'fleetkey',
    'GetSSHSession',
    { SessionId: sessionId },
    signal,
  )
  return readSession(Session)
}

const askServer: Ask = (input, signal) => call<Answer>('fleetkey', 'ListSSHSessions', input, signal)
