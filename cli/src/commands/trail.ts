import type { Command } from 'commander'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { usageFailure } from '../failure.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { ChainCheck, readTrail, type ChainRecord } from '../trail/chain.ts'
import { readTrailFile, writeTrailFile } from '../trail/trail-file.ts'

interface VerifyFlags extends ConnectionFlags {
  readonly head?: string
}

/** `fleetkey trail …` */
export function trailCommand(screen: Screen): Command {
  return defineCommand(screen, 'trail', {
    summary: 'Verify or export the audit trail, whose records are chained by hashes.',
    examples: ['fleetkey trail verify', 'fleetkey trail export trail.jsonl'],
  })
    .addCommand(verifyCommand(screen))
    .addCommand(exportCommand(screen))
}

function verifyCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'verify', {
    summary: 'Check every record of the server, or of an export; name the first bad one.',
    examples: [
      'fleetkey trail verify',
      'fleetkey trail verify trail.jsonl',
      'fleetkey trail verify --head 1042:9f86d0…   also check that it still leads through this head',
    ],
  })
  return withConnectionFlags(command)
    .argument('[file]', 'an export; without it, the trail of the server')
    .option('--head <seq:hash>', 'a head noted earlier, which must still be part of the chain')
    .action(async (path: string | undefined, flags: VerifyFlags) => {
      const known = flags.head === undefined ? undefined : parseHead(flags.head)
      const check = new ChainCheck()
      if (path === undefined) {
        await withApi(screen, flags, async (api) => {
          check.finish(await drain(readTrail(api), check, known))
        })
      } else {
        await drain(readTrailFile(path), check, known)
      }
      if (known) check.finish(known)
      report(screen, check.end)
    })
}

function exportCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'export', {
    summary: 'Write the whole trail to a new file, one JSON object a line, checked on the way.',
    examples: ['fleetkey trail export trail.jsonl', 'fleetkey trail verify trail.jsonl'],
  })
  return withConnectionFlags(command)
    .argument('<file>', 'a new file; {"seq", "hash", "record"} in each line')
    .action(async (path: string, flags: ConnectionFlags) => {
      const check = new ChainCheck()
      await withApi(screen, flags, (api) => writeTrailFile(path, checked(readTrail(api), check)))
      screen.out(`Written to ${printable(path)}.\n`)
      report(screen, check.end)
    })
}

function report(screen: Screen, end: ChainLink): void {
  screen.out(`${end.seq} records, all whole and in order. Note the head to compare later:\n`)
  screen.out(`${end.seq}:${printable(end.hash)}\n`)
}

/** Adds every record to the check; answers with what the source returned. */
async function drain<Result>(
  records: AsyncGenerator<ChainRecord, Result>,
  check: ChainCheck,
  known: ChainLink | undefined,
): Promise<Result> {
  for (;;) {
    const next = await records.next()
    if (next.done) return next.value
    check.add(next.value)
    if (known?.seq === next.value.seq) check.finish(known)
  }
}

async function* checked(
  records: AsyncGenerator<ChainRecord, ChainLink>,
  check: ChainCheck,
): AsyncGenerator<ChainRecord> {
  for (;;) {
    const next = await records.next()
    if (next.done) return check.finish(next.value)
    check.add(next.value)
    yield next.value
  }
}

function parseHead(text: string): ChainLink {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (match) return { seq: Number(match[1]), hash: match[2] ?? '' }
  throw usageFailure(
    `"${text}" is not a head.`,
    'Paste it as trail verify printed it: 1042:9f86d0…',
  )
}
