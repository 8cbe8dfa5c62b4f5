import { createHash } from 'node:crypto'
import { printable } from '@fleetkey/domain/printable'
import { readWireString } from '@fleetkey/wire/ssh/wire-strings'

/** A host key as sshd shows it. */
export interface PresentedKey {
  /** `type base64`, as agents report them. */
  readonly text: string
  /** `ssh-ed25519 SHA256:…`, for people. */
  readonly fingerprint: string
}

export function presentedKey(blob: Uint8Array): PresentedKey {
  const type = typeOf(blob)
  const hash = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return {
    text: `${type} ${Buffer.from(blob).toString('base64')}`,
    fingerprint: `${printable(type, 64)} SHA256:${hash}`,
  }
}

function typeOf(blob: Uint8Array): string {
  try {
    return Buffer.from(readWireString(blob, 0).value).toString('latin1')
  } catch {
    return 'unknown'
  }
}
