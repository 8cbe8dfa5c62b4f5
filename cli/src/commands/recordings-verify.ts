import { createHash } from 'node:crypto'
import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure } from '../failure.ts'
import { RecordingReader } from '../recordings/read-recording.ts'
import { getRecording, recordingId } from '../recordings/recording.ts'
import { printParts, type Screen } from '../screen.ts'

/** `fleetkey recordings verify` */
export function verifyCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'verify', {
    summary:
      'Read all of a recording and compare it with what the trail has of it. Ends with 65 when it is another.',
    examples: [
      'fleetkey recordings verify r-00000000000000000000000000000000',
      'fleetkey recordings verify r-00000000000000000000000000000000 && fleetkey trail verify',
    ],
  })
  return withListingFlags(command)
    .argument('<recording>', 'id')
    .action(async (id: string, flags: ListingFlags) => {
      const named = recordingId(id)
      await withApi(screen, flags, async (api) => {
        const { state, trailSha256, trailEventId, sha256 } = await getRecording(api, named)
        if (state === 'running') {
          throw new Failure(
            'tryAgain',
            'It is still running: nothing is on record to compare with.',
            {
              todo: ['Verify it when it has ended.'],
            },
          )
        }
        const hash = createHash('sha256')
        for await (const page of new RecordingReader(api, named).pages()) hash.update(page)
        const read = hash.digest('hex')
        const wanted = trailSha256 ?? sha256
        if (read !== wanted) {
          throw new Failure('trailBroken', `The recording ${named} is not what was recorded.`, {
            why: [
              `It hashes to ${read}, and ${trailSha256 === undefined ? 'the table' : 'the trail'} has ${wanted}.`,
            ],
            todo: ['Compare the storage with a backup, and see who could write to it.'],
          })
        }
        printParts(screen, flags.output, {
          recording: named,
          result: 'unchanged',
          sha256: read,
          by:
            trailSha256 === undefined
              ? 'the table of recordings: the trail does not reach back so far any more'
              : `event ${trailEventId} of the trail, which "fleetkey trail verify" proves`,
        })
      })
    })
}
