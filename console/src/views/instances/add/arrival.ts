import { call } from '../../../api/call.ts'
import type { DetailedInstance } from '../listed-instance.ts'
import { readOneInstance } from '../read-instances.ts'

/** How far the host has come that is to join with a token. */
export type Arrival =
  /** Nobody has used the token yet. */
  | { readonly kind: 'waited-for' }
  /** Nobody can use it any more, and nobody has. */
  | { readonly kind: 'token-over'; readonly state: 'expired' | 'revoked' }
  /** It is enrolled, and its agent is not connected yet. */
  | { readonly kind: 'joined'; readonly instance: DetailedInstance }
  | { readonly kind: 'here'; readonly instance: DetailedInstance }

interface TokenAnswer {
  readonly JoinTokenId: string
  readonly State: string
  readonly InstanceId?: string
}

/** What is asked, so that tests can answer. */
export interface ArrivalSources {
  listTokens(signal: AbortSignal): Promise<readonly TokenAnswer[]>
  readInstance(instanceId: string, signal: AbortSignal): Promise<DetailedInstance | undefined>
}

const SERVER: ArrivalSources = {
  async listTokens(signal) {
    const answer = await call<{ readonly JoinTokens: readonly TokenAnswer[] }>(
      'fleetkey',
      'ListJoinTokens',
      {},
      signal,
    )
    return answer.JoinTokens
  },
  readInstance: readOneInstance,
}

/** Looks once. */
export async function lookForArrival(
  joinTokenId: string,
  signal: AbortSignal,
  sources: ArrivalSources = SERVER,
): Promise<Arrival> {
  const tokens = await sources.listTokens(signal)
  const token = tokens.find(({ JoinTokenId }) => JoinTokenId === joinTokenId)
  if (token?.InstanceId !== undefined) {
    const instance = await sources.readInstance(token.InstanceId, signal)
    if (instance === undefined) return { kind: 'token-over', state: 'revoked' }
    return { kind: instance.state === 'running' ? 'here' : 'joined', instance }
  }
  // One that is over and was never used is not kept for ever.
  if (token === undefined) return { kind: 'token-over', state: 'expired' }
  return token.State === 'expired' || token.State === 'revoked'
    ? { kind: 'token-over', state: token.State }
    : { kind: 'waited-for' }
}

/** Nothing is to be looked for any more. */
export const isOver = ({ kind }: Arrival): boolean => kind === 'here' || kind === 'token-over'
