import type { ManagedSigners } from '@fleetkey/wire/agent/managed-signers-statement'

/** A text, or a directory of more. */
export type Item = string | Items
export type Items = ReadonlyMap<string, Item>

/** What there is to show. What is not known yet is not there. */
export interface Shown {
  readonly instanceId: string
  readonly hostname: string
  /** IPv4, where the host has one. */
  readonly address: string | undefined
  readonly place: Place | undefined
  readonly signer: ShownSigner | undefined
  /** By osUser, whole entries with their signatures. */
  readonly keys: ReadonlyMap<string, string>
}

export type Place = Pick<
  ManagedSigners,
  'region' | 'availabilityZone' | 'availabilityZoneId' | 'partition' | 'domain'
>

export interface ShownSigner {
  /** SHA-1 of its certificate, upper-case hexadecimal. */
  readonly fingerprint: string
  /** PEM, leaf first. */
  readonly chain: string
  /** OCSP response, DER in base64. */
  readonly staple: string
}

/** EC2's tree of instance metadata ("Instance metadata categories", EC2 User Guide), as far as it is true of a host that is in no cloud. */
export function metadataItems(shown: Shown): Items {
  const { instanceId, hostname, address, place, signer, keys } = shown
  return directory({
    latest: directory({
      'meta-data': directory({
        'instance-id': instanceId,
        hostname,
        'local-hostname': hostname,
        'local-ipv4': address,
        placement:
          place &&
          directory({
            'availability-zone': place.availabilityZone,
            'availability-zone-id': place.availabilityZoneId,
            region: place.region,
          }),
        services: place && directory({ domain: place.domain, partition: place.partition }),
        'managed-ssh-keys':
          signer &&
          new Map<string, Item>([
            ['active-keys', keys],
            ['signer-cert', signer.chain],
            ['signer-ocsp', new Map([[signer.fingerprint, signer.staple]])],
          ]),
      }),
    }),
  })
}

/**
 * The text at this path, with or without a slash at its end: the host package asks with one. A directory is the list of its names, those of
 * directories with a slash, as EC2 lists them. Undefined when there is nothing.
 */
export function findItem(items: Items, path: string): string | undefined {
  let found: Item | undefined = items
  for (const name of path.split('/').slice(1)) {
    if (name === '') continue
    if (found === undefined || typeof found === 'string') return undefined
    found = found.get(name)
  }
  if (found === undefined || typeof found === 'string') return found
  return [...found].map(([name, item]) => (typeof item === 'string' ? name : `${name}/`)).join('\n')
}

function directory(entries: Readonly<Record<string, Item | undefined>>): Items {
  return new Map(
    Object.entries(entries).filter((entry): entry is [string, Item] => entry[1] !== undefined),
  )
}
