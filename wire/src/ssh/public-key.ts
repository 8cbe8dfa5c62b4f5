import { fieldChecks, findKeyType, type SshKeyType } from './key-types.ts'
import { refuseOtherFormats, refuseOtherType, refuseSeveralKeys } from './not-a-public-key.ts'
import { SshKeyRefusal } from './ssh-key-refusal.ts'
import { readWireString, writeWireStrings } from './wire-strings.ts'

/** A public key that was decoded, checked and encoded anew. */
export interface SshPublicKey {
  readonly type: SshKeyType
  /** RFC 4253 §6.6 encoding, canonical: two equal keys have equal blobs. */
  readonly blob: Uint8Array
}

/** Longest text that is looked at, in characters: an 8192-bit RSA key takes about 1,400. */
const longestText = 16_384

/**
 * Reads the text of a `.pub` file: one key, with or without comment (dropped) and final line end, blanks around it.
 * Throws a {@link SshKeyRefusal}, whose message never holds a part of the text. What is kept is the decoded key, so that
 * nothing of the text (options, a second line, escapes in the comment) can come along to an authorized_keys file.
 */
export function parseSshPublicKey(text: string): SshPublicKey {
  if (text.length > longestText) throw new SshKeyRefusal('too-long')
  const line = text.replace(/\r?\n$/, '')
  refuseOtherFormats(line)
  const [type, blobBase64, ...comment] = line.split(/[ \t]+/).filter((word) => word !== '')
  if (type === undefined) throw new SshKeyRefusal('empty')
  if (findKeyType(type) === undefined) refuseOtherType(type, [blobBase64, ...comment])
  if (blobBase64 === undefined) throw new SshKeyRefusal('missing-key')
  refuseSeveralKeys(comment)
  return parseSshKeyBlob(type, blobBase64)
}

/** The same checks for a key whose two parts come apart, as in a grant. */
export function parseSshKeyBlob(type: string, blobBase64: string): SshPublicKey {
  const known = findKeyType(type)
  if (known === undefined) return refuseOtherType(type, [])
  const blob = decodeBase64(blobBase64)
  const name = readWireString(blob, 0)
  if (name.value.toHex() !== new TextEncoder().encode(known).toHex()) {
    throw new SshKeyRefusal('type-mismatch')
  }
  let offset = name.next
  const fields = fieldChecks(known).map((check) => {
    const field = readWireString(blob, offset)
    check(field.value)
    offset = field.next
    return field.value
  })
  if (offset !== blob.length) throw new SshKeyRefusal('trailing-bytes')
  return { type: known, blob: writeWireStrings([name.value, ...fields]) }
}

/** `type base64`, and nothing else: no options, no comment, no line end. */
export function formatSshPublicKey(key: SshPublicKey): string {
  return `${key.type} ${key.blob.toBase64()}`
}

/** `SHA256:…` without padding, as `ssh-keygen -l` and sshd's log print it. */
export function sshFingerprint(
  key: SshPublicKey,
  sha256: (bytes: Uint8Array) => Uint8Array,
): string {
  return `SHA256:${sha256(key.blob).toBase64({ omitPadding: true })}`
}

/** RFC 4648 §4 with padding and no stray bits; `fromBase64` alone would skip white space. */
function decodeBase64(base64: string): Uint8Array {
  if (base64.length > longestText) throw new SshKeyRefusal('too-long')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
    throw new SshKeyRefusal('base64')
  }
  const blob = Uint8Array.fromBase64(base64)
  if (blob.toBase64() !== base64) throw new SshKeyRefusal('base64')
  return blob
}
