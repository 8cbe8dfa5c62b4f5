import { mfaArn, passkeyArn } from '@fleetkey/domain/arn'
import { mfaDeviceNotFound } from '@fleetkey/domain/exceptions/iam'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { MfaDeviceRow } from '../../store/credential-store.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import type { PasskeyRow } from '../../store/passkey-store.ts'
import type { Resource, World } from '../operation.ts'
import type { Naming } from './naming.ts'

/** A second factor is named by its ARN, which AWS calls a serial number. */
export const readSerialNumber = (v: Members): string =>
  v.requiredString('SerialNumber', { min: 9, max: 256, pattern: /^[\w+=/:,.@-]*$/ })

type Scope = Pick<World, 'store' | 'realm'>

/** As the operations on tags name it. */
export const MFA_DEVICE: Naming = {
  noun: 'MFADevice',
  member: 'SerialNumber',
  recordedAs: 'serialNumber',
  read: readSerialNumber,
  find: findDevice,
  arnOfNone: (serialNumber) => serialNumber,
  missing: mfaDeviceNotFound,
}

/** By its whole ARN: with another path it is another device. */
export async function findDevice(
  serialNumber: string,
  { store, realm }: Scope,
): Promise<MfaDeviceRow | undefined> {
  const name = serialNumber.slice(serialNumber.lastIndexOf('/') + 1)
  const entity = await store.identities.entities.find('mfa', name)
  if (entity === undefined || mfaArn(realm, entity.name, entity.path) !== serialNumber) {
    return undefined
  }
  return await store.identities.mfa.get(entity.id)
}

export async function requireDevice(serialNumber: string, scope: Scope): Promise<MfaDeviceRow> {
  const device = await findDevice(serialNumber, scope)
  if (device === undefined) throw MFA_DEVICE.missing(serialNumber)
  return device
}

/** By its whole ARN: of another user it is another, or none. */
export async function findPasskey(
  serialNumber: string,
  { store, realm }: Scope,
): Promise<{ readonly row: PasskeyRow; readonly user: EntityRow } | undefined> {
  const { passkeys, entities } = store.identities
  const row = await passkeys.get(serialNumber.slice(serialNumber.lastIndexOf('/') + 1))
  if (row === undefined) return undefined
  const user = await entities.byId(row.userId)
  if (user === undefined || passkeyArn(realm, user.name, row.passkeyId) !== serialNumber) {
    return undefined
  }
  return { row, user }
}

export async function deviceResource(serialNumber: string, scope: Scope): Promise<Resource> {
  const device = await findDevice(serialNumber, scope)
  return { arn: serialNumber, ...(device && { tags: device.tags }) }
}
