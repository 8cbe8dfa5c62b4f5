import type { Realm } from '@fleetkey/domain/realm'
import { availabilityZoneIdOf, availabilityZoneOf } from '@fleetkey/domain/site'
import type { Signed } from '@fleetkey/wire/agent/signed'
import type { GrantSigner } from '../secrets/grant-signer.ts'
import type { ManagedSigner } from '../secrets/managed-signer.ts'

/** What agents with the delivery `metadata` are told when they ask: credentials of the signer, and where EC2 would say that they are. */
export function createManagedSigners(parts: {
  readonly realm: Realm
  readonly deployment: string
  readonly managed: Pick<ManagedSigner, 'credentials'>
  readonly signer: Pick<GrantSigner, 'signManagedSigners'>
  readonly now: () => number
}): () => Promise<{ readonly signers: Signed; readonly signer: Signed }> {
  const { realm, deployment, managed, signer, now } = parts
  const { region, partition } = realm
  const place = {
    region,
    availabilityZone: availabilityZoneOf(region),
    availabilityZoneId: availabilityZoneIdOf(region),
    partition,
    domain: 'amazonaws.com',
  }
  return async () =>
    signer.signManagedSigners({
      deployment,
      ...place,
      ...(await managed.credentials()),
      issuedAt: now(),
    })
}
