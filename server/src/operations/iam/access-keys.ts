import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { checkAccessKeysPerUser, QUOTAS } from '@fleetkey/iam/quotas'
import type { Members } from '@fleetkey/wire/aws/validation'
import { accessKeyContext, newAccessKeyId, newSecretAccessKey } from '../../secrets/access-keys.ts'
import type { AccessKeyRow } from '../../store/credential-store.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation, type Asker, type Call } from '../operation.ts'
import { fromMembers } from './from-members.ts'
import { handOverUser } from './hand-over.ts'
import { ownUserResource, readOptionalUserName, requireOwnUser } from './own-user.ts'
import { pageOf, readPage, type Page } from './paging.ts'

/** In all of them a user name that is left out means the caller, who may be root. */
interface Input {
  readonly userName: string | undefined
}

interface KeyInput extends Input {
  readonly accessKeyId: string
}

/** The secret is shown this once. IAM API reference, "CreateAccessKey". */
export const createAccessKey = operation<Input>({
  name: 'CreateAccessKey',
  service: 'iam',
  action: 'iam:CreateAccessKey',
  access: 'write',
  answersSecret: true,
  parse: fromMembers((v) => ({ userName: readOptionalUserName(v) })),
  resources,
  handsOver: async ({ userName }, asker) =>
    handOverUser(await requireOwnUser(userName, asker), asker),
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  trailAnswer: ({ AccessKey: { UserName, AccessKeyId, Status, CreateDate } }: NewKey) => ({
    accessKey: {
      userName: UserName,
      accessKeyId: AccessKeyId,
      status: Status,
      createDate: CreateDate,
    },
  }),
  async run({ userName }, call): Promise<NewKey> {
    const user = await requireOwnUser(userName, call)
    const accessKeyId = newAccessKeyId()
    const secretAccessKey = newSecretAccessKey()
    const row: AccessKeyRow = {
      accessKeyId,
      ...(user === undefined ? {} : { userId: user.id }),
      sealedSecret: call.envelope.seal(secretAccessKey, accessKeyContext(accessKeyId)),
      status: 'Active',
      createdAt: call.now(),
    }
    const limit = QUOTAS.accessKeysPerUser
    if (!(await call.store.identities.keys.create(row, limit))) checkAccessKeysPerUser(limit + 1)
    return { AccessKey: { ...shownKey(row, user), SecretAccessKey: secretAccessKey } }
  },
})

/** IAM API reference, "ListAccessKeys". */
export const listAccessKeys = operation<Input & { page: Page }>({
  name: 'ListAccessKeys',
  service: 'iam',
  action: 'iam:ListAccessKeys',
  access: 'read',
  parse: fromMembers((v) => ({ userName: readOptionalUserName(v), page: readPage(v) })),
  resources,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName, page }, call) {
    const user = await requireOwnUser(userName, call)
    const keys = await call.store.identities.keys.list(user?.id)
    const { rows, end } = pageOf(page, keys, byCreation)
    return { AccessKeyMetadata: rows.map((key) => shownKey(key, user)), ...end }
  },
})

/** Switches a key off or on. Sessions made with it end for good. IAM API reference, "UpdateAccessKey". */
export const updateAccessKey = operation<KeyInput & { status: AccessKeyRow['status'] }>({
  name: 'UpdateAccessKey',
  service: 'iam',
  action: 'iam:UpdateAccessKey',
  access: 'write',
  parse: fromMembers((v) => ({ ...readKey(v), status: readStatus(v) })),
  resources,
  // Whoever has its secret has it still.
  handsOver: async ({ userName, status }, asker) =>
    status === 'Active' ? handOverUser(await requireOwnUser(userName, asker), asker) : [],
  trail: ({ userName, accessKeyId, status }) => ({
    requestParameters: { userName, accessKeyId, status },
  }),
  async run(input, call) {
    await requireKeyOf(input, call)
    if (!(await call.store.identities.keys.setStatus(input.accessKeyId, input.status))) {
      throw missing(input.accessKeyId)
    }
    return {}
  },
})

/** Once it has returned, the key opens nothing. IAM API reference, "DeleteAccessKey". */
export const deleteAccessKey = operation<KeyInput>({
  name: 'DeleteAccessKey',
  service: 'iam',
  action: 'iam:DeleteAccessKey',
  access: 'write',
  parse: fromMembers((v) => readKey(v)),
  resources,
  trail: ({ userName, accessKeyId }) => ({ requestParameters: { userName, accessKeyId } }),
  async run(input, call) {
    await requireKeyOf(input, call)
    if (!(await call.store.identities.keys.delete(input.accessKeyId))) {
      throw missing(input.accessKeyId)
    }
    return {}
  },
})

// A type, since an interface fits into no output.
type NewKey = {
  readonly AccessKey: ReturnType<typeof shownKey> & { readonly SecretAccessKey: string }
}

async function resources({ userName }: Input, asker: Asker) {
  return [await ownUserResource(userName, asker)]
}

export const ACCESS_KEY_ID = { min: 16, max: 128, pattern: /^\w+$/ }

const readKey = (v: Members): KeyInput => ({
  userName: readOptionalUserName(v),
  accessKeyId: v.requiredString('AccessKeyId', ACCESS_KEY_ID),
})

/** Spelt just so. */
function readStatus(v: Members): AccessKeyRow['status'] {
  const status = v.requiredString('Status', { min: 6, max: 8, pattern: /^(Active|Inactive)$/ })
  return status === 'Active' ? 'Active' : 'Inactive'
}

/** The permission was for this user's keys: another's must not come along by its id. */
async function requireKeyOf({ userName, accessKeyId }: KeyInput, call: Call): Promise<void> {
  const user = await requireOwnUser(userName, call)
  const key = await call.store.identities.keys.get(accessKeyId)
  if (key === undefined || key.userId !== user?.id) throw missing(accessKeyId)
}

const missing = (accessKeyId: string) => noSuchEntity(`Access Key with id ${accessKeyId}`)

/** Times have as many digits until the year 2286. */
const byCreation = (key: AccessKeyRow): string => `${key.createdAt} ${key.accessKeyId}`

/** Root's keys have no user name. */
function shownKey(key: AccessKeyRow, user: EntityRow | undefined) {
  return {
    ...(user === undefined ? {} : { UserName: user.name }),
    AccessKeyId: key.accessKeyId,
    Status: key.status,
    CreateDate: new Date(key.createdAt),
  }
}
