import type { Members } from '@fleetkey/wire/aws/validation'
import { operation, type Call } from '../operation.ts'
import { groupDetail, policyDetail, roleDetail, userDetail } from './entity-details.ts'
import { fromMembers } from './from-members.ts'
import { pageOf, readPage, type Page } from './paging.ts'

/** AWS's words for what there is, in the order in which it is listed. */
const FILTERS = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const
type Filter = (typeof FILTERS)[number]

interface Input {
  readonly filters: ReadonlySet<string>
  readonly page: Page
}

/**
 * Users, groups, roles and policies with all that decides what they may do: one call for an audit. A page counts all kinds together.
 * IAM API reference, "GetAccountAuthorizationDetails".
 */
export const getAccountAuthorizationDetails = operation<Input>({
  name: 'GetAccountAuthorizationDetails',
  service: 'iam',
  action: 'iam:GetAccountAuthorizationDetails',
  access: 'read',
  parse: fromMembers((v) => ({ filters: readFilters(v), page: readPage(v) })),
  resources: () => [{ arn: '*' }],
  trail: ({ filters }) => ({ requestParameters: { filter: [...filters] } }),
  async run({ filters, page }, call) {
    const listed = FILTERS.filter((filter) => filters.has(filter))
    const all = (await Promise.all(listed.map((filter) => everything(filter, call)))).flat()
    const { rows, end } = pageOf(page, all, placeOf)
    const shown = (...kinds: readonly Filter[]) =>
      Promise.all(rows.filter(({ kind }) => kinds.includes(kind)).map(({ show }) => show()))
    return {
      UserDetailList: await shown('User'),
      GroupDetailList: await shown('Group'),
      RoleDetailList: await shown('Role'),
      Policies: await shown('LocalManagedPolicy', 'AWSManagedPolicy'),
      ...end,
    }
  },
})

/** None is all. */
function readFilters(v: Members): ReadonlySet<string> {
  const pattern = new RegExp(`^(${FILTERS.join('|')})$`)
  const filters = v.stringList('Filter', { max: FILTERS.length, each: { pattern } })
  return new Set<string>(filters.length === 0 ? FILTERS : filters)
}

interface Item {
  readonly kind: Filter
  readonly name: string
  /** All about it: asked only for what is on the page. */
  readonly show: () => Promise<object>
}

async function everything(kind: Filter, call: Call): Promise<readonly Item[]> {
  const { entities, policies, roles } = call.store.identities
  switch (kind) {
    case 'User': {
      const rows = await entities.list({ kind: 'user' })
      return rows.map((row) => ({ kind, name: row.name, show: () => userDetail(row, call) }))
    }
    case 'Group': {
      const rows = await entities.list({ kind: 'group' })
      return rows.map((row) => ({ kind, name: row.name, show: () => groupDetail(row, call) }))
    }
    case 'Role': {
      const rows = await roles.list()
      return rows.map((row) => ({ kind, name: row.name, show: () => roleDetail(row, call) }))
    }
    case 'LocalManagedPolicy':
    case 'AWSManagedPolicy': {
      const scope = kind === 'AWSManagedPolicy' ? 'AWS' : 'Local'
      const rows = await policies.list({ scope, onlyAttached: false })
      return rows.map((row) => ({ kind, name: row.name, show: () => policyDetail(row, call) }))
    }
  }
}

/** Names are unique within a kind, regardless of case. */
const placeOf = ({ kind, name }: Item): string => `${FILTERS.indexOf(kind)} ${name.toLowerCase()}`
