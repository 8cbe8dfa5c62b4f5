import { SshKeyRefusal } from './ssh-key-refusal.ts'

/**
 * The `string` of RFC 4251 §5 (a four-byte big-endian length, then that many bytes) is the only shape inside the key
 * blobs that are taken here; an `mpint` is a string too.
 */
export function readWireString(
  blob: Uint8Array,
  offset: number,
): { readonly value: Uint8Array; readonly next: number } {
  const start = offset + 4
  if (start > blob.length) throw new SshKeyRefusal('truncated')
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const next = start + view.getUint32(offset)
  if (next > blob.length) throw new SshKeyRefusal('truncated')
  return { value: blob.subarray(start, next), next }
}

/** The strings one after the other, each with its length before it. */
export function writeWireStrings(values: readonly Uint8Array[]): Uint8Array {
  const blob = new Uint8Array(values.reduce((size, value) => size + 4 + value.length, 0))
  const view = new DataView(blob.buffer)
  let offset = 0
  for (const value of values) {
    view.setUint32(offset, value.length)
    blob.set(value, offset + 4)
    offset += 4 + value.length
  }
  return blob
}
