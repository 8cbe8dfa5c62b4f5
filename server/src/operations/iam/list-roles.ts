import { roleArn } from '@fleetkey/domain/arn'
import { operation } from '../operation.ts'
import { fromMembers } from './from-members.ts'
import { readPathPrefix } from './names.ts'
import { byName, pageFrom, readPage, type Page } from './paging.ts'
import { shownRole } from './shown-role.ts'

/** IAM API reference, "ListRoles". */
export const listRoles = operation<{ pathPrefix: string; page: Page }>({
  name: 'ListRoles',
  service: 'iam',
  action: 'iam:ListRoles',
  access: 'read',
  parse: fromMembers((v) => ({ pathPrefix: readPathPrefix(v), page: readPage(v) })),
  resources: ({ pathPrefix }, { realm }) => [{ arn: roleArn(realm, '', pathPrefix) }],
  trail: ({ pathPrefix }) => ({ requestParameters: { pathPrefix } }),
  async run({ pathPrefix, page }, call) {
    const { entities, roles } = call.store.identities
    const { rows, end } = await pageFrom(
      page,
      (query) => entities.list({ kind: 'role', pathPrefix, ...query }),
      byName,
    )
    const found = await Promise.all(rows.map(({ id }) => roles.get(id)))
    // One that was deleted in between is none any more.
    const there = found.filter((row) => row !== undefined)
    return { Roles: await Promise.all(there.map((row) => shownRole(row, call))), ...end }
  },
})
