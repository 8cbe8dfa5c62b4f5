import { entityAlreadyExists } from '@fleetkey/domain/exceptions/iam'
import { groupArn } from '@fleetkey/domain/arn'
import { newGroupId } from '../../secrets/access-keys.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation, type World } from '../operation.ts'
import { notCreated, quotaOf } from './account-quota.ts'
import { deleteEntity, readForce } from './delete-entity.ts'
import { entityArn } from './entity-arn.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverAt } from './hand-over.ts'
import { readPath, readPathPrefix } from './names.ts'
import { GROUP, requireEntity } from './naming.ts'
import { byName, pageFrom, pageOf, readPage, type Page } from './paging.ts'
import { withoutGroup } from './rights-edit.ts'
import { shownUser } from './users.ts'

/** IAM API reference, "CreateGroup". */
export const createGroup = operation<{ groupName: string; path: string }>({
  name: 'CreateGroup',
  service: 'iam',
  action: 'iam:CreateGroup',
  access: 'write',
  parse: fromMembers((v) => ({ groupName: GROUP.read(v), path: readPath(v) })),
  resources: ({ groupName, path }, { realm }) => [{ arn: groupArn(realm, groupName, path) }],
  trail: ({ groupName, path }) => ({ requestParameters: { groupName, path } }),
  async run({ groupName, path }, call) {
    const row: EntityRow = {
      id: newGroupId(),
      kind: 'group',
      name: groupName,
      path,
      createdAt: call.now(),
      tags: {},
    }
    if (!(await call.store.identities.entities.create(row, quotaOf('group')))) {
      throw await notCreated('group', entityAlreadyExists(`Group with name ${groupName}`), call)
    }
    return { Group: shownGroup(row, call) }
  },
})

/** With the users that are in it. IAM API reference, "GetGroup". */
export const getGroup = operation<{ named: string; page: Page }>({
  name: 'GetGroup',
  service: 'iam',
  action: 'iam:GetGroup',
  access: 'read',
  parse: fromMembers((v) => ({ named: GROUP.read(v), page: readPage(v) })),
  resources: async ({ named }, asker) => [await entityResource(GROUP, named, asker)],
  trail: ({ named }) => ({ requestParameters: { groupName: named } }),
  async run({ named, page }, call) {
    const group = await requireEntity(GROUP, named, call)
    const members = await call.store.identities.groups.members(group.id)
    const { rows, end } = pageOf(page, members, byName)
    return {
      Group: shownGroup(group, call),
      Users: rows.map((row) => shownUser(row, call)),
      ...end,
    }
  },
})

/** IAM API reference, "ListGroups". */
export const listGroups = operation<{ pathPrefix: string; page: Page }>({
  name: 'ListGroups',
  service: 'iam',
  action: 'iam:ListGroups',
  access: 'read',
  parse: fromMembers((v) => ({ pathPrefix: readPathPrefix(v), page: readPage(v) })),
  resources: ({ pathPrefix }, { realm }) => [{ arn: groupArn(realm, '', pathPrefix) }],
  trail: ({ pathPrefix }) => ({ requestParameters: { pathPrefix } }),
  async run({ pathPrefix, page }, call) {
    const { entities } = call.store.identities
    const { rows, end } = await pageFrom(
      page,
      (query) => entities.list({ kind: 'group', pathPrefix, ...query }),
      byName,
    )
    return { Groups: rows.map((row) => shownGroup(row, call)), ...end }
  },
})

/** IAM API reference, "DeleteGroup". */
export const deleteGroup = operation<{ named: string; force: boolean }>({
  name: 'DeleteGroup',
  service: 'iam',
  action: 'iam:DeleteGroup',
  // It may have a Deny.
  handsOver: ({ named }, asker) =>
    handOverAt(GROUP, named, { asker, edit: ({ name }) => withoutGroup(name) }),
  access: 'write',
  parse: fromMembers((v) => ({ named: GROUP.read(v), force: readForce(v) })),
  resources: async ({ named }, asker) => [await entityResource(GROUP, named, asker)],
  trail: ({ named, force }) => ({ requestParameters: { groupName: named, force } }),
  async run(input, call) {
    await deleteEntity(GROUP, input, call)
    return {}
  },
})

/** What every answer shows of a group. */
export function shownGroup(row: EntityRow, { realm }: Pick<World, 'realm'>) {
  return {
    Path: row.path,
    GroupName: row.name,
    GroupId: row.id,
    Arn: entityArn(row, realm),
    CreateDate: new Date(row.createdAt),
  }
}
