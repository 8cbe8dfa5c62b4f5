import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { isCount, isSide, isText, parseFrameObject, type TerminalSize } from './frame-parts.ts'
import { MAX_CLIENT_FRAME, TERMINAL_ID_PATTERN } from './protocol.ts'

/** The page's first message: what it wants, and the proof that it is our page (`csrf`). */
export type OpeningFrame =
  /** A new terminal. */
  | (TerminalSize & {
      readonly type: 'open'
      readonly csrf: string
      readonly instanceId: string
      readonly osUser: string
    })
  /** A terminal of the same person, of another device or from before a reload. */
  | (TerminalSize & { readonly type: 'attach'; readonly csrf: string; readonly terminalId: string })
  /** Sees somebody's terminal, and cannot type. */
  | { readonly type: 'watch'; readonly csrf: string; readonly terminalId: string }

/** The same without the proof, which is checked by itself. */
export type Opening = OpeningFrame extends infer One
  ? One extends OpeningFrame
    ? Omit<One, 'csrf'>
    : never
  : never

/** What a page says later. */
export type ClientFrame =
  | (TerminalSize & { readonly type: 'resize' })
  /** Somebody turned to this device: its size counts from now on, and what it answers. */
  | { readonly type: 'active' }
  /** What its terminal answers to a question of the host (where the cursor is, which colour): no key was pressed. */
  | { readonly type: 'answer'; readonly text: string }
  /**
   * `bytes` of output rendered since `ready`, all together, those of the repaint too. `keeps`: how many lines the page keeps of those that are
   * written, shown or scrolled out of the screen. Of a flood of lines no more than these are sent. Left off where it is not as simple as that.
   */
  | { readonly type: 'ack'; readonly bytes: number; readonly keeps?: number }
  /** Ends the terminal, for all its devices. */
  | { readonly type: 'end' }
  /** Answered with `pong`: browsers do not show a page the protocol's own pings. */
  | { readonly type: 'ping' }

export const encodeClientFrame = (frame: OpeningFrame | ClientFrame): string =>
  JSON.stringify(frame)

/** The first message but for its proof, or undefined when it is none. The user name is judged where it is used, with a refusal that says what is wrong. */
export function readOpening(frame: Readonly<Record<string, unknown>>): Opening | undefined {
  const { type, instanceId, osUser, terminalId, cols, rows } = frame
  switch (type) {
    case 'open':
      return isText(instanceId) &&
        INSTANCE_ID_PATTERN.test(instanceId) &&
        instanceId.length <= 32 &&
        isText(osUser) &&
        osUser.length <= 256 &&
        isSide(cols) &&
        isSide(rows)
        ? { type, instanceId, osUser, cols, rows }
        : undefined
    case 'attach':
      return isTerminalId(terminalId) && isSide(cols) && isSide(rows)
        ? { type, terminalId, cols, rows }
        : undefined
    case 'watch':
      return isTerminalId(terminalId) ? { type, terminalId } : undefined
    default:
      return undefined
  }
}

/** A later message, or undefined when it is none: who sends such is no page of ours. */
export function parseClientFrame(text: string): ClientFrame | undefined {
  const frame = parseFrameObject(text, { max: MAX_CLIENT_FRAME })
  if (frame === undefined) return undefined
  const { type, cols, rows, bytes, keeps } = frame
  switch (type) {
    case 'resize':
      return isSide(cols) && isSide(rows) ? { type, cols, rows } : undefined
    case 'ack':
      if (!isCount(bytes)) return undefined
      if (keeps === undefined) return { type, bytes }
      return isCount(keeps) ? { type, bytes, keeps } : undefined
    case 'answer': {
      const { text: answer } = frame
      return isText(answer) ? { type, text: answer } : undefined
    }
    case 'active':
    case 'end':
    case 'ping':
      return { type }
    default:
      return undefined
  }
}

const isTerminalId = (value: unknown): value is string =>
  isText(value) && TERMINAL_ID_PATTERN.test(value)
