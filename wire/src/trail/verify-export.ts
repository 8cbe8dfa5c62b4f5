import { CHAIN_START, type ChainLink } from '@fleetkey/domain/trail-chain'
import type { Anchor } from './anchor.ts'
import { AnchorCheck } from './check-anchors.ts'
import { checkDigest, type CheckedDigest, type DigestChecks } from './check-digest.ts'
import { checkLogFile, type FoundLog } from './check-log-file.ts'
import { endOf } from './digest.ts'
import { kindOfObject, relativeName, signatureObject, timeInName } from './object-names.ts'
import type { TrailProblem } from './problem.ts'

/** An export wherever it lies; names are those below any prefix: `AWSLogs/…`. */
export interface ExportSource {
  readonly names: readonly string[]
  /** A file's uncompressed content. Undefined when it is not there or cannot be uncompressed. */
  read(name: string): Promise<FoundLog | undefined>
  /** Hexadecimal, of a digest. */
  signatureOf(name: string): Promise<string | undefined>
}

export interface ExportVerdict {
  /** The first that is wrong; undefined when all is right. */
  readonly problem: TrailProblem | undefined
  /** How far all is proven. */
  readonly end: ChainLink
  readonly firstSeq: number
  readonly digests: number
  readonly endTime: string | undefined
  /** Log files later than the last digest: of an export that is still being written, or of nobody. */
  readonly notYetDigested: readonly string[]
  /** Anchors that were compared, and lines that no digest of this deployment is in. */
  readonly anchors: number
  readonly ignoredAnchors: number
}

/**
 * Checks an export from its first digest to its last: needs nothing but the files and the public key. `progress` is told after each
 * digest how far it is.
 */
export async function verifyExport(
  source: ExportSource,
  options: DigestChecks & {
    readonly anchors?: readonly Anchor[]
    readonly progress?: (end: ChainLink) => void
  },
): Promise<ExportVerdict> {
  const { from, anchors = [], isSigned, sha256Hex, progress } = options
  const anchored = new AnchorCheck(anchors, isSigned, from)
  const compared = anchored.count
  const names = [...source.names].toSorted(byTime)
  const strangers = new Set(names.filter((name) => kindOfObject(name) === 'log'))
  const digestNames = names.filter((name) => kindOfObject(name) === 'digest')
  const knownSignatures = new Set(digestNames.map(signatureObject))
  let last: CheckedDigest | undefined
  let firstSeq = from ?? 1
  let end: ChainLink = CHAIN_START
  let count = 0
  const verdict = (problem: TrailProblem | undefined): ExportVerdict => ({
    problem,
    end,
    firstSeq,
    digests: count,
    endTime: last?.digest.digestEndTime,
    notYetDigested: problem === undefined ? [...strangers] : [],
    anchors: compared,
    ignoredAnchors: anchored.ignored,
  })
  for (const name of digestNames) {
    const file = await source.read(name)
    const found = { name, text: file?.content ?? '', signature: await source.signatureOf(name) }
    const result = checkDigest(found, last, { sha256Hex, isSigned, from })
    if (result.kind === 'bad') return verdict(result.problem)
    const { digest } = result.checked
    if (last === undefined) {
      firstSeq = digest.fleetkey.firstSeq
      end = { seq: firstSeq - 1, hash: digest.fleetkey.previousHash }
    }
    for (const stated of digest.logFiles) {
      const logName = relativeName(stated.s3Object) ?? ''
      strangers.delete(logName)
      const checked = checkLogFile(stated, await source.read(logName), { previous: end, sha256Hex })
      if (checked.kind === 'bad') return verdict(checked.problem)
      ;({ end } = checked)
    }
    end = endOf(digest)
    last = result.checked
    count += 1
    anchored.saw(last)
    progress?.(end)
  }
  if (last === undefined) {
    const says = 'no digest is here'
    return verdict({ kind: 'digest missing', seq: from ?? 1, file: names[0] ?? '', says })
  }
  const missing = anchored.finish(last)
  if (missing !== undefined) return verdict(missing)
  const stray = strayFile(names, { last, strangers, knownSignatures })
  return verdict(
    stray === undefined
      ? undefined
      : { kind: 'stray', seq: end.seq + 1, file: stray, says: 'no digest names it' },
  )
}

function byTime(a: string, b: string): number {
  const [timeA, timeB] = [timeInName(a), timeInName(b)]
  if (timeA !== timeB) return timeA < timeB ? -1 : 1
  return a < b ? -1 : 1
}

/** A log file that is later than the last digest may be on its way; anything else that no digest names was put there. */
function strayFile(
  names: readonly string[],
  known: {
    readonly last: CheckedDigest
    readonly strangers: Set<string>
    readonly knownSignatures: ReadonlySet<string>
  },
): string | undefined {
  const lastMinute = timeInName(relativeName(known.last.digest.digestS3Object) ?? '').slice(0, 13)
  for (const name of names) {
    const kind = kindOfObject(name)
    if (kind === 'log' && known.strangers.has(name) && timeInName(name) < lastMinute) return name
    if (kind === 'signature' && !known.knownSignatures.has(name)) return name
  }
  return undefined
}
