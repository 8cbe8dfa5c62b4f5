import { isTerminalEndCause, type TerminalEnd } from '@fleetkey/domain/terminal-end'
import {
  isCount,
  isCountOrNone,
  isSide,
  isText,
  isTextOrNone,
  parseFrameObject,
  present,
  type TerminalSize,
} from './frame-parts.ts'
import { MAX_SERVER_FRAME, TERMINAL_ID_PATTERN } from './protocol.ts'

/** On the way to a prompt: the key is pushed, the host is reached, sshd lets in, the shell starts. */
export const TERMINAL_STEPS = ['push', 'reach', 'ssh', 'shell'] as const
export type TerminalStep = (typeof TERMINAL_STEPS)[number]

/** What the server says. A page passes over what it does not know. */
export type ServerFrame =
  /** This step begins. `says` is for people: `through the agent, on endpoint eice-…`. */
  | { readonly type: 'step'; readonly step: TerminalStep; readonly says: string }
  | TerminalReady
  /** The repaint is over: what comes now is new, and what xterm answers to it is input. */
  | { readonly type: 'replayed' }
  /** After a key that was pressed while a flood ran by: nothing of it is held back any more. It is over, or goes on. */
  | { readonly type: 'caught-up' }
  /** The size of the terminal, after the device that somebody turned to last. */
  | (TerminalSize & { readonly type: 'resized' })
  /**
   * How many devices of the person are attached, how many others watch, and whether this one is who answers what the host asks in the output that
   * follows: one of them does. Told after each change, between the same bytes to all.
   */
  | {
      readonly type: 'devices'
      readonly attached: number
      readonly watching: number
      readonly answers: boolean
    }
  /** It ends so soon, unless somebody types (`idle`). Told again with 0 when that is over. */
  | {
      readonly type: 'ending'
      readonly because: 'idle' | 'duration'
      readonly inSeconds: number
    }
  /** It goes on without a recording, which failed or could not be begun. Told after each `ready`. `says`: why, after "Not recorded: ". */
  | { readonly type: 'unrecorded'; readonly says: string }
  | ({ readonly type: 'ended' } & TerminalEnd)
  | ({ readonly type: 'refused' } & TerminalRefusal)
  | { readonly type: 'pong' }

export interface TerminalReady extends TerminalSize {
  readonly type: 'ready'
  readonly terminalId: string
  readonly instanceId: string
  readonly osUser: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly recorded: boolean
  /** So many bytes of output follow before `replayed`. They count for `ack`. */
  readonly replayBytes: number
}

/** Why there is no terminal. Nothing in it is secret. */
export interface TerminalRefusal {
  /** As the API's refusals have it, e.g. `AuthException`, `HostKeyChanged`. */
  readonly code: string
  readonly message: string
  /** One word of why sshd refused: a `LoginCause`. */
  readonly cause?: string | undefined
  /** What to do next. */
  readonly mend?: string | undefined
  /** Of a decision: which statements, which condition. */
  readonly explanation?: string | undefined
  /** What the trail has it under. */
  readonly requestId?: string | undefined
}

export const encodeServerFrame = (frame: ServerFrame): string => JSON.stringify(frame)

/** A frame of the server, or undefined when it is none that this version knows. */
export function parseServerFrame(text: string): ServerFrame | undefined {
  const frame = parseFrameObject(text, { max: MAX_SERVER_FRAME })
  if (frame === undefined) return undefined
  const { type } = frame
  switch (type) {
    case 'step': {
      const { step, says } = frame
      return isStep(step) && isText(says) ? { type, step, says } : undefined
    }
    case 'ready':
      return parseReady(frame)
    case 'replayed':
    case 'caught-up':
    case 'pong':
      return { type }
    case 'resized': {
      const { cols, rows } = frame
      return isSide(cols) && isSide(rows) ? { type, cols, rows } : undefined
    }
    case 'devices': {
      const { attached, watching, answers } = frame
      return isCount(attached) && isCount(watching) && typeof answers === 'boolean'
        ? { type, attached, watching, answers }
        : undefined
    }
    case 'ending': {
      const { because, inSeconds } = frame
      return (because === 'idle' || because === 'duration') && isCount(inSeconds)
        ? { type, because, inSeconds }
        : undefined
    }
    case 'unrecorded': {
      const { says } = frame
      return isText(says) ? { type, says } : undefined
    }
    case 'ended': {
      const { cause, says, mend, exitCode } = frame
      return isTerminalEndCause(cause) &&
        isText(says) &&
        isTextOrNone(mend) &&
        isCountOrNone(exitCode)
        ? { type, cause, says, ...present({ mend, exitCode }) }
        : undefined
    }
    case 'refused': {
      const { code, message, cause, mend, explanation, requestId } = frame
      return isText(code) &&
        isText(message) &&
        isTextOrNone(cause) &&
        isTextOrNone(mend) &&
        isTextOrNone(explanation) &&
        isTextOrNone(requestId)
        ? { type, code, message, ...present({ cause, mend, explanation, requestId }) }
        : undefined
    }
    default:
      return undefined
  }
}

function parseReady(frame: Readonly<Record<string, unknown>>): TerminalReady | undefined {
  const { terminalId, instanceId, osUser, cols, rows, startedAt, recorded, replayBytes } = frame
  return isText(terminalId) &&
    TERMINAL_ID_PATTERN.test(terminalId) &&
    isText(instanceId) &&
    isText(osUser) &&
    isSide(cols) &&
    isSide(rows) &&
    isCount(startedAt) &&
    typeof recorded === 'boolean' &&
    isCount(replayBytes)
    ? {
        type: 'ready',
        terminalId,
        instanceId,
        osUser,
        cols,
        rows,
        startedAt,
        recorded,
        replayBytes,
      }
    : undefined
}

const isStep = (value: unknown): value is TerminalStep =>
  (TERMINAL_STEPS as readonly unknown[]).includes(value)
