import { isPort } from '@fleetkey/domain/host-facts'
import { isObject, isCount } from './message-parts.ts'

/** Connections to the port of sshd that no rule of the host lets in, counted together. */
export interface IngressObservation {
  readonly address: string
  readonly port: number
  /** What became of them: with `observe` they came in all the same. */
  readonly outcome: 'let-in' | 'cut'
  /** Since the last report; a client that is cut knocks several times for one connection. */
  readonly attempts: number
}

/** Addresses in one report. */
export const MAX_OBSERVATIONS = 64

/** Undefined when it is not one. */
export function parseObservation(value: unknown): IngressObservation | undefined {
  if (!isObject(value)) return undefined
  const { address, port, outcome, attempts } = value
  if (typeof address !== 'string' || !/^[0-9a-f.:]{2,39}$/.test(address)) return undefined
  if (outcome !== 'let-in' && outcome !== 'cut') return undefined
  return isPort(port) && isCount(attempts) ? { address, port, outcome, attempts } : undefined
}
