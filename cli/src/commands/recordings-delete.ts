import type { Command } from 'commander'
import { DELETE_RECORDING } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { confirm } from '../confirm.ts'
import { getRecording, recordingId } from '../recordings/recording.ts'
import { printParts, type Screen } from '../screen.ts'
import { localTime } from '../time.ts'

/** `fleetkey recordings delete` */
export function deleteCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'delete', {
    summary:
      'Delete a recording before its time. That it was, and what it hashed to, stays on record.',
    examples: [
      'fleetkey recordings delete r-00000000000000000000000000000000',
      'fleetkey recordings delete r-00000000000000000000000000000000 --yes',
    ],
  })
  return withListingFlags(command)
    .argument('<recording>', 'id')
    .option('--yes', 'do not ask')
    .action(async (id: string, flags: ListingFlags & { readonly yes?: true }) => {
      const named = recordingId(id)
      await withApi(screen, flags, async (api) => {
        if (!flags.yes) {
          const { userName, instanceName, instanceId, startedAt } = await getRecording(api, named)
          const what = `${userName} on ${instanceName ?? instanceId}, ${localTime(startedAt)}`
          const question = `Delete the recording of ${what}? It cannot be had back.`
          await confirm(screen, { question, yes: undefined })
        }
        await api.call(DELETE_RECORDING, { RecordingId: named })
        printParts(screen, flags.output, { recording: named, result: 'deleted' })
      })
    })
}
