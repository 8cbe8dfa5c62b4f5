import type {
  ServerFrame,
  TerminalReady,
  TerminalRefusal,
  TerminalStep,
} from '@fleetkey/wire/terminal/server-frame'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'

/** Where a terminal stands, as a person sees it. */
export type ConnectionState =
  /** On the way to a prompt; without steps while an older terminal is attached. */
  | { readonly kind: 'opening'; readonly steps: readonly StepTaken[] }
  /** What was there is drawn again: nothing is sent meanwhile, since xterm answers to it once more. */
  | { readonly kind: 'repainting'; readonly session: TerminalSession }
  | { readonly kind: 'live'; readonly session: TerminalSession }
  /** The control plane is not reached; the shell goes on. */
  | {
      readonly kind: 'lost'
      readonly session: TerminalSession | undefined
      /** How often it was tried to come back. */
      readonly attempts: number
      /** Milliseconds since 1970. */
      readonly retryAt: number
      /** What the control plane says, where it is reached and cannot now. */
      readonly says: string | undefined
    }
  | {
      readonly kind: 'reconnecting'
      readonly session: TerminalSession | undefined
      readonly attempts: number
    }
  | {
      readonly kind: 'ended'
      readonly session: TerminalSession | undefined
      readonly end: TerminalEnd
    }
  | {
      readonly kind: 'refused'
      readonly session: TerminalSession | undefined
      readonly refusal: TerminalRefusal
    }

export interface StepTaken {
  readonly step: TerminalStep
  readonly says: string
}

/** What is known of the shell behind a terminal. */
export interface TerminalSession {
  readonly terminalId: string
  readonly instanceId: string
  readonly osUser: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly recorded: boolean
  /** Devices of this person that show it, this one too. */
  readonly attached: number
  /** Others who see it. */
  readonly watching: number
  /** It ends soon. */
  readonly ending?: { readonly because: 'idle' | 'duration'; readonly at: number } | undefined
  /** Why it goes on without its recording. */
  readonly unrecorded?: string
}

/** What changes a state. */
export type ConnectionNews =
  | ServerFrame
  /** All of the repaint is on the screen. */
  | { readonly type: 'repainted' }
  /** `retryAt`: when it is tried again; undefined where that could make a second shell. */
  | { readonly type: 'lost'; readonly retryAt: number | undefined; readonly says?: string }
  | { readonly type: 'dialling' }

/** Whether it is over, whatever comes. */
export const isOver = ({ kind }: ConnectionState): boolean => kind === 'ended' || kind === 'refused'

export const OPENING: ConnectionState = { kind: 'opening', steps: [] }

/**
 * What comes next. A terminal that has ended or was refused stays so, whatever is said later.
 * @param now milliseconds since 1970
 */
export function nextState(
  state: ConnectionState,
  news: ConnectionNews,
  now: number,
): ConnectionState {
  if (isOver(state)) return state
  const session = sessionOf(state)
  switch (news.type) {
    case 'step':
      return {
        kind: 'opening',
        steps: [...stepsOf(state), { step: news.step, says: news.says }],
      }
    case 'ready':
      return { kind: 'repainting', session: started(news) }
    case 'repainted':
      return state.kind === 'repainting' ? { kind: 'live', session: state.session } : state
    case 'lost':
      if (news.retryAt === undefined) return { kind: 'refused', session, refusal: LOST_ON_THE_WAY }
      return {
        kind: 'lost',
        session,
        attempts: attemptsOf(state),
        retryAt: news.retryAt,
        says: news.says,
      }
    case 'dialling':
      if (state.kind !== 'lost') return state
      return { kind: 'reconnecting', session, attempts: attemptsOf(state) + 1 }
    case 'devices':
      return changed(state, { attached: news.attached, watching: news.watching })
    case 'ending': {
      const { because, inSeconds } = news
      return changed(state, {
        ending: inSeconds === 0 ? undefined : { because, at: now + inSeconds * 1000 },
      })
    }
    case 'unrecorded':
      return changed(state, { unrecorded: news.says, recorded: false })
    case 'ended': {
      const { type: _type, ...end } = news
      return { kind: 'ended', session, end }
    }
    case 'refused': {
      const { type: _type, ...refusal } = news
      return { kind: 'refused', session, refusal }
    }
    case 'replayed':
    case 'caught-up':
    case 'resized':
    case 'pong':
      return state
  }
}

/** The shell behind it, once there is one. */
export function sessionOf(state: ConnectionState): TerminalSession | undefined {
  return state.kind === 'opening' ? undefined : state.session
}

function stepsOf(state: ConnectionState): readonly StepTaken[] {
  return state.kind === 'opening' ? state.steps : []
}

/** Nobody knows whether there is a shell now: trying by itself could make two of them. */
const LOST_ON_THE_WAY: TerminalRefusal = {
  code: 'ConnectionLost',
  message: 'The connection to the control plane was lost before there was a prompt.',
  mend: 'Connect again. Should a shell have started all the same, it is among your running terminals.',
}

function started(ready: TerminalReady): TerminalSession {
  const { terminalId, instanceId, osUser, startedAt, recorded } = ready
  return { terminalId, instanceId, osUser, startedAt, recorded, attached: 1, watching: 0 }
}

function attemptsOf(state: ConnectionState): number {
  return state.kind === 'lost' || state.kind === 'reconnecting' ? state.attempts : 0
}

function changed(state: ConnectionState, change: Partial<TerminalSession>): ConnectionState {
  if (state.kind === 'opening' || state.session === undefined) return state
  return { ...state, session: { ...state.session, ...change } }
}
