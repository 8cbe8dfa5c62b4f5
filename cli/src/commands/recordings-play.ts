import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { usageFailure } from '../failure.ts'
import { printable } from '../output.ts'
import { KEYS_HELP, noKeys, openKeys } from '../recordings/keys.ts'
import { play } from '../recordings/play.ts'
import { RecordingReader } from '../recordings/read-recording.ts'
import { getRecording, lengthText, recordingId } from '../recordings/recording.ts'
import type { Screen } from '../screen.ts'
import { localTime } from '../time.ts'

interface PlayFlags extends ConnectionFlags {
  readonly speed: string
  readonly idleLimit?: string
  readonly at?: string
}

/** `fleetkey recordings play` */
export function playCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'play', {
    summary:
      'Play a recording in this terminal, which must be as large as the recorded one. What would do more than draw is left out.',
    examples: [
      'fleetkey recordings play r-00000000000000000000000000000000',
      'fleetkey recordings play r-00000000000000000000000000000000 --speed 4 --idle-limit 1',
      'fleetkey recordings play r-00000000000000000000000000000000 --at 1:02:30',
    ],
  })
  return withConnectionFlags(command)
    .argument('<recording>', 'id')
    .option('--speed <factor>', 'how fast: 0.125 to 64', '1')
    .option('--idle-limit <seconds>', 'make longer pauses so long')
    .option('--at <time>', 'begin there: seconds, 12:05 or 1:02:30')
    .addHelpText('after', `\nKeys:\n  ${KEYS_HELP}`)
    .action(async (id: string, flags: PlayFlags) => {
      const named = recordingId(id)
      const speed = readNumber('--speed', flags.speed, { least: 1 / 8, most: 64 })
      const idleLimit =
        flags.idleLimit === undefined
          ? Infinity
          : readNumber('--idle-limit', flags.idleLimit, { least: 0, most: 1e6 })
      const from = flags.at === undefined ? 0 : readPlace(flags.at)
      await withApi(screen, flags, async (api) => {
        const recording = await getRecording(api, named)
        const { columns, rows, userName, osUser, instanceName, instanceId } = recording
        screen.err(
          `${printable(`${userName} as ${osUser} on ${instanceName ?? instanceId}`)}, ${localTime(recording.startedAt)}, ${lengthText(recording.seconds)}\n`,
        )
        // A terminal may say that it has none: then it is not known.
        const width = screen.width?.()
        if (width !== undefined && width > 0 && width < columns) {
          screen.err(
            `This terminal has ${width} columns, and the recorded one ${columns} × ${rows}.\n`,
          )
        }
        const isAsked = screen.interactive && width !== undefined
        const keys = isAsked ? openKeys(process.stdin) : noKeys
        if (isAsked) screen.err(`${KEYS_HELP}\n`)
        try {
          const reader = new RecordingReader(api, named)
          await play({
            events: () => reader.events(),
            out: (text) => screen.out(text),
            keyWithin: (ms) => keys.within(ms),
            speed,
            idleLimit,
            from,
            elapsed: () => performance.now(),
          })
        } finally {
          keys.close()
        }
        const isRunning = recording.state === 'running'
        screen.err(isRunning ? '\nThat is all so far: it is still running.\n' : '\n')
      })
    })
}

function readNumber(
  flag: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw usageFailure(`"${text}" is nothing for ${flag}.`, `Give a number from ${least} to ${most}`)
}

function readPlace(text: string): number {
  const parts = text.split(':')
  const isRight = parts.length <= 3 && parts.every((part) => /^\d{1,6}(\.\d+)?$/.test(part))
  if (isRight) return parts.reduce((sum, part) => sum * 60 + Number(part), 0)
  throw usageFailure(`"${text}" is no place in a recording.`, 'Write it like 90, 12:05 or 1:02:30')
}
