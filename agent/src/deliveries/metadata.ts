import { isLive } from '@fleetkey/domain/grant'
import { formatManagedKey, isManagedKeyType } from '@fleetkey/wire/aws/managed-key'
import { hostname } from 'node:os'
import type { BootClock } from '../boot-clock.ts'
import { DeliveryFailed, type Delivery, type LiveKey, type ManagedKeyOnHost } from '../delivery.ts'
import { findAddresses } from '../facts.ts'
import { addMetadataAddress, METADATA_ADDRESS, METADATA_PORT } from '../metadata/address.ts'
import { metadataItems, type Items } from '../metadata/items.ts'
import { createKnownSigners } from '../metadata/known-signers.ts'
import { openMetadataService, type MetadataService } from '../metadata/service.ts'
import type { Paths } from '../paths.ts'
import { keepRoot } from '../metadata/kept-root.ts'
import { findMetadataProblems } from './metadata-problems.ts'

export interface MetadataDeliveryParts {
  readonly paths: Paths
  readonly instanceId: string
  readonly clock: BootClock
  /** Default: on EC2's address, which it gives this host. */
  readonly openService?: (items: () => Items) => Promise<MetadataService>
}

type ManagedLiveKey = LiveKey & { readonly managed: ManagedKeyOnHost }

/** How many seconds a key may be shorter than its minute: the answer to the server's question is so old at most (NONCE_TTL_MS), and a rounding. */
const MAX_EARLIER = 11

/**
 * EC2's instance metadata service, of which Amazon's own host package (`ec2-instance-connect`) fetches keys when sshd asks it. A key is
 * served until its deadline by the boot clock and no longer than this process lives; `#Timestamp`, by the wall clock, is the second lock.
 * The address stays when the agent ends: see addMetadataAddress.
 */
export function createMetadataDelivery(parts: MetadataDeliveryParts): Delivery {
  const { paths, instanceId, clock, openService = openOnMetadataAddress } = parts
  const signers = createKnownSigners()
  const keys = new Map<string, ManagedLiveKey>()
  let service: MetadataService | undefined

  function liveKeys(): readonly ManagedLiveKey[] {
    const now = { bootId: clock.bootId, bootNow: clock.now() }
    return [...keys.values()].filter((key) => isLive(key, now))
  }

  function items(): Items {
    const live = liveKeys()
    const signer = signers.choose(live.map(({ managed }) => managed))
    return metadataItems({
      instanceId,
      hostname: hostname(),
      address: findAddresses().find((address) => !address.includes(':')),
      place: signers.told,
      signer,
      keys: signer === undefined ? new Map() : formatKeys(live, signer.fingerprint),
    })
  }

  return {
    kind: 'metadata',

    async install(key) {
      const { managed } = key
      if (managed === undefined) {
        throw new DeliveryFailed(
          'The server signed no key for the host package: update it, and push again.',
        )
      }
      refuseUnlessServed(key)
      if (signers.told === undefined) {
        throw new DeliveryFailed('The server has not told yet who signs keys. Push again.')
      }
      if (!signers.hold(managed.text, managed.signatures)) {
        throw new DeliveryFailed(
          'The host package would not believe the signature of the key. Push again in a minute.',
        )
      }
      const early = key.expiryTime - managed.expires
      if (early < 0 || early > MAX_EARLIER) {
        throw new DeliveryFailed("The host's clock was set while the key was pushed. Push again.")
      }
      keys.set(key.grantId, { ...key, managed })
    },

    async remove({ grantId }) {
      keys.delete(grantId)
    },

    async clear() {
      keys.clear()
      service ??= await openService(items)
    },

    problems: () => findMetadataProblems({ instanceId, signers }),

    takeSigners(told) {
      signers.take(told)
      keepRoot(paths, signers.root)
    },

    async close() {
      await service?.close()
      service = undefined
    },
  }
}

async function openOnMetadataAddress(items: () => Items): Promise<MetadataService> {
  await addMetadataAddress()
  try {
    return await openMetadataService({ host: METADATA_ADDRESS, port: METADATA_PORT, items })
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    throw new DeliveryFailed(
      isTaken
        ? `Port ${METADATA_PORT} is taken on all addresses of this host: let that server listen on its own addresses, not on ${METADATA_ADDRESS}, or use the delivery "command".`
        : `The metadata service cannot listen on ${METADATA_ADDRESS}:${METADATA_PORT}: run the agent as root.`,
      error,
    )
  }
}

/** The package hands sshd the bare key: no options, and only two types. */
function refuseUnlessServed({ key, optionProfile }: LiveKey): void {
  if (!isManagedKeyType(key)) {
    throw new DeliveryFailed(
      `The host package takes ssh-ed25519 and ssh-rsa keys only, not ${key.type}: push such a key.`,
    )
  }
  if (optionProfile !== 'login-with-forwarding') {
    throw new DeliveryFailed(
      'The host package cannot limit what a login may do: use the delivery "command" on this host.',
    )
  }
}

/** Entries that another signer signed would make the package refuse all of them. */
function formatKeys(
  keys: readonly ManagedLiveKey[],
  fingerprint: string,
): ReadonlyMap<string, string> {
  const byUser = new Map<string, string>()
  for (const { osUser, managed } of keys) {
    const found = managed.signatures.find(({ signer }) => signer === fingerprint)
    if (found === undefined) continue
    const entry = formatManagedKey(managed.text, found.signature)
    byUser.set(osUser, (byUser.get(osUser) ?? '') + entry)
  }
  return byUser
}
