import { mfaArn, passkeyArn } from '@fleetkey/domain/arn'
import { mfaDeviceOfOther } from '@fleetkey/domain/exceptions/iam'
import type { MfaDeviceRow } from '../../store/credential-store.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import type { PasskeyRow } from '../../store/passkey-store.ts'
import { operation, type Asker, type Call } from '../operation.ts'
import { fromMembers } from './from-members.ts'
import { findPasskey, readSerialNumber, requireDevice } from './mfa-device.ts'
import { ownUserResource, readOptionalUserName, requireOwnUser } from './own-user.ts'
import { byName, pageOf, readPage, type Page } from './paging.ts'

/** Without a name the caller's own. IAM API reference, "ListMFADevices". */
export const listMfaDevices = operation<{ userName: string | undefined; page: Page }>({
  name: 'ListMFADevices',
  service: 'iam',
  action: 'iam:ListMFADevices',
  access: 'read',
  parse: fromMembers((v) => ({ userName: readOptionalUserName(v), page: readPage(v) })),
  resources,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName, page }, call) {
    const user = await requireOwnUser(userName, call)
    // Root has none here.
    const devices = user === undefined ? [] : await devicesOf(user, call)
    const { rows, end } = pageOf(page, devices, byName)
    return { MFADevices: rows.map((device) => shownDevice(device, user)), ...end }
  },
})

/**
 * Of the user that is named, or of the caller; root, who has none, may ask for anybody's without a name. IAM API reference, "GetMFADevice".
 */
export const getMfaDevice = operation<{ userName: string | undefined; serialNumber: string }>({
  name: 'GetMFADevice',
  service: 'iam',
  action: 'iam:GetMFADevice',
  access: 'read',
  parse: fromMembers((v) => ({
    userName: readOptionalUserName(v),
    serialNumber: readSerialNumber(v),
  })),
  resources,
  trail: ({ userName, serialNumber }) => ({ requestParameters: { userName, serialNumber } }),
  async run({ userName, serialNumber }, call) {
    const asked = await requireOwnUser(userName, call)
    const passkey = await findPasskey(serialNumber, call)
    if (passkey !== undefined) {
      if (asked !== undefined && passkey.user.id !== asked.id) throw mfaDeviceOfOther()
      return shownDevice(ofPasskey(passkey.row, passkey.user, call), passkey.user)
    }
    const device = await requireDevice(serialNumber, call)
    if (asked !== undefined && device.userId !== asked.id) throw mfaDeviceOfOther()
    const { entities } = call.store.identities
    const user = device.userId === undefined ? undefined : await entities.byId(device.userId)
    return shownDevice(ofApp(device, call), user)
  },
})

async function resources({ userName }: { readonly userName: string | undefined }, asker: Asker) {
  return [await ownUserResource(userName, asker)]
}

/** What the answer says of one, whatever it is. */
interface Device {
  /** For the order. */
  readonly name: string
  readonly serialNumber: string
  readonly enabledAt: number | undefined
}

async function devicesOf(user: EntityRow, call: Call): Promise<readonly Device[]> {
  const { mfa, passkeys } = call.store.identities
  return [
    ...(await mfa.list(user.id)).map((row) => ofApp(row, call)),
    ...(await passkeys.list(user.id)).map((row) => ofPasskey(row, user, call)),
  ]
}

const ofApp = ({ name, path, enabledAt }: MfaDeviceRow, { realm }: Call): Device => ({
  name,
  serialNumber: mfaArn(realm, name, path),
  enabledAt,
})

function ofPasskey({ passkeyId, createdAt }: PasskeyRow, user: EntityRow, { realm }: Call): Device {
  const serialNumber = passkeyArn(realm, user.name, passkeyId)
  return { name: passkeyId, serialNumber, enabledAt: createdAt }
}

function shownDevice({ serialNumber, enabledAt }: Device, user: EntityRow | undefined) {
  return {
    ...(user === undefined ? {} : { UserName: user.name }),
    SerialNumber: serialNumber,
    ...(enabledAt === undefined ? {} : { EnableDate: new Date(enabledAt) }),
  }
}
