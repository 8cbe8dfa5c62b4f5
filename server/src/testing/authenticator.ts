import { Secret, TOTP } from 'otpauth'
import type { ApiClient } from './api-client.ts'

/** For tests: the app on a person's phone. */
export interface Authenticator {
  readonly serialNumber: string
  /** What it shows at a time, in milliseconds. */
  readonly code: (at: number) => string
}

/** Makes a device and enables it for the user. `now` is the server's clock. */
export async function enrolAuthenticator(
  root: ApiClient,
  userName: string,
  now: () => number,
): Promise<Authenticator> {
  const { VirtualMFADevice } = await root.done('CreateVirtualMFADevice', {
    VirtualMFADeviceName: userName,
  })
  const authenticator = authenticatorOf(VirtualMFADevice)
  await root.done('EnableMFADevice', {
    UserName: userName,
    SerialNumber: authenticator.serialNumber,
    AuthenticationCode1: authenticator.code(now() - 30_000),
    AuthenticationCode2: authenticator.code(now()),
  })
  return authenticator
}

export function authenticatorOf(device: {
  readonly SerialNumber: string
  readonly Base32StringSeed: string
}): Authenticator {
  const seed = Buffer.from(device.Base32StringSeed, 'base64').toString('ascii')
  const totp = new TOTP({ secret: Secret.fromBase32(seed) })
  return {
    serialNumber: device.SerialNumber,
    code: (at) => totp.generate({ timestamp: at }),
  }
}
