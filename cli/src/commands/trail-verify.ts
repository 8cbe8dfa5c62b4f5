import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import { anchorToSign } from '@fleetkey/wire/trail/anchor'
import { verifyExport, type ExportVerdict } from '@fleetkey/wire/trail/verify-export'
import { withApi } from '../api/with-api.ts'
import { defineCommand, severalTimes, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure, usageFailure } from '../failure.ts'
import { printable, printableJson } from '../output.ts'
import type { Screen } from '../screen.ts'
import { readAnchorFile } from '../trail/anchor-file.ts'
import { broken, ChainCheck, readTrail, sha256Hex, type ChainRecord } from '../trail/chain.ts'
import {
  digestPublicKeys,
  readPublicKeyFile,
  signedBy,
  type IsSigned,
} from '../trail/digest-public-key.ts'
import { openExportFolder } from '../trail/export-folder.ts'
import { problemFailure } from '../trail/problem-text.ts'
import { tellProgress } from '../trail/tell-progress.ts'
import { openTrailFile } from '../trail/trail-file.ts'

interface VerifyFlags extends ListingFlags {
  readonly head?: string
  readonly publicKey?: string
  readonly anchor: readonly string[]
  readonly from?: string
}

/** `fleetkey trail verify` */
export function verifyCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'verify', {
    summary:
      'Check every record of the server, or of an export without any server; name the first bad one.',
    examples: [
      'fleetkey trail verify',
      'fleetkey trail verify /srv/trail --public-key trail-key.pem',
      'fleetkey trail verify /srv/trail --public-key trail-key.pem --anchor anchors.jsonl   also against a rollback',
      'fleetkey trail verify trail.jsonl',
      'fleetkey trail verify --head 1042:9f86d0…   also check that it still leads through this head',
    ],
  })
  return withListingFlags(command)
    .argument(
      '[export]',
      'a folder in CloudTrail\'s layout, a file of "trail export", or "-"; without it, the trail of the server',
    )
    .option(
      '--public-key <file>',
      'of "trail key", for a folder and anchors; without it the server is asked for its own',
    )
    .option('--anchor <file>', 'what must be part of it; may be given again', severalTimes, [])
    .option('--head <seq:hash>', 'a head noted earlier, which must still be part of the chain')
    .option('--from <seq>', 'the first record to be expected: earlier ones were removed on purpose')
    .action(async (path: string | undefined, flags: VerifyFlags) => {
      const asFolder = path !== undefined && path !== '-' && (await isFolder(path))
      const proven = asFolder
        ? await verifyFolder(screen, path, flags)
        : await verifyChain(screen, path, flags)
      report(screen, flags, proven)
    })
}

/** What a good trail is told to be. */
interface Proven {
  readonly firstSeq: number
  readonly end: ChainLink
  readonly verdict?: ExportVerdict
}

async function verifyFolder(screen: Screen, folder: string, flags: VerifyFlags): Promise<Proven> {
  if (flags.head !== undefined) {
    throw usageFailure('--head is for a chain without digests.', 'Use --anchor with a folder.')
  }
  const source = await openExportFolder(folder)
  const tell = tellProgress(screen)
  const verdict = await verifyExport(source, {
    sha256Hex,
    isSigned: await signatureCheck(screen, flags),
    from: flags.from === undefined ? undefined : parseSeq(flags.from),
    anchors: (await Promise.all(flags.anchor.map(readAnchorFile))).flat(),
    progress: ({ seq }) => tell(seq),
  })
  if (verdict.problem !== undefined) {
    if (flags.output === 'json') {
      screen.out(`${printableJson({ whole: false, problem: verdict.problem })}\n`)
    }
    throw problemFailure(verdict.problem)
  }
  return { firstSeq: verdict.firstSeq, end: verdict.end, verdict }
}

/** The records alone: of the server, or as `trail export` writes them. */
async function verifyChain(
  screen: Screen,
  path: string | undefined,
  flags: VerifyFlags,
): Promise<Proven> {
  const known = await knownLinks(flags)
  if (flags.publicKey !== undefined && flags.anchor.length === 0) {
    throw usageFailure(
      'Records alone are not signed: --public-key would prove nothing of them.',
      'Verify a folder of trail.export, whose digests are signed, or name an --anchor',
    )
  }
  if (path !== undefined) {
    const { base, records } = await openTrailFile(path)
    const from = flags.from === undefined ? 1 : parseSeq(flags.from)
    if (base.seq >= from) {
      throw broken(
        `Record ${from} is not here.`,
        `the export says that it begins after ${base.seq}`,
      )
    }
    return await follow(screen, { base, records, known })
  }
  return await withApi(screen, flags, async (api) => {
    const { base, records, head } = await readTrail(api)
    return await follow(screen, { base, records, known: [...known, head] })
  })
}

async function follow(
  screen: Screen,
  trail: {
    readonly base: ChainLink
    readonly records: AsyncIterable<ChainRecord>
    readonly known: readonly ChainLink[]
  },
): Promise<Proven> {
  const tell = tellProgress(screen)
  const bySeq = Map.groupBy(trail.known, ({ seq }) => seq)
  const check = new ChainCheck(trail.base)
  for (const link of bySeq.get(trail.base.seq) ?? []) check.finish(link)
  for await (const record of trail.records) {
    check.add(record)
    for (const link of bySeq.get(record.seq) ?? []) check.finish(link)
    tell(record.seq)
  }
  for (const link of trail.known) check.finish(link)
  return { firstSeq: trail.base.seq + 1, end: check.end }
}

/** What was noted elsewhere: a head, and the ends that anchors name. */
async function knownLinks(flags: VerifyFlags): Promise<readonly ChainLink[]> {
  const anchors = (await Promise.all(flags.anchor.map(readAnchorFile))).flat()
  const isSigned =
    flags.publicKey === undefined ? undefined : signedBy(await readPublicKeyFile(flags.publicKey))
  return [
    ...(flags.head === undefined ? [] : [parseHead(flags.head)]),
    ...anchors
      .filter((anchor) => isSigned?.(anchorToSign(anchor), anchor.signature) ?? true)
      .map(({ lastSeq, lastHash }) => ({ seq: lastSeq, hash: lastHash })),
  ]
}

async function signatureCheck(screen: Screen, flags: VerifyFlags): Promise<IsSigned> {
  if (flags.publicKey !== undefined) return signedBy(await readPublicKeyFile(flags.publicKey))
  const keys = await withApi(screen, flags, digestPublicKeys)
  screen.err(
    screen.paintErr.faint(
      'The public key is the one that the server states now: keep one of your own ("fleetkey trail key") and name it with --public-key.\n',
    ),
  )
  return signedBy(keys.map(({ pem }) => pem).join(''))
}

function report(screen: Screen, { output }: VerifyFlags, { firstSeq, end, verdict }: Proven): void {
  const records = end.seq - firstSeq + 1
  if (output === 'json') {
    const { digests, endTime, anchors, ignoredAnchors, notYetDigested } = verdict ?? {}
    const proof = verdict && { digests, endTime, anchors, ignoredAnchors, notYetDigested }
    screen.out(`${printableJson({ whole: true, firstSeq, records, end, ...proof })}\n`)
    return
  }
  const since = firstSeq === 1 ? '' : ` from record ${firstSeq} on`
  screen.out(`${records} records${since}, all whole and in order.\n`)
  if (verdict === undefined) {
    screen.out(`Note the head to compare later:\n${end.seq}:${printable(end.hash)}\n`)
    return
  }
  screen.out(`${verdict.digests} digests, each signed, up to ${verdict.endTime ?? '-'}.\n`)
  if (verdict.anchors > 0) screen.out(`${verdict.anchors} anchors, all part of it.\n`)
  else
    screen.out('Without an anchor an end that was cut off does not show: name one with --anchor.\n')
  if (verdict.ignoredAnchors > 0) {
    screen.err(`${verdict.ignoredAnchors} anchors are not signed by this key, and prove nothing.\n`)
  }
  for (const name of verdict.notYetDigested) {
    screen.err(`${printable(name)} is later than the last digest: nothing proves it yet.\n`)
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw new Failure('fileUnreadable', `${path} cannot be read.`, { why: [String(error)] })
  }
}

function parseSeq(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw usageFailure(
    `"${text}" is no number of a record.`,
    'Give it as trail verify prints it: 1042',
  )
}

function parseHead(text: string): ChainLink {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (match) return { seq: Number(match[1]), hash: match[2] ?? '' }
  throw usageFailure(
    `"${text}" is not a head.`,
    'Paste it as trail verify printed it: 1042:9f86d0…',
  )
}
