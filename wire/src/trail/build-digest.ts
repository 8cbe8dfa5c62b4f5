import type { ChainLink } from '@fleetkey/domain/trail-chain'
import {
  digestTime,
  shortHash,
  type Digest,
  type DigestLogFile,
  type PreviousDigest,
} from './digest.ts'
import { digestObject, logObject, type TrailPlace } from './object-names.ts'

/** One record of a log file, without its text. */
export interface DigestedRecord extends ChainLink {
  /** Milliseconds since 1970. */
  readonly time: number
}

/** What a digest says of one log file. `records` follow one another; `hashValue` is over the file's content, `end` the end of the digest. */
export function buildLogFile(
  place: TrailPlace,
  records: readonly [DigestedRecord, ...DigestedRecord[]],
  { end, hashValue }: { readonly end: number; readonly hashValue: string },
): DigestLogFile {
  const [first] = records
  const last = records.at(-1) ?? first
  return {
    s3Bucket: place.bucket,
    // Part of a hash: the same name however often it is written, and no other file's.
    s3Object: logObject(place, end, last.hash.slice(0, 16)),
    hashValue,
    hashAlgorithm: 'SHA-256',
    ...timesOf(records.map(({ time }) => time)),
    fleetkey: {
      firstSeq: first.seq,
      lastSeq: last.seq,
      hashes: records.map(({ hash }) => shortHash(hash)),
    },
  }
}

/** `logFiles` follow one another and `after`, the last record before them. Times are milliseconds since 1970. */
export function buildDigest(
  place: TrailPlace,
  parts: {
    readonly number: number
    readonly start: number
    readonly end: number
    readonly after: ChainLink
    readonly last: ChainLink
    readonly logFiles: readonly DigestLogFile[]
    readonly previous: PreviousDigest | undefined
    readonly fingerprint: string
  },
): Digest {
  const { number, start, end, after, last, logFiles, previous, fingerprint } = parts
  const times = logFiles.flatMap(({ oldestEventTime, newestEventTime }) => [
    Date.parse(oldestEventTime),
    Date.parse(newestEventTime),
  ])
  return {
    awsAccountId: place.accountId,
    digestStartTime: digestTime(start),
    digestEndTime: digestTime(end),
    digestS3Bucket: place.bucket,
    digestS3Object: digestObject(place, end),
    digestPublicKeyFingerprint: fingerprint,
    digestSignatureAlgorithm: 'SHA256withRSA',
    ...(times.length === 0 ? { newestEventTime: null, oldestEventTime: null } : timesOf(times)),
    previousDigestS3Bucket: previous?.bucket ?? null,
    previousDigestS3Object: previous?.object ?? null,
    previousDigestHashValue: previous?.hash ?? null,
    previousDigestHashAlgorithm: previous === undefined ? null : 'SHA-256',
    previousDigestSignature: previous?.signature ?? null,
    logFiles,
    fleetkey: {
      number,
      firstSeq: after.seq + 1,
      lastSeq: last.seq,
      previousHash: after.hash,
      lastHash: last.hash,
    },
  }
}

function timesOf(times: readonly number[]): { newestEventTime: string; oldestEventTime: string } {
  let oldest = Infinity
  let newest = -Infinity
  for (const time of times) {
    if (time < oldest) oldest = time
    if (time > newest) newest = time
  }
  return { newestEventTime: digestTime(newest), oldestEventTime: digestTime(oldest) }
}
