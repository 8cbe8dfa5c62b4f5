import { policyArn } from '@fleetkey/domain/arn'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { PolicyQuery, PolicyRow } from '../../store/identity-store.ts'
import { operation } from '../operation.ts'
import { fromMembers } from './from-members.ts'
import { readPathPrefix } from './names.ts'
import { pageFrom, readPage, type Page } from './paging.ts'
import { showPolicy } from './shown-policy.ts'

/** As what a policy is used. */
export type PolicyUsage = 'PermissionsPolicy' | 'PermissionsBoundary'

interface Input {
  readonly scope: PolicyQuery['scope']
  readonly onlyAttached: boolean
  readonly pathPrefix: string
  readonly usage: PolicyUsage | undefined
  readonly page: Page
}

/** IAM API reference, "ListPolicies". */
export const listPolicies = operation<Input>({
  name: 'ListPolicies',
  service: 'iam',
  action: 'iam:ListPolicies',
  access: 'read',
  parse: fromMembers((v) => ({
    scope: readScope(v),
    onlyAttached: v.optionalBoolean('OnlyAttached') ?? false,
    pathPrefix: readPathPrefix(v),
    usage: readPolicyUsage(v),
    page: readPage(v),
  })),
  resources: ({ pathPrefix }, { realm }) => [{ arn: policyArn(realm, '', pathPrefix) }],
  trail: ({ scope, onlyAttached, pathPrefix, usage }) => ({
    requestParameters: { scope, onlyAttached, pathPrefix, policyUsageFilter: usage },
  }),
  async run({ scope, onlyAttached, pathPrefix, usage, page }, { store, realm }) {
    const { rows, end } = await pageFrom(
      page,
      async ({ after, limit }) => {
        const query = { scope, onlyAttached, pathPrefix, ...(after && { after: readPlace(after) }) }
        if (usage === undefined) return await store.identities.policies.list({ ...query, limit })
        const all = await store.identities.policies.list(query)
        return all.filter((row) => isUsedAs(row, usage)).slice(0, limit)
      },
      placeOf,
    )
    return { Policies: rows.map((row) => showPolicy(row, realm)), ...end }
  },
})

function readScope(v: Members): PolicyQuery['scope'] {
  const pattern = /^(All|AWS|Local)$/
  return (v.optionalString('Scope', { pattern }) ?? 'All') as PolicyQuery['scope']
}

export function readPolicyUsage(v: Members): PolicyUsage | undefined {
  const pattern = /^(PermissionsPolicy|PermissionsBoundary)$/
  return v.optionalString('PolicyUsageFilter', { pattern }) as PolicyUsage | undefined
}

function isUsedAs({ attachments, boundaryUses }: PolicyRow, usage: PolicyUsage): boolean {
  switch (usage) {
    case 'PermissionsPolicy':
      return attachments > 0
    case 'PermissionsBoundary':
      return boundaryUses > 0
  }
}

/** The name alone could be two: an account may have a policy under a name of AWS. No name has a blank. */
const placeOf = ({ name, ownedByAws }: PolicyRow): string =>
  `${name} ${ownedByAws ? 'AWS' : 'Local'}`

function readPlace(place: string): Pick<PolicyRow, 'name' | 'ownedByAws'> {
  const [name = '', owner] = place.split(' ')
  return { name, ownedByAws: owner === 'AWS' }
}
