import { CHAIN_START } from '@fleetkey/domain/trail-chain'
import { decodeDigest } from './decode-digest.ts'
import { digestToSign, type Digest, type Sha256Hex } from './digest.ts'
import { relativeName } from './object-names.ts'
import type { TrailProblem, TrailProblemKind } from './problem.ts'

/** A digest as it lies somewhere. */
export interface FoundDigest {
  /** Its name below any prefix: `AWSLogs/…`. */
  readonly name: string
  readonly text: string
  /** Hexadecimal; undefined when there is none. */
  readonly signature: string | undefined
}

export interface CheckedDigest {
  readonly digest: Digest
  readonly hash: string
  readonly signature: string
}

export interface DigestChecks {
  readonly sha256Hex: Sha256Hex
  /** Whether the signature (hexadecimal) over the text is the deployment's. */
  readonly isSigned: (text: string, signature: string) => boolean
  /** The first record to be expected, when the earlier ones were removed on purpose. Default 1. */
  readonly from?: number | undefined
}

export type DigestResult =
  | { readonly kind: 'good'; readonly checked: CheckedDigest }
  | { readonly kind: 'bad'; readonly problem: TrailProblem }

/** That it is signed, lies where it was put, and follows `previous`; undefined for the first one that is there. */
export function checkDigest(
  found: FoundDigest,
  previous: CheckedDigest | undefined,
  checks: DigestChecks,
): DigestResult {
  const { name, text, signature } = found
  const seq = (previous?.digest.fleetkey.lastSeq ?? (checks.from ?? 1) - 1) + 1
  const bad = (kind: TrailProblemKind, says: string, at = name): DigestResult => ({
    kind: 'bad',
    problem: { kind, seq, file: at, says },
  })
  const digest = decodeDigest(text)
  if (digest === undefined) return bad('digest altered', 'it is no digest as Fleetkey writes them')
  if (signature === undefined || !/^([0-9a-f]{2}){1,1024}$/.test(signature)) {
    return bad('digest unsigned', 'its signature is missing, or is none')
  }
  const hash = checks.sha256Hex(text)
  if (!checks.isSigned(digestToSign(digest, hash), signature)) {
    return bad('digest altered', 'its signature is not over this text by the public key')
  }
  if (relativeName(digest.digestS3Object) !== name) {
    return bad('digest moved', `it belongs at ${digest.digestS3Object}`)
  }
  const wrong =
    previous === undefined ? beginsWrong(digest, checks) : followsWrong(digest, previous)
  if (wrong !== undefined) return bad(...wrong)
  return { kind: 'good', checked: { digest, hash, signature } }
}

type Wrong = [kind: TrailProblemKind, says: string, at?: string]

function beginsWrong({ fleetkey, ...digest }: Digest, { from }: DigestChecks): Wrong | undefined {
  if (from !== undefined) {
    return fleetkey.firstSeq > from
      ? ['begins late', `the first digest here begins at record ${fleetkey.firstSeq}`]
      : undefined
  }
  if (fleetkey.number !== 1) {
    return [
      'begins late',
      `the first digest here begins at record ${fleetkey.firstSeq}`,
      relativeName(digest.previousDigestS3Object ?? '') ?? digest.digestS3Object,
    ]
  }
  const { seq, hash } = CHAIN_START
  const isFirst =
    fleetkey.firstSeq === seq + 1 &&
    fleetkey.previousHash === hash &&
    digest.previousDigestSignature === null
  return isFirst ? undefined : ['digest altered', 'it is the first one and yet follows another']
}

function followsWrong(digest: Digest, previous: CheckedDigest): Wrong | undefined {
  const { fleetkey } = digest
  const before = previous.digest.fleetkey
  if (fleetkey.number > before.number + 1) {
    const missing = relativeName(digest.previousDigestS3Object ?? '') ?? ''
    const says = `digest ${before.number + 1} is missing: the next one here is ${fleetkey.number}`
    return ['digest missing', says, missing]
  }
  const follows =
    fleetkey.number === before.number + 1 &&
    digest.previousDigestHashValue === previous.hash &&
    digest.previousDigestSignature === previous.signature &&
    digest.previousDigestS3Object === previous.digest.digestS3Object &&
    digest.previousDigestS3Bucket === previous.digest.digestS3Bucket &&
    fleetkey.firstSeq === before.lastSeq + 1 &&
    fleetkey.previousHash === before.lastHash
  if (follows) return undefined
  return [
    'forked',
    `it does not follow the one before it (${previous.digest.digestS3Object}): two trails lie here, as after the database was rolled back`,
  ]
}
