import { constants } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { parseCastLine } from '@fleetkey/domain/asciicast'
import { PlainLines } from '@fleetkey/domain/plain-lines'
import { Option, type Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { Failure, usageFailure } from '../failure.ts'
import { printable } from '../output.ts'
import { RecordingReader } from '../recordings/read-recording.ts'
import { getRecording, recordingId } from '../recordings/recording.ts'
import type { Screen } from '../screen.ts'

interface ExportFlags extends ConnectionFlags {
  readonly format: 'cast' | 'text'
  readonly to?: string
}

/** `fleetkey recordings export` */
export function exportCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'export', {
    summary: 'Write a recording as an asciicast (for asciinema and its players), or as plain text.',
    examples: [
      'fleetkey recordings export r-00000000000000000000000000000000 --to session.cast',
      'fleetkey recordings export r-00000000000000000000000000000000 --format text | grep sudo',
      'fleetkey recordings export r-00000000000000000000000000000000 | sha256sum   # what "show" says',
    ],
  })
  return withConnectionFlags(command)
    .argument('<recording>', 'id')
    .addOption(new Option('--format <format>', 'as what').choices(['cast', 'text']).default('cast'))
    .option('--to <file>', 'a new file, for you only; without it to standard output')
    .action(async (id: string, flags: ExportFlags) => {
      const named = recordingId(id)
      const { to, format } = flags
      if (to === undefined && format === 'cast' && screen.width?.() !== undefined) {
        throw usageFailure('A terminal is no place for an asciicast.', 'Give --to FILE, or a pipe')
      }
      await withApi(screen, flags, async (api) => {
        const { state } = await getRecording(api, named)
        const pages = new RecordingReader(api, named).pages()
        const texts = format === 'cast' ? pages : plain(pages)
        if (to === undefined) for await (const text of texts) screen.out(text)
        else await writeFile(to, texts)
        if (state === 'running') screen.err('It is still running: this is what there is so far.\n')
      })
    })
}

/** Lines for people: nothing in them acts on a terminal. */
async function* plain(pages: AsyncIterable<string>): AsyncGenerator<string> {
  const lines = new PlainLines()
  const shown = (text: string) => `${printable(text)}\n`
  for await (const page of pages) {
    const events = page.trimEnd().split('\n').map(parseCastLine)
    const done = events.flatMap((event) => (event?.code === 'o' ? lines.write(event.text) : []))
    yield done.map(shown).join('')
  }
  if (lines.rest() !== '') yield shown(lines.rest())
}

async function writeFile(to: string, texts: AsyncIterable<string>): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(to, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
    for await (const text of texts) await file.writeFile(text)
  } catch (error) {
    // A part of it would pass for the whole, and keep the next try from its name.
    if (file !== undefined) await rm(to, { force: true })
    const { code, message } = error as NodeJS.ErrnoException
    if (error instanceof Failure || code === undefined) throw error
    throw new Failure('fileUnreadable', `${to} cannot be written.`, {
      why: [message],
      todo: code === 'EEXIST' ? ['It is there already: give another name.'] : [],
    })
  } finally {
    await file?.close()
  }
}
