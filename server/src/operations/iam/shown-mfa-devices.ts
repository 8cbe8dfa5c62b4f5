import { mfaArn } from '@fleetkey/domain/arn'
import { mfaDeviceOfOther } from '@fleetkey/domain/exceptions/iam'
import type { Realm } from '@fleetkey/domain/realm'
import type { MfaDeviceRow } from '../../store/credential-store.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation, type Asker } from '../operation.ts'
import { fromMembers } from './from-members.ts'
import { readSerialNumber, requireDevice } from './mfa-device.ts'
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
    const devices = user === undefined ? [] : await call.store.identities.mfa.list(user.id)
    const { rows, end } = pageOf(page, devices, byName)
    return {
      MFADevices: rows.map((device) => shownDevice(device, { user, realm: call.realm })),
      ...end,
    }
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
    const device = await requireDevice(serialNumber, call)
    if (asked !== undefined && device.userId !== asked.id) throw mfaDeviceOfOther()
    const { entities } = call.store.identities
    const user = device.userId === undefined ? undefined : await entities.byId(device.userId)
    return shownDevice(device, { user, realm: call.realm })
  },
})

async function resources({ userName }: { readonly userName: string | undefined }, asker: Asker) {
  return [await ownUserResource(userName, asker)]
}

function shownDevice(
  { name, path, enabledAt }: MfaDeviceRow,
  { user, realm }: { readonly user: EntityRow | undefined; readonly realm: Realm },
) {
  return {
    ...(user === undefined ? {} : { UserName: user.name }),
    SerialNumber: mfaArn(realm, name, path),
    ...(enabledAt === undefined ? {} : { EnableDate: new Date(enabledAt) }),
  }
}
