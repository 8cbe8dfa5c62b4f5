import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { ChainCheck, readTrail, type ServerTrail, type ChainRecord } from '../trail/chain.ts'
import { tellProgress } from '../trail/tell-progress.ts'
import { writeTrailFile } from '../trail/trail-file.ts'

/** `fleetkey trail export` */
export function exportCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'export', {
    summary: 'Write the whole trail to a new file, one JSON object a line, checked on the way.',
    examples: ['fleetkey trail export trail.jsonl', 'fleetkey trail verify trail.jsonl'],
  })
  return withConnectionFlags(command)
    .argument('<file>', 'a new file; {"seq", "hash", "record"} in each line')
    .action(async (path: string, flags: ConnectionFlags) => {
      const check = await withApi(screen, flags, async (api) => {
        const trail = await readTrail(api)
        const following = new ChainCheck(trail.base)
        const records = checked(trail, following, tellProgress(screen))
        await writeTrailFile(path, { base: trail.base, records })
        return following
      })
      screen.out(`Written to ${printable(path)}.\n`)
      const { seq, hash } = check.end
      screen.out(
        `All whole and in order. Note the head to compare later:\n${seq}:${printable(hash)}\n`,
      )
    })
}

async function* checked(
  { records, head }: ServerTrail,
  check: ChainCheck,
  tell: (records: number) => void,
): AsyncGenerator<ChainRecord> {
  for await (const record of records) {
    check.add(record)
    yield record
    tell(record.seq)
  }
  check.finish(head)
}
