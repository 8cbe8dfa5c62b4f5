import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import { existsSync, rmSync } from 'node:fs'
import { createHomeDelivery } from '../deliveries/home.ts'
import { removeMetadataAddress } from '../metadata/address.ts'
import { forgetManagedRoots } from './host-package-trust.ts'
import { PATHS } from '../paths.ts'

/** Removes the keys of every delivery but this one, and the trust in them: when a host changes to it, no agent clears the others any more. */
export async function removeOtherKeys(kind: DeliveryKind | 'none'): Promise<void> {
  if (kind !== 'command') {
    rmSync(PATHS.keys, { recursive: true, force: true })
    rmSync(PATHS.notes, { recursive: true, force: true })
  }
  if (kind !== 'file') rmSync(PATHS.authorizedKeys, { recursive: true, force: true })
  if (kind !== 'metadata') {
    forgetManagedRoots()
    await removeMetadataAddress()
  }
  if (kind !== 'home' && existsSync(`${PATHS.state}/home`)) {
    await createHomeDelivery().clear()
    rmSync(`${PATHS.state}/home`, { recursive: true, force: true })
  }
}
