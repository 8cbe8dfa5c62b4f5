import { instanceArn } from '@fleetkey/domain/arn'
import { instanceIdsNotFound } from '@fleetkey/domain/exceptions/ec2'
import type { Resource, World } from '../operation.ts'
import { endInstance } from './end-instance.ts'
import { ec2Operation } from './ec2-operation.ts'
import { readInstanceIds } from './instance-ids.ts'
import { listInventory, shownState, type InventoryItem } from './inventory.ts'

interface Input {
  readonly instanceIds: readonly string[]
}

/**
 * Ends enrolments, and launches that nobody has joined by. The agent's key is believed no more and its link is cut. A machine that a
 * program started ends too; any other and the sessions on it go on. EC2 API reference, "TerminateInstances".
 */
export const terminateInstances = ec2Operation<Input>({
  name: 'TerminateInstances',
  action: 'ec2:TerminateInstances',
  access: 'write',
  needs: ['InstanceIds'],
  parse(v) {
    // Both say how a machine is stopped: none is.
    v.optionalBoolean('Force')
    v.optionalBoolean('SkipOsShutdown')
    v.stringList('InstanceIds', { min: 1 })
    return { instanceIds: readInstanceIds(v) }
  },
  resources: ({ instanceIds }, world) => Promise.all(instanceIds.map((id) => resource(id, world))),
  trail({ instanceIds }) {
    const [only, ...more] = instanceIds
    return {
      requestParameters: { instanceIds },
      ...(only !== undefined && more.length === 0 ? { instanceId: only } : {}),
    }
  },
  async run({ instanceIds }, call) {
    const inventory = new Map((await listInventory(call)).map((item) => [item.instanceId, item]))
    const missing = instanceIds.filter((id) => !inventory.has(id))
    if (missing.length > 0) throw instanceIdsNotFound(missing)
    const items = instanceIds.flatMap((id) => inventory.get(id) ?? [])
    await endAll(items, call)
    return {
      TerminatingInstances: items.map(({ instanceId, state }) => ({
        InstanceId: instanceId,
        PreviousState: shownState(state),
        CurrentState: shownState('terminated'),
      })),
    }
  },
})

/** Unknown ones are asked about like others, without tags: whether they exist is told only to who may know. */
async function resource(id: string, { realm, store, now }: World): Promise<Resource> {
  const instance = (await store.instances.get(id)) ?? (await store.pendingInstances.get(id, now()))
  return { arn: instanceArn(realm, id), ...(instance && { tags: instance.tags }) }
}

/** One that fails stops no other. */
async function endAll(items: readonly InventoryItem[], world: World): Promise<void> {
  const ends = await Promise.allSettled(items.map((item) => endInstance(item, world)))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
