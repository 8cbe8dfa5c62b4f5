import type { ChainLink } from '@fleetkey/domain/trail-chain'

/** Hexadecimal, over UTF-8. */
export type Sha256Hex = (data: string | Uint8Array) => string

/**
 * One digest of the trail: CloudTrail's members and words (CloudTrail User Guide, "CloudTrail digest file structure") and, in
 * `fleetkey`, what ties it to the hash chain. It states the hash of every record, so that whoever rewrites a record and chains all that
 * follows anew still shows at that very record.
 */
export interface Digest {
  readonly awsAccountId: string
  /** ISO 8601 to the second, UTC. */
  readonly digestStartTime: string
  readonly digestEndTime: string
  readonly digestS3Bucket: string
  readonly digestS3Object: string
  /** MD5 of the public key's PKCS #1 DER, hexadecimal: a name, nothing that is relied on. */
  readonly digestPublicKeyFingerprint: string
  readonly digestSignatureAlgorithm: 'SHA256withRSA'
  readonly newestEventTime: string | null
  readonly oldestEventTime: string | null
  readonly previousDigestS3Bucket: string | null
  readonly previousDigestS3Object: string | null
  readonly previousDigestHashValue: string | null
  readonly previousDigestHashAlgorithm: 'SHA-256' | null
  readonly previousDigestSignature: string | null
  readonly logFiles: readonly DigestLogFile[]
  readonly fleetkey: DigestedRange
}

export interface DigestLogFile {
  readonly s3Bucket: string
  readonly s3Object: string
  /** Of the uncompressed content. */
  readonly hashValue: string
  readonly hashAlgorithm: 'SHA-256'
  readonly newestEventTime: string
  readonly oldestEventTime: string
  readonly fleetkey: {
    readonly firstSeq: number
    readonly lastSeq: number
    /** Of each record from `firstSeq` on: base64 of the 32 bytes, without padding. */
    readonly hashes: readonly string[]
  }
}

/** `firstSeq` to `lastSeq`, which is one less when nothing had happened. */
export interface DigestedRange {
  readonly number: number
  readonly firstSeq: number
  readonly lastSeq: number
  /** Of the record before `firstSeq`. */
  readonly previousHash: string
  /** Of `lastSeq`. */
  readonly lastHash: string
}

/** What of a digest goes into the next one. */
export interface PreviousDigest {
  readonly bucket: string
  readonly object: string
  readonly hash: string
  readonly signature: string
}

/** What is signed ("Validating CloudTrail log files: custom implementations"): four lines. */
export function digestToSign(
  digest: Pick<
    Digest,
    'digestEndTime' | 'digestS3Bucket' | 'digestS3Object' | 'previousDigestSignature'
  >,
  hash: string,
): string {
  const { digestEndTime, digestS3Bucket, digestS3Object, previousDigestSignature } = digest
  return `${digestEndTime}\n${digestS3Bucket}/${digestS3Object}\n${hash}\n${previousDigestSignature ?? 'null'}`
}

export function endOf({ fleetkey }: Digest): ChainLink {
  return { seq: fleetkey.lastSeq, hash: fleetkey.lastHash }
}

/** ISO 8601 to the second, as CloudTrail writes times. `time` in milliseconds since 1970. */
export const digestTime = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`

/** 32 bytes as they stand in a digest. `hash` is hexadecimal. */
export const shortHash = (hash: string): string =>
  Uint8Array.fromHex(hash).toBase64({ omitPadding: true })

export const longHash = (short: string): string => Uint8Array.fromBase64(short).toHex()
