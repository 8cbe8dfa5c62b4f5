import type { OutputStructure } from '@fleetkey/wire/aws/output'
import type { World } from '../operation.ts'
import { shownState } from './inventory.ts'

/** AWS shows what is terminated for about an hour: waiters look for it. */
const SHOWN_MS = 3_600_000

/** Calls of an hour, newest first: beyond these nobody waits any more. */
const MAX_CALLS = 1000

/** Which of these ids were instances until somebody terminated them, not long ago. The trail knows: nothing else is kept of them. */
export async function findTerminated(
  ids: readonly string[],
  { store, now }: Pick<World, 'store' | 'now'>,
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const calls = await store.trail.lookup({
    eventName: 'TerminateInstances',
    from: now() - SHOWN_MS,
    limit: MAX_CALLS,
  })
  const terminated = new Set(
    calls
      .filter(({ phase, errorCode }) => phase === 'outcome' && errorCode === '')
      .flatMap(({ record }) => idsIn(JSON.parse(record))),
  )
  return ids.filter((id) => terminated.has(id))
}

/** `record` is one that we wrote. */
function idsIn(record: unknown): readonly string[] {
  const { requestParameters } = record as { requestParameters?: { instanceIds?: string[] } }
  return requestParameters?.instanceIds ?? []
}

/** As much as is still known of it, and the empty lists that clients look for. */
export const shownTerminated = (instanceId: string): OutputStructure => ({
  InstanceId: instanceId,
  State: shownState('terminated'),
  StateReason: {
    Code: 'Client.UserInitiatedShutdown',
    Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  },
  StateTransitionReason: 'User initiated',
  NetworkInterfaces: [],
  SecurityGroups: [],
  BlockDeviceMappings: [],
  ProductCodes: [],
  Tags: [],
})
