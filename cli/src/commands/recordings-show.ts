import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { printableJson } from '../output.ts'
import {
  getRecording,
  lengthText,
  recordingId,
  type ShownRecording,
} from '../recordings/recording.ts'
import { printParts, type Screen } from '../screen.ts'
import { localTime } from '../time.ts'

/** `fleetkey recordings show` */
export function showCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'show', {
    summary: 'Show one recording: who, where, when, how it ended, and what it must hash to.',
    examples: [
      'fleetkey recordings show r-00000000000000000000000000000000',
      'fleetkey recordings show r-00000000000000000000000000000000 --output json',
    ],
  })
  return withListingFlags(command)
    .argument('<recording>', 'id')
    .action(async (id: string, flags: ListingFlags) => {
      const named = recordingId(id)
      const recording = await withApi(screen, flags, (api) => getRecording(api, named))
      if (flags.output === 'json') screen.out(`${printableJson(recording)}\n`)
      else printParts(screen, flags.output, partsOf(recording))
    })
}

function partsOf(one: ShownRecording): Readonly<Record<string, string>> {
  const { instanceName, instanceId, endedAt, bytes } = one
  const known = {
    who: one.principalArn,
    instance: instanceName === undefined ? instanceId : `${instanceName} (${instanceId})`,
    'os user': one.osUser,
    state: one.state,
    began: localTime(one.startedAt),
    ended: endedAt === undefined ? undefined : localTime(endedAt),
    because: one.because,
    length: lengthText(one.seconds),
    size: bytes === undefined ? undefined : `${bytes} bytes`,
    terminal: `${one.terminalId}, ${one.columns} × ${one.rows}`,
    typed: one.hasInput ? 'recorded' : 'not recorded',
    'kept in': one.keptIn,
    request: one.requestId,
    sha256: one.sha256,
    trail: trailText(one),
  }
  const parts = Object.entries(known).filter(([, value]) => value !== undefined)
  return { recording: one.recordingId, ...Object.fromEntries(parts) } as Record<string, string>
}

function trailText({ endedAt, sha256, trailSha256, trailEventId }: ShownRecording) {
  if (endedAt === undefined) return undefined
  if (trailSha256 === undefined) return 'does not reach back to its end any more'
  const says = trailSha256 === sha256 ? 'has the same' : `has ANOTHER: ${trailSha256}`
  return `${says} (event ${trailEventId})`
}
