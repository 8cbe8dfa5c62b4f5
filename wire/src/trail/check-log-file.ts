import { nextLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import { longHash, type DigestLogFile, type Sha256Hex } from './digest.ts'
import { decodeLogFile } from './log-file.ts'
import { relativeName } from './object-names.ts'
import type { TrailProblem, TrailProblemKind } from './problem.ts'

/** A log file as it lies somewhere, uncompressed. */
export interface FoundLog {
  /** As UTF-8; what is none of it may be replaced. */
  readonly content: string
  /** Of the bytes. */
  readonly hash: string
}

export type LogResult =
  | { readonly kind: 'good'; readonly end: ChainLink }
  | { readonly kind: 'bad'; readonly problem: TrailProblem }

/** That each record is the one whose hash its (checked) digest states; names the first that is not. `found` is undefined when it is not there. */
export function checkLogFile(
  stated: DigestLogFile,
  found: FoundLog | undefined,
  parts: { readonly previous: ChainLink; readonly sha256Hex: Sha256Hex },
): LogResult {
  const { firstSeq, lastSeq, hashes } = stated.fleetkey
  const file = relativeName(stated.s3Object) ?? stated.s3Object
  if (found === undefined) {
    const says = `records ${firstSeq} to ${lastSeq} were in it`
    return { kind: 'bad', problem: { kind: 'file missing', seq: firstSeq, file, says } }
  }
  const lines = decodeLogFile(found.content, { expected: hashes.length })
  let previous = parts.previous
  for (const [index, hash] of hashes.entries()) {
    const record = lines.records[index]
    const link = { seq: firstSeq + index, hash: longHash(hash) }
    if (record === undefined || nextLink(previous, record, parts.sha256Hex).hash !== link.hash) {
      const place = { index, previous, stated, sha256Hex: parts.sha256Hex }
      return { kind: 'bad', problem: badRecord(lines.records, file, place) }
    }
    previous = link
  }
  const extra = lines.records[hashes.length]
  if (extra !== undefined) {
    const problem = { kind: 'inserted', seq: lastSeq + 1, file, ...eventIdOf(extra) } as const
    return { kind: 'bad', problem: { ...problem, says: `it stands after record ${lastSeq}` } }
  }
  if (found.hash !== stated.hashValue || !lines.isWhole) {
    const says = 'its records are whole, but what stands between or round them is not'
    return { kind: 'bad', problem: { kind: 'file altered', seq: firstSeq, file, says } }
  }
  return { kind: 'good', end: previous }
}

/** Twice what a record can be. What is longer has no place among the others, and hashing it for each of them would take hours. */
const MAX_RECORD = 512 * 1024

interface Place {
  /** From 0, of the first record that is not right. */
  readonly index: number
  readonly previous: ChainLink
  readonly stated: DigestLogFile
  readonly sha256Hex: Sha256Hex
}

function badRecord(records: readonly string[], file: string, place: Place): TrailProblem {
  const { index, previous, stated } = place
  const seq = stated.fleetkey.firstSeq + index
  const record = records[index]
  const told = (kind: TrailProblemKind, says: string): TrailProblem => ({
    kind,
    seq,
    file,
    ...eventIdOf(record ?? ''),
    says,
  })
  if (record === undefined) return { kind: 'missing', seq, file, says: `the file ends before it` }
  const belongs = record.length > MAX_RECORD ? undefined : placeOf(record, place)
  if (belongs !== undefined) return told('missing', `record ${belongs} stands in its place`)
  const next = records[index + 1]
  if (next !== undefined && isRecord(next, index, previous.hash, place)) {
    return told('inserted', `it stands before record ${seq}`)
  }
  return told('altered', 'its text does not have the hash that its digest states')
}

/** Where among the later ones the record belongs. */
function placeOf(record: string, place: Place): number | undefined {
  const { index, stated } = place
  const { firstSeq, hashes } = stated.fleetkey
  const found = hashes.findIndex(
    (_, at) => at > index && isRecord(record, at, longHash(hashes[at - 1] ?? ''), place),
  )
  return found === -1 ? undefined : firstSeq + found
}

function isRecord(record: string, at: number, previousHash: string, place: Place): boolean {
  const { firstSeq, hashes } = place.stated.fleetkey
  const previous = { seq: firstSeq + at - 1, hash: previousHash }
  return nextLink(previous, record, place.sha256Hex).hash === longHash(hashes[at] ?? '')
}

/** What an altered text says of itself: only what an id may look like. */
function eventIdOf(record: string): { readonly eventId?: string } {
  const eventId = /"eventID":"([0-9a-fA-F-]{1,64})"/.exec(record)?.[1]
  return eventId === undefined ? {} : { eventId }
}
