import type { Envelope } from '../secrets/envelope.ts'
import { sha256Base64 } from '../secrets/digests.ts'
import type { MfaDeviceRow } from '../store/credential-store.ts'
import type { Store } from '../store/store.ts'
import { codeTries, takeCodeTry, type CodeTrier } from './code-tries.ts'
import { totpStepOf } from './totp.ts'

/** Whose secret a sealed TOTP seed is (secrets/envelope.ts). */
export const seedContext = (deviceId: string): string => `mfa-device ${deviceId}`

/** Recovery codes, as they are shown and typed. */
export const RECOVERY_CODE_PATTERN = /^[a-z2-9]{5}-[a-z2-9]{5}$/

export const recoveryCodeHash = (code: string): string => sha256Base64(`recovery-code ${code}`)

interface Parts {
  readonly store: Pick<Store, 'identities'>
  readonly envelope: Envelope
  readonly now: () => number
}

/**
 * Whether `code` is what one of the user's devices shows now, or one of their recovery codes. Either is good once. `device` limits it to
 * one device and to its six digits. Throws Throttling when the tries of the `trier` are spent, whether or not the code is right.
 */
export async function verifySecondFactor(
  { store, envelope, now }: Parts,
  userId: string,
  {
    code,
    device,
    trier,
  }: { readonly code: string; readonly device?: MfaDeviceRow; readonly trier: CodeTrier },
): Promise<boolean> {
  const { mfa } = store.identities
  const giveBack = await takeCodeTry(store, codeTries(userId, trier), now())
  const isRight = /^\d{6}$/.test(code)
    ? await isShown(device === undefined ? await mfa.list(userId) : [device])
    : device === undefined &&
      RECOVERY_CODE_PATTERN.test(code) &&
      (await mfa.useRecoveryCode(userId, recoveryCodeHash(code)))
  if (isRight) await giveBack()
  return isRight

  async function isShown(devices: readonly MfaDeviceRow[]): Promise<boolean> {
    for (const { id, userId: owner, sealedSeed } of devices) {
      if (owner !== userId) continue
      const step = totpStepOf(envelope.open(sealedSeed, seedContext(id)), code, now())
      if (step !== undefined && (await mfa.useStep(id, step))) return true
    }
    return false
  }
}
