import { entityAlreadyExists } from '@fleetkey/domain/exceptions/iam'
import { rootArn, userArn } from '@fleetkey/domain/arn'
import type { Tags } from '@fleetkey/domain/instance'
import { newUserId } from '../../secrets/access-keys.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation, type World } from '../operation.ts'
import { notCreated, quotaOf } from './account-quota.ts'
import { deleteEntity, readForce } from './delete-entity.ts'
import { entityArn } from './entity-arn.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { readPath, readPathPrefix, SHORT_NAME } from './names.ts'
import { USER } from './naming.ts'
import { ownUserResource, readOptionalUserName, requireOwnUser } from './own-user.ts'
import { byName, pageFrom, readPage, type Page } from './paging.ts'
import { requireBoundary, shownBoundary } from './permissions-boundary.ts'
import { readOptionalPolicyArn } from './policy-by-arn.ts'
import { readTags, requestTagContext, shownTags } from './tags.ts'

interface NewUser {
  readonly userName: string
  readonly path: string
  readonly boundary: string | undefined
  readonly tags: Tags
}

/** IAM API reference, "CreateUser". */
export const createUser = operation<NewUser>({
  name: 'CreateUser',
  service: 'iam',
  action: 'iam:CreateUser',
  also: ({ tags }) => (Object.keys(tags).length === 0 ? [] : ['iam:TagUser']),
  access: 'write',
  parse: fromMembers((v) => ({
    userName: v.requiredString('UserName', SHORT_NAME),
    path: readPath(v),
    boundary: readOptionalPolicyArn(v, 'PermissionsBoundary'),
    tags: readTags(v),
  })),
  resources: ({ userName, path }, { realm }) => [{ arn: userArn(realm, userName, path) }],
  context: ({ boundary, tags }) => ({
    ...requestTagContext(tags),
    ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
  }),
  trail: ({ userName, path, boundary, tags }) => ({
    requestParameters: { userName, path, permissionsBoundary: boundary, tags: shownTags(tags) },
  }),
  async run({ userName, path, boundary, tags }, call) {
    const boundaryId = boundary === undefined ? undefined : await requireBoundary(boundary, call)
    const row: EntityRow = {
      id: newUserId(),
      kind: 'user',
      name: userName,
      path,
      createdAt: call.now(),
      ...(boundaryId === undefined ? {} : { boundaryId }),
      tags,
    }
    if (!(await call.store.identities.entities.create(row, quotaOf('user')))) {
      throw await notCreated('user', entityAlreadyExists(`User with name ${userName}`), call)
    }
    return { User: { ...shownUser(row, call), ...(await shownDetails(row, call)) } }
  },
})

/** Without a name the caller's own. IAM API reference, "GetUser". */
export const getUser = operation<{ userName: string | undefined }>({
  name: 'GetUser',
  service: 'iam',
  action: 'iam:GetUser',
  access: 'read',
  parse: fromMembers((v) => ({ userName: readOptionalUserName(v) })),
  resources: async ({ userName }, asker) => [await ownUserResource(userName, asker)],
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName }, call) {
    const row = await requireOwnUser(userName, call)
    if (row === undefined) {
      return { User: { UserId: call.realm.accountId, Arn: rootArn(call.realm) } }
    }
    const [lastUse, details] = await Promise.all([shownLastUse(row, call), shownDetails(row, call)])
    return { User: { ...shownUser(row, call), ...lastUse, ...details } }
  },
})

/** Without tags and boundary, as in AWS. IAM API reference, "ListUsers". */
export const listUsers = operation<{ pathPrefix: string; page: Page }>({
  name: 'ListUsers',
  service: 'iam',
  action: 'iam:ListUsers',
  access: 'read',
  parse: fromMembers((v) => ({ pathPrefix: readPathPrefix(v), page: readPage(v) })),
  resources: ({ pathPrefix }, { realm }) => [{ arn: userArn(realm, '', pathPrefix) }],
  trail: ({ pathPrefix }) => ({ requestParameters: { pathPrefix } }),
  async run({ pathPrefix, page }, call) {
    const { entities } = call.store.identities
    const { rows, end } = await pageFrom(
      page,
      (query) => entities.list({ kind: 'user', pathPrefix, ...query }),
      byName,
    )
    const users = rows.map(async (row) => ({
      ...shownUser(row, call),
      ...(await shownLastUse(row, call)),
    }))
    return { Users: await Promise.all(users), ...end }
  },
})

/** IAM API reference, "DeleteUser". */
export const deleteUser = operation<{ named: string; force: boolean }>({
  name: 'DeleteUser',
  service: 'iam',
  action: 'iam:DeleteUser',
  access: 'write',
  parse: fromMembers((v) => ({ named: USER.read(v), force: readForce(v) })),
  resources: async ({ named }, asker) => [await entityResource(USER, named, asker)],
  trail: ({ named, force }) => ({ requestParameters: { userName: named, force } }),
  async run(input, call) {
    await deleteEntity(USER, input, call)
    return {}
  },
})

/** What every answer shows of a user. */
export function shownUser(row: EntityRow, { realm }: Pick<World, 'realm'>) {
  return {
    Path: row.path,
    UserName: row.name,
    UserId: row.id,
    Arn: entityArn(row, realm),
    CreateDate: new Date(row.createdAt),
  }
}

/** When its password was last used, if ever. */
async function shownLastUse({ id }: EntityRow, { store }: World) {
  const at = (await store.identities.passwords.get(id))?.lastUsedAt
  return at === undefined ? {} : { PasswordLastUsed: new Date(at) }
}

async function shownDetails(row: EntityRow, world: World) {
  const tags = shownTags(row.tags)
  return { ...(await shownBoundary(row, world)), ...(tags.length === 0 ? {} : { Tags: tags }) }
}
