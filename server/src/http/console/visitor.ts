import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { WebSocket } from 'ws'
import type { Caller } from '../../operations/caller.ts'
import type { AnyOperation } from '../../operations/operation.ts'
import type { ApiRequest, Sender } from '../raw-request.ts'

/** Somebody whose page opened a WebSocket, who has proven that it is theirs. */
export interface Visitor {
  /**
   * Its messages from the second on. What arrived meanwhile is delivered in the same moment: whoever enters listens at once. It is closed
   * with 4401 within seconds of the end of the session.
   */
  readonly socket: WebSocket
  /** The first message, but for its `csrf`. */
  readonly first: Readonly<Record<string, unknown>>
  readonly caller: Caller
  /** Of the handshake. */
  readonly from: Sender
  /**
   * Asks as the person, with their cookie, through the pipeline: also what has a door of its own. Every time it is found out anew who it is.
   */
  ask(
    operation: AnyOperation,
    input: object,
    at?: Pick<ApiRequest, 'doorstep' | 'liveDoorstep' | 'watchDoorstep'>,
  ): Promise<Asked>
  /** They do something: type, press. What is asked here is not counted as use by itself, or an open page would keep its session alive. */
  noteUse(): void
}

export type Asked =
  | { readonly kind: 'answered'; readonly output: unknown; readonly requestId: string }
  | {
      readonly kind: 'refused'
      readonly refusal: Pick<ServiceException, 'code' | 'message' | 'status' | 'explanation'>
      readonly requestId: string
    }
