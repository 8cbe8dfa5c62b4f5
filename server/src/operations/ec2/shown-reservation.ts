import type { World } from '../operation.ts'
import { listInventory } from './inventory.ts'
import { shownInstance } from './shown-instance.ts'
import { shownTerminated } from './terminated-instances.ts'

/** What one launch made, as it is now. EC2 API reference, "Reservation". */
export async function shownReservation(
  made: { readonly reservationId: string; readonly instanceIds: readonly string[] },
  world: World,
): Promise<object> {
  const items = new Map((await listInventory(world)).map((item) => [item.instanceId, item]))
  return {
    ReservationId: made.reservationId,
    OwnerId: world.realm.accountId,
    Groups: [],
    Instances: made.instanceIds.map((instanceId) => {
      const item = items.get(instanceId)
      // Of a launch that is asked about again.
      return item === undefined ? shownTerminated(instanceId) : shownInstance(item, world.realm)
    }),
  }
}
