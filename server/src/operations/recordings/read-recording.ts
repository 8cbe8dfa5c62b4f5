import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation, type Asker } from '../operation.ts'
import { existing, readRecordingId, resourcesOf } from './named-recording.ts'
import { newView, viewOf } from './view.ts'

interface Input {
  readonly recordingId: string
  readonly offset: number
  readonly most: number
  readonly viewToken?: string
}

const DEFAULT_BYTES = 256 << 10
const MAX_BYTES = 1 << 20

/**
 * What was shown, a page at a time, as lines of asciicast v2. The first page of a view is on record, those that go on with its token are not:
 * one who watches is one record, not a hundred. Each page is decided anew.
 */
export const readRecording = operation<Input>({
  name: 'ReadRecording',
  service: 'fleetkey',
  action: 'fleetkey:ReadRecording',
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const recordingId = readRecordingId(v)
    const offset = v.optionalInteger('Offset', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0
    const most = v.optionalInteger('MaxBytes', { min: 1, max: MAX_BYTES }) ?? DEFAULT_BYTES
    const viewToken = v.optionalString('ViewToken', { min: 1, max: 1024 })
    v.finish(validationFailure)
    return { recordingId, offset, most, ...(viewToken === undefined ? {} : { viewToken }) }
  },

  resources: ({ recordingId }, asker) => resourcesOf(recordingId, asker, 'also own'),
  trail: ({ recordingId, offset }) => ({ requestParameters: { recordingId, offset } }),
  goesOn: (input, asker) => viewOf(viewFacts(input, asker), asker) !== undefined,

  async run(input, call) {
    const { recordingId, offset, most } = input
    const row = await existing(recordingId, call)
    const page = await call.recordings.readPage(row, { offset, most })
    const facts = viewFacts(input, call)
    return {
      Data: page.text.toString(),
      NextOffset: offset + page.text.length,
      Bytes: page.bytes,
      Seconds: page.durationMs / 1000,
      // More may come as long as it runs.
      State: row.state,
      ViewToken: viewOf(facts, call) ?? newView(facts, call),
    }
  },
})

const viewFacts = ({ recordingId, viewToken }: Input, { owner, caller }: Asker) => ({
  recordingId,
  // Of who is nobody each page is a view.
  viewer: owner ?? caller.signature,
  viewToken,
})
