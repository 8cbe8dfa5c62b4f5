import { mfaArn } from '@fleetkey/domain/arn'
import { deleteConflict, entityAlreadyExists } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Tags } from '@fleetkey/domain/instance'
import { validate } from '@fleetkey/wire/aws/validation'
import { encode } from 'uqr'
import { encodePng } from '../../identities/png.ts'
import { seedContext } from '../../identities/second-factor.ts'
import { newTotpSeed, totpUri } from '../../identities/totp.ts'
import { newMfaDeviceId } from '../../secrets/access-keys.ts'
import { operation } from '../operation.ts'
import { deviceResource, readSerialNumber, requireDevice } from './mfa-device.ts'
import { LONG_NAME, readPath } from './names.ts'
import { pageOf, byName, readPage, type Page } from './paging.ts'
import { readTags, requestTagContext, shownTags } from './tags.ts'
import { userArn } from '@fleetkey/domain/arn'

interface NewDevice {
  readonly name: string
  readonly path: string
  readonly tags: Tags
}

/** A seed for an authenticator app, shown this once; it is nobody's until it is enabled. IAM API reference, "CreateVirtualMFADevice". */
export const createVirtualMfaDevice = operation<NewDevice>({
  name: 'CreateVirtualMFADevice',
  service: 'iam',
  action: 'iam:CreateVirtualMFADevice',
  also: ({ tags }) => (Object.keys(tags).length > 0 ? ['iam:TagMFADevice'] : []),
  access: 'write',
  answersSecret: true,
  parse(fields) {
    const v = validate(fields)
    const name = v.requiredString('VirtualMFADeviceName', LONG_NAME)
    const path = readPath(v)
    const tags = readTags(v)
    v.finish(validationFailure)
    return { name, path, tags }
  },
  resources: ({ name, path }, { realm }) => [{ arn: mfaArn(realm, name, path) }],
  context: ({ tags }) => requestTagContext(tags),
  trail: ({ name, path, tags }) => ({
    requestParameters: { virtualMFADeviceName: name, path, tags: shownTags(tags) },
  }),
  async run({ name, path, tags }, { store, envelope, realm, now }) {
    const id = newMfaDeviceId()
    const seed = newTotpSeed()
    const sealedSeed = envelope.seal(seed, seedContext(id))
    const row = { id, kind: 'mfa' as const, name, path, createdAt: now(), tags, sealedSeed }
    if (!(await store.identities.mfa.create(row))) {
      throw entityAlreadyExists(`MFADevice entity at the same path and name`)
    }
    const uri = totpUri(seed, { issuer: 'Fleetkey', account: `${name}@${realm.accountId}` })
    return {
      VirtualMFADevice: {
        SerialNumber: mfaArn(realm, name, path),
        // AWS's blob holds the base32 text.
        Base32StringSeed: Buffer.from(seed),
        QRCodePNG: encodePng(encode(uri, { border: 4 }).data, { scale: 4 }),
        ...(Object.keys(tags).length > 0 ? { Tags: shownTags(tags) } : {}),
      },
    }
  },
})

/** One that is enabled must be deactivated first. IAM API reference, "DeleteVirtualMFADevice". */
export const deleteVirtualMfaDevice = operation<{ serialNumber: string }>({
  name: 'DeleteVirtualMFADevice',
  service: 'iam',
  action: 'iam:DeleteVirtualMFADevice',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const serialNumber = readSerialNumber(v)
    v.finish(validationFailure)
    return { serialNumber }
  },
  resources: async ({ serialNumber }, asker) => [await deviceResource(serialNumber, asker)],
  trail: ({ serialNumber }) => ({ requestParameters: { serialNumber } }),
  async run({ serialNumber }, call) {
    const { id } = await requireDevice(serialNumber, call)
    const { kind } = await call.store.identities.entities.delete(id, { force: false })
    if (kind === 'conflict') {
      throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.')
    }
    return {}
  },
})

type Assignment = 'Assigned' | 'Unassigned' | 'Any'

/** IAM API reference, "ListVirtualMFADevices". */
export const listVirtualMfaDevices = operation<{ status: Assignment; page: Page }>({
  name: 'ListVirtualMFADevices',
  service: 'iam',
  action: 'iam:ListVirtualMFADevices',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const pattern = /^(Assigned|Unassigned|Any)$/
    const status = v.optionalString('AssignmentStatus', { pattern }) ?? 'Any'
    const page = readPage(v)
    v.finish(validationFailure)
    return { status: status as Assignment, page }
  },
  resources: (_input, { realm }) => [{ arn: mfaArn(realm, '*') }],
  trail: ({ status }) => ({ requestParameters: { assignmentStatus: status } }),
  async run({ status, page }, { store, realm }) {
    const all = await store.identities.mfa.list(undefined)
    const wanted = all.filter(
      ({ userId }) => status === 'Any' || (userId !== undefined) === (status === 'Assigned'),
    )
    const { rows, end } = pageOf(page, wanted, byName)
    const devices = rows.map(async ({ name, path, userId, enabledAt }) => {
      const user = userId === undefined ? undefined : await store.identities.entities.byId(userId)
      return {
        SerialNumber: mfaArn(realm, name, path),
        ...(enabledAt === undefined ? {} : { EnableDate: new Date(enabledAt) }),
        ...(user === undefined
          ? {}
          : {
              User: {
                Path: user.path,
                UserName: user.name,
                UserId: user.id,
                Arn: userArn(realm, user.name, user.path),
                CreateDate: new Date(user.createdAt),
              },
            }),
      }
    })
    return { VirtualMFADevices: await Promise.all(devices), ...end }
  },
})
