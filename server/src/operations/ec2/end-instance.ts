import { instanceIdNotFound } from '@fleetkey/domain/exceptions/ec2'
import { machineNotEnded } from '@fleetkey/domain/exceptions/launches'
import { LaunchProgramFailed } from '../../launches/launch-program.ts'
import type { Machine } from '../../launches/launches.ts'
import type { World } from '../operation.ts'

/**
 * Ends an enrolment, or a launch that nobody has joined by: the agent's key is believed no more and its link is cut. Then the machine, where
 * a program started it; sessions on any other go on.
 */
export async function endInstance(
  machine: Machine,
  { store, dropAgent, launches }: Pick<World, 'store' | 'dropAgent' | 'launches'>,
): Promise<void> {
  const { instanceId } = machine
  // A pending one may be joining just now: it is one or the other.
  const gone =
    (await store.pendingInstances.remove(instanceId)) || (await store.instances.forget(instanceId))
  if (!gone) throw instanceIdNotFound(instanceId)
  dropAgent(instanceId)
  try {
    await launches.end(machine)
  } catch (error) {
    if (error instanceof LaunchProgramFailed) throw machineNotEnded(instanceId)
    throw error
  }
}
