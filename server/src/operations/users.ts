import type { Fields } from '@fleetkey/wire/aws/fields'
import { userArn } from '@fleetkey/domain/arn'
import { entityAlreadyExists, noSuchEntity, validationFailure } from '@fleetkey/domain/exceptions'
import { USER_NAME_PATTERN } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import { validate } from '@fleetkey/wire/aws/validation'
import { newUserId } from '../secrets/access-keys.ts'
import type { EntityRow } from '../store/identity-store.ts'
import type { Store } from '../store/store.ts'
import { operation, type World } from './operation.ts'

interface Input {
  readonly userName: string
}

/** IAM API reference, "CreateUser". */
export const createUser = operation<Input>({
  name: 'CreateUser',
  service: 'iam',
  action: 'iam:CreateUser',
  access: 'write',
  parse: (fields) => ({ userName: parseUserName(fields) }),
  resources: userResource,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName }, { store, realm, now }) {
    const row = {
      id: newUserId(),
      kind: 'user',
      name: userName,
      path: '/',
      createdAt: now(),
      tags: {},
    } as const
    if (!(await store.identities.entities.create(row)))
      throw entityAlreadyExists(`User with name ${userName}`)
    return { User: showUser(row, realm) }
  },
})

/** With all keys and policies. IAM API reference, "DeleteUser" (which wants them removed first; we remove them). */
export const deleteUser = operation<Input>({
  name: 'DeleteUser',
  service: 'iam',
  action: 'iam:DeleteUser',
  access: 'write',
  parse: (fields) => ({ userName: parseUserName(fields) }),
  resources: userResource,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName }, { store }) {
    const { id } = await requireUser(store, userName)
    await store.identities.entities.delete(id, { force: true })
    return {}
  },
})

/** IAM API reference, "ListUsers". */
export const listUsers = operation({
  name: 'ListUsers',
  service: 'iam',
  action: 'iam:ListUsers',
  access: 'read',
  parse: () => ({}),
  resources: (_input, { realm }) => [{ arn: userArn(realm, '*') }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, { store, realm }) {
    const rows = await store.identities.entities.list({ kind: 'user' })
    return { Users: rows.map((row) => showUser(row, realm)), IsTruncated: false }
  },
})

export function parseUserName(fields: Fields): string {
  const v = validate(fields)
  const userName = v.requiredString('UserName', { min: 1, max: 64, pattern: USER_NAME_PATTERN })
  v.finish(validationFailure)
  return userName
}

export function userResource({ userName }: Input, { realm }: World) {
  return [{ arn: userArn(realm, userName) }]
}

export async function requireUser(store: Store, userName: string): Promise<EntityRow> {
  const row = await store.identities.entities.find('user', userName)
  if (row === undefined) throw noSuchEntity(`user with name ${userName}`)
  return row
}

function showUser(row: EntityRow, realm: Realm): object {
  return {
    UserName: row.name,
    UserId: row.id,
    Arn: userArn(realm, row.name),
    Path: '/',
    CreateDate: new Date(row.createdAt),
  }
}
