import { digestToSign, type Digest } from './digest.ts'

/**
 * What is written elsewhere of each digest: whoever rewrites the trail, all of it, does not get at that. One line of JSON. It proves
 * itself by the digest's signature, so that nobody can cry wolf with a line of their own making.
 */
export interface Anchor {
  /** `bucket/AWSLogs/…` */
  readonly object: string
  readonly endTime: string
  /** Of the digest's text, SHA-256, hexadecimal. */
  readonly hash: string
  readonly signature: string
  readonly previousSignature: string | null
  readonly lastSeq: number
  readonly lastHash: string
}

export function anchorOf(digest: Digest, made: Pick<Anchor, 'hash' | 'signature'>): Anchor {
  return {
    object: `${digest.digestS3Bucket}/${digest.digestS3Object}`,
    endTime: digest.digestEndTime,
    hash: made.hash,
    signature: made.signature,
    previousSignature: digest.previousDigestSignature,
    lastSeq: digest.fleetkey.lastSeq,
    lastHash: digest.fleetkey.lastHash,
  }
}

/** Without the line break. */
export const encodeAnchor = (anchor: Anchor): string => JSON.stringify(anchor)

/** Undefined for a line that is no anchor. */
export function decodeAnchor(line: string): Anchor | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { object, endTime, hash, signature, previousSignature, lastSeq, lastHash } =
    value as Record<string, unknown>
  const isAnchor =
    matches(object, /^[\w.!*'()/ -]{1,1200}$/) &&
    matches(endTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) &&
    matches(hash, /^[0-9a-f]{64}$/) &&
    matches(signature, /^[0-9a-f]{2,2048}$/) &&
    (previousSignature === null || matches(previousSignature, /^[0-9a-f]{2,2048}$/)) &&
    Number.isSafeInteger(lastSeq) &&
    matches(lastHash, /^[0-9a-f]{64}$/)
  return isAnchor ? (value as Anchor) : undefined
}

/** The text that its signature is over. */
export function anchorToSign({ object, endTime, hash, previousSignature }: Anchor): string {
  const slash = object.indexOf('/')
  return digestToSign(
    {
      digestEndTime: endTime,
      digestS3Bucket: object.slice(0, slash),
      digestS3Object: object.slice(slash + 1),
      previousDigestSignature: previousSignature,
    },
    hash,
  )
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}
