import { instanceArn } from '@fleetkey/domain/arn'
import { instanceIdNotFound, instanceIdsNotFound } from '@fleetkey/domain/exceptions'
import type { Resource, World } from '../operation.ts'
import { ec2Operation } from './ec2-operation.ts'
import { readInstanceIds } from './instance-ids.ts'
import { listInventory, shownState } from './inventory.ts'

interface Input {
  readonly instanceIds: readonly string[]
}

/**
 * Ends enrolments, and launches that nobody has joined by. The agent's key is believed no more and its link is cut; the machine and the
 * sessions on it go on. EC2 API reference, "TerminateInstances".
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
    const states = instanceIds.map((id) => inventory.get(id)?.state ?? 'stopped')
    await Promise.all(instanceIds.map((id) => terminate(id, call)))
    return {
      TerminatingInstances: instanceIds.map((InstanceId, index) => ({
        InstanceId,
        PreviousState: shownState(states[index] ?? 'stopped'),
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

async function terminate(id: string, { store, dropAgent }: World): Promise<void> {
  // A pending one may be joining just now: it is one or the other.
  const gone = (await store.pendingInstances.remove(id)) || (await store.instances.forget(id))
  if (!gone) throw instanceIdNotFound(id)
  dropAgent(id)
}
