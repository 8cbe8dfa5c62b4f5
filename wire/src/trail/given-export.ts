import { CHAIN_START, nextLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import { anchorOf, type Anchor } from './anchor.ts'
import { buildDigest, buildLogFile, type DigestedRecord } from './build-digest.ts'
import { digestToSign, type PreviousDigest, type Sha256Hex } from './digest.ts'
import { encodeLogFile } from './log-file.ts'
import { relativeName, signatureObject, type TrailPlace } from './object-names.ts'

// For tests and benchmarks: an export made as the server makes one.

export interface GivenExport {
  /** Uncompressed contents, by name below the prefix; signatures too. */
  readonly files: ReadonlyMap<string, string>
  readonly anchors: readonly Anchor[]
  readonly records: readonly string[]
}

export const GIVEN_PLACE: TrailPlace = {
  accountId: '111122223333',
  region: 'on-prem-1',
  trailName: 'main',
  bucket: 'trail-archive',
  prefix: 'fleetkey',
}

const START = Date.UTC(2026, 10, 26, 23, 50)
const FIVE_MINUTES = 300_000

/** `digests`: for each one the numbers of records of its log files, `[[3, 2], [], [1]]`. */
export function givenExport(
  digests: readonly (readonly number[])[],
  parts: {
    readonly sha256Hex: Sha256Hex
    readonly sign: (text: string) => string
    /** JSON of the record with that seq. */
    readonly record?: (seq: number) => string
    readonly place?: TrailPlace
  },
): GivenExport {
  const { sha256Hex, sign, record = givenRecord, place = GIVEN_PLACE } = parts
  const files = new Map<string, string>()
  const anchors: Anchor[] = []
  const records: string[] = []
  let last: ChainLink = CHAIN_START
  let previous: PreviousDigest | undefined
  for (const [index, counts] of digests.entries()) {
    const start = START + index * FIVE_MINUTES
    const end = start + FIVE_MINUTES
    const after = last
    const logFiles = counts.map((count) => {
      const digested: DigestedRecord[] = []
      const texts: string[] = []
      for (let at = 0; at < count; at++) {
        const text = record(last.seq + 1)
        last = nextLink(last, text, sha256Hex)
        digested.push({ ...last, time: start + at })
        texts.push(text)
      }
      const [first, ...rest] = digested
      if (first === undefined) throw new Error('a log file has a record')
      const content = encodeLogFile(texts)
      const file = buildLogFile(place, [first, ...rest], { end, hashValue: sha256Hex(content) })
      files.set(relativeName(file.s3Object) ?? '', content)
      records.push(...texts)
      return file
    })
    const digest = buildDigest(place, {
      number: index + 1,
      start,
      end,
      after,
      last,
      logFiles,
      previous,
      fingerprint: '0123456789abcdef0123456789abcdef',
    })
    const text = JSON.stringify(digest)
    const hash = sha256Hex(text)
    const signature = sign(digestToSign(digest, hash))
    const name = relativeName(digest.digestS3Object) ?? ''
    files.set(name, text)
    files.set(signatureObject(name), signature)
    anchors.push(anchorOf(digest, { hash, signature }))
    previous = { bucket: place.bucket, object: digest.digestS3Object, hash, signature }
  }
  return { files, anchors, records }
}

/** As long as a push's record is. */
function givenRecord(seq: number): string {
  const id = seq.toString(16).padStart(12, '0')
  return JSON.stringify({
    eventVersion: '1.08',
    userIdentity: { type: 'IAMUser', userName: 'alice', accountId: '111122223333' },
    eventTime: '2026-11-26T23:51:00Z',
    eventName: 'SendSSHPublicKey',
    requestParameters: { instanceId: 'i-0123456789abcdef0', instanceOSUser: 'deploy' },
    additionalEventData: {
      phase: 'complete',
      text: `Grüße\u{1F511}\\n"${seq}"`,
      pad: 'x'.repeat(700),
    },
    eventID: `01234567-89ab-4cde-8f01-${id}`,
  })
}
