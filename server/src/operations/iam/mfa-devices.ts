import {
  invalidAuthenticationCode,
  limitExceeded,
  mfaDeviceInUse,
  mfaDeviceOfOther,
} from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { validate } from '@fleetkey/wire/aws/validation'
import { codeTries, takeCodeTry, withKey } from '../../identities/code-tries.ts'
import { seedContext } from '../../identities/second-factor.ts'
import { totpStepOf } from '../../identities/totp.ts'
import type { MfaDeviceRow } from '../../store/credential-store.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation, type Asker, type Call } from '../operation.ts'
import { handOverUser } from './hand-over.ts'
import { findPasskey, readSerialNumber, requireDevice } from './mfa-device.ts'
import { LONG_NAME } from './names.ts'
import { requireUser } from './login-profiles.ts'
import { ownUserResource } from './own-user.ts'

/** IAM User Guide, "IAM and AWS STS quotas". */
export const MAX_DEVICES = 8

interface DeviceInput {
  readonly userName: string
  readonly serialNumber: string
}

interface CodesInput extends DeviceInput {
  /** Two that follow one another: one alone could have been seen by somebody. */
  readonly codes: readonly [string, string]
}

/** Makes a device a user's second factor. IAM API reference, "EnableMFADevice". */
export const enableMfaDevice = operation<CodesInput>({
  name: 'EnableMFADevice',
  service: 'iam',
  action: 'iam:EnableMFADevice',
  access: 'write',
  parse: parseCodes,
  resources,
  handsOver,
  trail: ({ userName, serialNumber }) => ({ requestParameters: { userName, serialNumber } }),
  async run({ userName, serialNumber, codes }, call) {
    const user = await requireUser(userName, call)
    const device = await requireDevice(serialNumber, call)
    if (device.userId !== undefined) {
      throw mfaDeviceInUse()
    }
    const usedStep = await lastStepOf(user, device, codes, call)
    const enabled = { userId: user.id, at: call.now(), usedStep }
    if (!(await call.store.identities.mfa.enable(device.id, enabled, MAX_DEVICES))) {
      throw limitExceeded(`Cannot exceed quota for MFADevicesPerUser: ${MAX_DEVICES}`)
    }
    return {}
  },
})

/** Shows that the device's clock agrees with ours; its codes count for later ones. IAM API reference, "ResyncMFADevice". */
export const resyncMfaDevice = operation<CodesInput>({
  name: 'ResyncMFADevice',
  service: 'iam',
  action: 'iam:ResyncMFADevice',
  access: 'write',
  parse: parseCodes,
  resources,
  trail: ({ userName, serialNumber }) => ({ requestParameters: { userName, serialNumber } }),
  async run({ userName, serialNumber, codes }, call) {
    const { user, device } = await requireEnabled({ userName, serialNumber }, call)
    const step = await lastStepOf(user, device, codes, call)
    if (!(await call.store.identities.mfa.useStep(device.id, step))) throw wrongCodes()
    return {}
  },
})

/** It is nobody's second factor any more; a passkey is gone. IAM API reference, "DeactivateMFADevice". */
export const deactivateMfaDevice = operation<DeviceInput>({
  name: 'DeactivateMFADevice',
  service: 'iam',
  action: 'iam:DeactivateMFADevice',
  access: 'write',
  parse: parseDevice,
  resources,
  handsOver,
  trail: ({ userName, serialNumber }) => ({ requestParameters: { userName, serialNumber } }),
  async run(input, call) {
    const passkey = await findPasskey(input.serialNumber, call)
    if (passkey !== undefined) {
      const user = await requireUser(input.userName, call)
      if (passkey.user.id !== user.id) throw mfaDeviceOfOther()
      await call.store.identities.passkeys.delete(passkey.row.passkeyId)
      return {}
    }
    const { device } = await requireEnabled(input, call)
    if (!(await call.store.identities.mfa.deactivate(device.id))) throw mfaDeviceOfOther()
    return {}
  },
})

async function resources({ userName }: { readonly userName?: string | undefined }, asker: Asker) {
  return [await ownUserResource(userName, asker)]
}

/** What a policy gives to whoever shows a second factor; and a password alone is less than a password and a device. */
async function handsOver({ userName }: DeviceInput, asker: Asker) {
  return handOverUser(await requireUser(userName, asker), asker)
}

async function requireEnabled({ userName, serialNumber }: DeviceInput, call: Call) {
  const user = await requireUser(userName, call)
  const device = await requireDevice(serialNumber, call)
  if (device.userId !== user.id) throw mfaDeviceOfOther()
  return { user, device }
}

/** The step of the second code, when the two follow one another and are the device's own. Takes a try of the user's. */
async function lastStepOf(
  user: EntityRow,
  device: MfaDeviceRow,
  [first, second]: readonly [string, string],
  { caller, store, envelope, now }: Call,
): Promise<number> {
  const giveBack = await takeCodeTry(store, codeTries(user.id, withKey(caller)), now())
  const seed = envelope.open(device.sealedSeed, seedContext(device.id))
  const step = totpStepOf(seed, second, now())
  // The first is half a minute older than the second, whenever that is.
  const before = totpStepOf(seed, first, now() - 30_000)
  if (step === undefined || before !== step - 1) throw wrongCodes()
  await giveBack()
  return step
}

const wrongCodes = () =>
  invalidAuthenticationCode(
    'Authentication code for device is not valid. Give two codes that the device shows one after the other, and check its clock.',
  )

function parseDevice(fields: Fields): DeviceInput {
  const v = validate(fields)
  const userName = v.requiredString('UserName', LONG_NAME)
  const serialNumber = readSerialNumber(v)
  v.finish(validationFailure)
  return { userName, serialNumber }
}

const CODE = { min: 6, max: 6, pattern: /^[\d]*$/, secret: true } as const

function parseCodes(fields: Fields): CodesInput {
  const v = validate(fields)
  const first = v.requiredString('AuthenticationCode1', CODE)
  const second = v.requiredString('AuthenticationCode2', CODE)
  v.finish(validationFailure)
  return { ...parseDevice(fields), codes: [first, second] }
}
