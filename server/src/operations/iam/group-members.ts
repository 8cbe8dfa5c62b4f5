import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { checkGroupsPerUser, QUOTAS } from '@fleetkey/iam/quotas'
import { operation } from '../operation.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverAt } from './hand-over.ts'
import { shownGroup } from './groups.ts'
import { GROUP, requireEntity, USER } from './naming.ts'
import { byName, pageOf, readPage, type Page } from './paging.ts'
import { withGroup, withoutGroup } from './rights-edit.ts'
import { rightsOf } from './rights-of.ts'

interface Membership {
  readonly groupName: string
  readonly userName: string
}

const parse = fromMembers((v) => ({ groupName: GROUP.read(v), userName: USER.read(v) }))

/** Permission is asked for on the group alone, as in AWS. IAM API reference, "AddUserToGroup". */
export const addUserToGroup = operation<Membership>({
  name: 'AddUserToGroup',
  service: 'iam',
  action: 'iam:AddUserToGroup',
  access: 'write',
  parse,
  resources: async ({ groupName }, asker) => [await entityResource(GROUP, groupName, asker)],
  handsOver: ({ groupName, userName }, asker) =>
    handOverAt(USER, userName, {
      asker,
      async edit(user) {
        const group = await GROUP.find(groupName, asker)
        const rights = group && (await rightsOf(group.id, asker))
        return rights && withGroup(user.id, rights)
      },
    }),
  trail: ({ groupName, userName }) => ({ requestParameters: { groupName, userName } }),
  async run({ groupName, userName }, call) {
    const group = await requireEntity(GROUP, groupName, call)
    const user = await requireEntity(USER, userName, call)
    const limit = QUOTAS.groupsPerUser
    if (!(await call.store.identities.groups.add(group.id, user.id, limit))) {
      checkGroupsPerUser(limit + 1)
    }
    return {}
  },
})

/** Once it has returned, the group's policies allow the user nothing. IAM API reference, "RemoveUserFromGroup". */
export const removeUserFromGroup = operation<Membership>({
  name: 'RemoveUserFromGroup',
  service: 'iam',
  action: 'iam:RemoveUserFromGroup',
  access: 'write',
  parse,
  resources: async ({ groupName }, asker) => [await entityResource(GROUP, groupName, asker)],
  // The group may have a Deny.
  handsOver: ({ groupName, userName }, asker) =>
    handOverAt(USER, userName, { asker, edit: ({ id }) => withoutGroup(groupName, id) }),
  trail: ({ groupName, userName }) => ({ requestParameters: { groupName, userName } }),
  async run({ groupName, userName }, call) {
    const group = await requireEntity(GROUP, groupName, call)
    const user = await requireEntity(USER, userName, call)
    if (!(await call.store.identities.groups.remove(group.id, user.id))) {
      throw noSuchEntity(`user with name ${userName} in group ${groupName}`)
    }
    return {}
  },
})

/** IAM API reference, "ListGroupsForUser". */
export const listGroupsForUser = operation<{ named: string; page: Page }>({
  name: 'ListGroupsForUser',
  service: 'iam',
  action: 'iam:ListGroupsForUser',
  access: 'read',
  parse: fromMembers((v) => ({ named: USER.read(v), page: readPage(v) })),
  resources: async ({ named }, asker) => [await entityResource(USER, named, asker)],
  trail: ({ named }) => ({ requestParameters: { userName: named } }),
  async run({ named, page }, call) {
    const { id } = await requireEntity(USER, named, call)
    const { rows, end } = pageOf(page, await call.store.identities.groups.groupsOf(id), byName)
    return { Groups: rows.map((row) => shownGroup(row, call)), ...end }
  },
})
