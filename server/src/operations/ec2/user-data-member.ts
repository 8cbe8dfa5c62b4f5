import { invalidParameterValue } from '@fleetkey/domain/exceptions/ec2'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { Envelope } from '../../secrets/envelope.ts'
import type { PendingInstanceRow } from '../../store/pending-instance-store.ts'

/** EC2's own limit, before base64. */
const MAX_BYTES = 16 * 1024

/** The launcher's own user data, in base64. It may hold secrets, so that no message shows it. */
export function readUserData(v: Members): Uint8Array | undefined {
  const text = v.optionalString('UserData', { max: 2 * MAX_BYTES, secret: true })
  if (text === undefined || text === '') return undefined
  const bytes = bytesOf(text)
  if (bytes === undefined) throw invalidParameterValue('Invalid BASE64 encoding of user data.')
  if (bytes.length > MAX_BYTES) {
    throw invalidParameterValue(`User data is limited to ${MAX_BYTES} bytes`)
  }
  return bytes
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    // Skips blanks and line ends, which `base64` writes.
    return Uint8Array.fromBase64(base64)
  } catch {
    return undefined
  }
}

const contextOf = (instanceId: string): string => `user-data ${instanceId}`

export function sealUserData(data: Uint8Array, instanceId: string, envelope: Envelope): string {
  return envelope.seal(data.toBase64(), contextOf(instanceId))
}

export function openUserData(
  { sealedUserData, instanceId }: PendingInstanceRow,
  envelope: Envelope,
): Uint8Array | undefined {
  if (sealedUserData === undefined) return undefined
  return Uint8Array.fromBase64(envelope.open(sealedUserData, contextOf(instanceId)))
}
