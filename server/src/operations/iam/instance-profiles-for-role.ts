import { operation } from '../operation.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { requireEntity, ROLE } from './naming.ts'
import { pageOf, readPage, type Page } from './paging.ts'

/**
 * None: instances here get no credentials by themselves, so there are no instance profiles. AWS's clients ask before they delete a role.
 * IAM API reference, "ListInstanceProfilesForRole".
 */
export const listInstanceProfilesForRole = operation<{ named: string; page: Page }>({
  name: 'ListInstanceProfilesForRole',
  service: 'iam',
  action: 'iam:ListInstanceProfilesForRole',
  access: 'read',
  parse: fromMembers((v) => ({ named: ROLE.read(v), page: readPage(v) })),
  resources: async ({ named }, asker) => [await entityResource(ROLE, named, asker)],
  trail: ({ named }) => ({ requestParameters: { roleName: named } }),
  async run({ named, page }, call) {
    await requireEntity(ROLE, named, call)
    const { rows, end } = pageOf<never>(page, [], () => '')
    return { InstanceProfiles: rows, ...end }
  },
})
