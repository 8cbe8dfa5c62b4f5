import { unreadable, type CompileWanted } from './comparison.ts'

/** BinaryEquals: both sides are base64 and are compared as bytes (IAM User Guide, condition operators, Binary). */
export const binaryEquals: CompileWanted = (wanted) => {
  const bytes = decode(wanted)
  if (bytes === undefined) throw unreadable(wanted, 'base64')
  return (found) => decode(found) === bytes
}

/** The bytes in hexadecimal. */
function decode(base64: string): string | undefined {
  try {
    return Uint8Array.fromBase64(base64).toHex()
  } catch {
    return undefined
  }
}
