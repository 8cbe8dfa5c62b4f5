import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import type { BootClock } from './boot-clock.ts'
import type { Delivery } from './delivery.ts'
import type { Paths } from './paths.ts'

/** The delivery of this kind. Only the one in use is loaded. */
export async function openDelivery(
  kind: DeliveryKind,
  host: { readonly paths: Paths; readonly instanceId: string; readonly clock: BootClock },
): Promise<Delivery> {
  const { paths } = host
  switch (kind) {
    case 'command':
      return (await import('./deliveries/command.ts')).createCommandDelivery({ paths })
    case 'file':
      return (await import('./deliveries/file.ts')).createFileDelivery({ paths })
    case 'home':
      return (await import('./deliveries/home.ts')).createHomeDelivery({ paths })
    case 'metadata':
      return (await import('./deliveries/metadata.ts')).createMetadataDelivery(host)
  }
}
