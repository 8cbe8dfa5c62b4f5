import { isPort } from '@fleetkey/domain/host-facts'
import {
  isOneOf,
  LOGIN_METHODS,
  LOGIN_SOURCES,
  SESSION_ENDINGS,
  SSH_SESSION_ID_PATTERN,
  UNEXPLAINED_CAUSES,
  type LoginMethod,
  type LoginSource,
  type SessionEnding,
  type UnexplainedCause,
} from '@fleetkey/domain/ssh-session'
import { isCount, isShort, isTime, isUid } from './message-parts.ts'

/** What a host saw of a login and of the session that it began. */
export type SessionReceipt = SessionStarted | SessionEnded | LoginUnexplained | LogTampered

interface Told {
  readonly receiptId: string
  /** Milliseconds since 1970 by the host's clock. */
  readonly at: number
}

interface Login extends Told {
  readonly sessionId: string
  readonly osUser: string
  readonly uid?: number
  readonly method: LoginMethod
  /** `SHA256:…` of the key that logged in; of a certificate, of the key in it. Undefined without a key, and where it is not known. */
  readonly fingerprint?: string
  readonly address?: string
  readonly port?: number
  /** Of sshd's process that stands for the connection as root. */
  readonly pid: number
  readonly seenBy: LoginSource
}

export interface SessionStarted extends Login {
  readonly kind: 'session-started'
  /** The grant that explains the login. Undefined for other logins, and where the host cannot tell. */
  readonly grantId?: string
}

/** Beside `session-started` of the same session. */
export interface LoginUnexplained extends Login {
  readonly kind: 'login-unexplained'
  readonly cause: UnexplainedCause
  /** False where the host's administrator says that such logins are normal there. */
  readonly alarm: boolean
}

export interface SessionEnded extends Told {
  readonly kind: 'session-ended'
  readonly sessionId: string
  readonly osUser: string
  readonly ending: SessionEnding
  /** `at` is when the host found it ended; it may have ended at any moment from this one on. Undefined when it was seen as it happened. */
  readonly notBefore?: number
}

/** Somebody on the host wrote log lines that claim to be sshd's. */
export interface LogTampered extends Told {
  readonly kind: 'log-tampered'
  /** How many lines since the last such receipt. */
  readonly lines: number
  /** The account that wrote the last of them. */
  readonly uid: number
  /** The program that did, as the journal names it. */
  readonly program: string
}

const SESSION_RECEIPT_KINDS = [
  'session-started',
  'session-ended',
  'login-unexplained',
  'log-tampered',
] as const satisfies readonly SessionReceipt['kind'][]

/** By its kind alone. */
export function isSessionReceipt<Other extends { readonly kind: unknown }>(
  receipt: Other | SessionReceipt,
): receipt is SessionReceipt {
  return isOneOf(SESSION_RECEIPT_KINDS, receipt.kind)
}

/** Undefined when it is not one. */
export function parseSessionReceipt(
  value: Readonly<Record<string, unknown>>,
): SessionReceipt | undefined {
  const { receiptId, at, kind } = value
  if (!isShort(receiptId) || !isTime(at) || !isOneOf(SESSION_RECEIPT_KINDS, kind)) return undefined
  const told = { receiptId, at }
  switch (kind) {
    case 'session-started': {
      const login = parseLogin(value)
      const { grantId } = value
      if (login === undefined || !isMaybe(isShort)(grantId)) return undefined
      return { ...told, kind, ...login, ...(grantId === undefined ? {} : { grantId }) }
    }
    case 'login-unexplained': {
      const login = parseLogin(value)
      const { cause, alarm } = value
      if (login === undefined || !isCause(cause) || typeof alarm !== 'boolean') return undefined
      return { ...told, kind, ...login, cause, alarm }
    }
    case 'session-ended': {
      const { sessionId, osUser, ending, notBefore } = value
      if (!isSessionId(sessionId) || !isShort(osUser)) return undefined
      if (!isOneOf(SESSION_ENDINGS, ending) || !isMaybe(isTime)(notBefore)) return undefined
      const earliest = notBefore === undefined ? {} : { notBefore }
      return { ...told, kind, sessionId, osUser, ending, ...earliest }
    }
    case 'log-tampered': {
      const { lines, uid, program } = value
      if (!isCount(lines) || lines < 1 || !isUid(uid) || !isShort(program)) return undefined
      return { ...told, kind, lines, uid, program }
    }
  }
}

function parseLogin(value: Readonly<Record<string, unknown>>): Omit<Login, keyof Told> | undefined {
  const { sessionId, osUser, uid, method, fingerprint, address, port, pid, seenBy } = value
  if (!isSessionId(sessionId) || !isShort(osUser) || !isMaybe(isUid)(uid)) return undefined
  if (!isOneOf(LOGIN_METHODS, method) || !isOneOf(LOGIN_SOURCES, seenBy)) return undefined
  if (!isMaybe(isShort)(fingerprint) || !isMaybe(isShort)(address)) return undefined
  if (!isMaybe(isPort)(port) || !isCount(pid) || pid < 1) return undefined
  return {
    sessionId,
    osUser,
    ...(uid === undefined ? {} : { uid }),
    method,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(address === undefined ? {} : { address }),
    ...(port === undefined ? {} : { port }),
    pid,
    seenBy,
  }
}

const isMaybe =
  <Value>(holds: (value: unknown) => value is Value) =>
  (value: unknown): value is Value | undefined =>
    value === undefined || holds(value)

export const isSessionId = (value: unknown): value is string =>
  typeof value === 'string' && SSH_SESSION_ID_PATTERN.test(value)

const isCause = (value: unknown): value is UnexplainedCause =>
  typeof value === 'string' && Object.hasOwn(UNEXPLAINED_CAUSES, value)
