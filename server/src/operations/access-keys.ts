import type { Fields } from '@fleetkey/wire/aws/fields'
import { limitExceeded, noSuchEntity, validationFailure } from '@fleetkey/domain/exceptions'
import { validate } from '@fleetkey/wire/aws/validation'
import { accessKeyContext, newAccessKeyId, newSecretAccessKey } from '../secrets/access-keys.ts'
import { operation, type World } from './operation.ts'
import { parseUserName, requireUser, userResource } from './users.ts'

/** IAM User Guide, "IAM and AWS STS quotas". */
const MAX_KEYS = 2

interface KeyInput {
  readonly userName: string
  readonly accessKeyId: string
}

/** The secret is shown this once. IAM API reference, "CreateAccessKey". */
export const createAccessKey = operation<{ userName: string }>({
  name: 'CreateAccessKey',
  service: 'iam',
  action: 'iam:CreateAccessKey',
  access: 'write',
  answersSecret: true,
  parse: (fields) => ({ userName: parseUserName(fields) }),
  resources: userResource,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName }, { store, envelope, now }) {
    const { id: userId } = await requireUser(store, userName)
    const accessKeyId = newAccessKeyId()
    const secretAccessKey = newSecretAccessKey()
    const createdAt = now()
    const created = await store.identities.keys.create(
      {
        accessKeyId,
        userId,
        sealedSecret: envelope.seal(secretAccessKey, accessKeyContext(accessKeyId)),
        status: 'Active',
        createdAt,
      },
      MAX_KEYS,
    )
    if (!created) throw limitExceeded('Cannot exceed quota for AccessKeysPerUser: 2')
    return {
      AccessKey: {
        UserName: userName,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Status: 'Active',
        CreateDate: new Date(createdAt),
      },
    }
  },
})

/** IAM API reference, "ListAccessKeys". */
export const listAccessKeys = operation<{ userName: string }>({
  name: 'ListAccessKeys',
  service: 'iam',
  action: 'iam:ListAccessKeys',
  access: 'read',
  parse: (fields) => ({ userName: parseUserName(fields) }),
  resources: userResource,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName }, { store }) {
    const { id: userId } = await requireUser(store, userName)
    const keys = await store.identities.keys.list(userId)
    return {
      AccessKeyMetadata: keys.map((key) => ({
        UserName: userName,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        CreateDate: new Date(key.createdAt),
      })),
      IsTruncated: false,
    }
  },
})

/** Switches a key off or on. IAM API reference, "UpdateAccessKey". */
export const updateAccessKey = operation<KeyInput & { status: 'Active' | 'Inactive' }>({
  name: 'UpdateAccessKey',
  service: 'iam',
  action: 'iam:UpdateAccessKey',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const status = v.requiredString('Status', { min: 6, max: 8, pattern: /^(Active|Inactive)$/ })
    v.finish(validationFailure)
    return { ...parseKey(fields), status: status === 'Active' ? 'Active' : 'Inactive' }
  },
  resources: userResource,
  trail: ({ userName, accessKeyId, status }) => ({
    requestParameters: { userName, accessKeyId, status },
  }),
  async run({ userName, accessKeyId, status }, { store }) {
    await requireOwnKey(store, { userName, accessKeyId })
    await store.identities.keys.setStatus(accessKeyId, status)
    return {}
  },
})

/** IAM API reference, "DeleteAccessKey". Once it has returned, the key opens nothing. */
export const deleteAccessKey = operation<KeyInput>({
  name: 'DeleteAccessKey',
  service: 'iam',
  action: 'iam:DeleteAccessKey',
  access: 'write',
  parse: parseKey,
  resources: userResource,
  trail: ({ userName, accessKeyId }) => ({ requestParameters: { userName, accessKeyId } }),
  async run({ userName, accessKeyId }, { store }) {
    await requireOwnKey(store, { userName, accessKeyId })
    await store.identities.keys.delete(accessKeyId)
    return {}
  },
})

function parseKey(fields: Fields): KeyInput {
  const userName = parseUserName(fields)
  const v = validate(fields)
  const accessKeyId = v.requiredString('AccessKeyId', { min: 16, max: 128, pattern: /^\w+$/ })
  v.finish(validationFailure)
  return { userName, accessKeyId }
}

/** The permission was for this user's keys: another's must not come along by its id. */
async function requireOwnKey(store: World['store'], { userName, accessKeyId }: KeyInput) {
  const { id: userId } = await requireUser(store, userName)
  const keys = await store.identities.keys.list(userId)
  if (!keys.some((key) => key.accessKeyId === accessKeyId)) {
    throw noSuchEntity(`Access Key with id ${accessKeyId}`)
  }
}
