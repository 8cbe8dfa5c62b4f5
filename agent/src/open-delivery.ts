import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import type { Delivery } from './delivery.ts'
import type { Paths } from './paths.ts'

/** The delivery of this kind. Only the one in use is loaded. */
export async function openDelivery(kind: DeliveryKind, paths: Paths): Promise<Delivery> {
  switch (kind) {
    case 'command':
      return (await import('./deliveries/command.ts')).createCommandDelivery({ paths })
    case 'file':
      return (await import('./deliveries/file.ts')).createFileDelivery({ paths })
    case 'home':
      return (await import('./deliveries/home.ts')).createHomeDelivery({ paths })
  }
}
