import { isCount, isText, type StatementKind } from './statement.ts'

/**
 * With what hosts check the signatures of managed keys, and where EC2's metadata service would say that they stand. Signed by a grant
 * signer: what an agent shows to every program of its host comes from the deployment that it joined.
 */
export interface ManagedSigners {
  readonly deployment: string
  readonly region: string
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  readonly partition: string
  /** The DNS name that services of the partition end in. */
  readonly domain: string
  /** PEM, the signer's certificate first and the root last. The newest signer first: two while one takes over from the other. */
  readonly chains: readonly string[]
  /** Of each chain, an OCSP response (DER, base64) of its first certificate. */
  readonly staples: readonly string[]
  /** Milliseconds since 1970 by the server's clock. */
  readonly issuedAt: number
}

/** More than two are never in use at once. */
const MAX_SIGNERS = 2

const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= MAX_SIGNERS &&
  value.every((item) => isText(item))

export const managedSignersStatement: StatementKind<ManagedSigners> = {
  domain: 'fleetkey-managed-signers-v1',
  fields: {
    deployment: isText,
    region: isText,
    availabilityZone: isText,
    availabilityZoneId: isText,
    partition: isText,
    domain: isText,
    chains: areTexts,
    staples: areTexts,
    issuedAt: isCount,
  },
}
