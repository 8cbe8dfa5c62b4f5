import { recordingNotFound } from '@fleetkey/domain/exceptions/recordings'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { RECORDING_ID_PATTERN } from '@fleetkey/domain/recording'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { validate, type Members } from '@fleetkey/wire/aws/validation'
import type { RecordingRow } from '../../store/recording-store.ts'
import type { Asker, Resource } from '../operation.ts'
import { RecordingResources } from './recording-resource.ts'

export const readRecordingId = (v: Members): string =>
  v.requiredString('RecordingId', { min: 34, max: 34, pattern: RECORDING_ID_PATTERN })

export function onlyRecordingId(fields: Fields): { readonly recordingId: string } {
  const v = validate(fields)
  const recordingId = readRecordingId(v)
  v.finish(validationFailure)
  return { recordingId }
}

export async function resourcesOf(
  recordingId: string,
  asker: Asker,
  whose: 'also own' | 'by policy only',
): Promise<readonly Resource[]> {
  const row = await asker.store.recordings.get(recordingId)
  // Whether there is one is told only to who may see all.
  if (row === undefined) return [{ arn: '*' }]
  const resources = new RecordingResources(asker)
  return [await (whose === 'also own' ? resources.ofOwnOrOther(row) : resources.of(row))]
}

export async function existing(recordingId: string, { store }: Asker): Promise<RecordingRow> {
  const row = await store.recordings.get(recordingId)
  if (row === undefined) throw recordingNotFound(recordingId)
  return row
}
