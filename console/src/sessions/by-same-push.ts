import { ApiRefusal } from '../api/api-refusal.ts'

/** Its terminal, its session and its recording all begin with one push. Seconds between them at the most; clocks differ, too. */
const AROUND_SECONDS = 120

/** What to ask lists for, so that what began with the same push is among it. */
export function aroundThatTime({
  instanceId,
  startedAt,
}: {
  readonly instanceId: string
  /** Seconds since 1970. */
  readonly startedAt: number
}) {
  return {
    InstanceId: instanceId,
    StartTime: startedAt - AROUND_SECONDS,
    EndTime: startedAt + AROUND_SECONDS,
  }
}

/** The one that began with this push. Undefined when there is none, or one may not see it. */
export async function bySamePush<One>(
  requestId: string | undefined,
  list: () => Promise<readonly One[]>,
  pushOf: (one: One) => string | undefined,
): Promise<One | undefined> {
  if (requestId === undefined) return undefined
  try {
    return (await list()).find((one) => pushOf(one) === requestId)
  } catch (error) {
    if (error instanceof ApiRefusal) return undefined
    throw error
  }
}
