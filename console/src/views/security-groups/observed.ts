import { call } from '../../api/call.ts'

/** Connections that came to the sshd of an instance and that no rule let in. Times are seconds since 1970. */
export interface ObservedIngress {
  readonly instanceId: string
  readonly address: string
  readonly port: number
  /** `let-in` or `cut`. */
  readonly outcome: string
  readonly attempts: number
  readonly firstAt: number
  readonly lastAt: number
  /** Whether the rules of now would let it in. */
  readonly isLetInNow: boolean
}

interface ObservedAnswer {
  readonly Observations: readonly {
    readonly Address: string
    readonly Port: number
    readonly Outcome: string
    readonly Attempts: number
    readonly FirstAt: number
    readonly LastAt: number
    readonly LetInNow: boolean
  }[]
}

export async function readObserved(
  instanceId: string,
  signal: AbortSignal,
): Promise<readonly ObservedIngress[]> {
  const { Observations } = await call<ObservedAnswer>(
    'fleetkey',
    'ListObservedIngress',
    { InstanceId: instanceId },
    signal,
  )
  return Observations.map((one) => ({
    instanceId,
    address: one.Address,
    port: one.Port,
    outcome: one.Outcome,
    attempts: one.Attempts,
    firstAt: one.FirstAt,
    lastAt: one.LastAt,
    isLetInNow: one.LetInNow,
  }))
}

/** More hosts than these are not asked one by one. */
export const MAX_ASKED = 100

const AT_ONCE = 4

/** Of several instances, the latest first. */
export async function readObservedOf(
  instanceIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly ObservedIngress[]> {
  const waiting = instanceIds.slice(0, MAX_ASKED)
  const found: ObservedIngress[] = []
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, in several rows
      found.push(...(await readObserved(id, signal)))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return found.toSorted((a, b) => b.lastAt - a.lastAt)
}
