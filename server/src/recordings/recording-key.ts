import { randomBytes } from 'node:crypto'
import type { Envelope } from '../secrets/envelope.ts'
import type { ChunkKey } from './chunk.ts'

const context = (recordingId: string) => `recording ${recordingId}`

export const newRecordingKey = (): Uint8Array => randomBytes(32)

export const sealRecordingKey = (envelope: Envelope, { recordingId, key }: ChunkKey): string =>
  envelope.seal(Buffer.from(key).toString('base64'), context(recordingId))

/** Throws when it was altered or is another recording's. */
export function openRecordingKey(
  envelope: Envelope,
  { recordingId, sealedKey }: { readonly recordingId: string; readonly sealedKey: string },
): ChunkKey {
  const key = Buffer.from(envelope.open(sealedKey, context(recordingId)), 'base64')
  return { recordingId, key }
}
