import { policyNotAttachable } from '@fleetkey/domain/exceptions/iam'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { EntityKind, EntityRow } from '../../store/identity-store.ts'
import { operation } from '../operation.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { readPolicyUsage, type PolicyUsage } from './list-policies.ts'
import { readPathPrefix } from './names.ts'
import { POLICY } from './naming.ts'
import { byName, pageOf, readPage, type Page } from './paging.ts'
import { findPolicy, readPolicyArn } from './policy-by-arn.ts'

interface Input {
  readonly policyArn: string
  /** Undefined is all. */
  readonly kind: EntityKind | undefined
  readonly pathPrefix: string
  readonly usage: PolicyUsage | undefined
  readonly page: Page
}

/** AWS's words; the two kinds of policies that it also takes hold no policy. */
const KINDS: ReadonlyMap<string, EntityKind> = new Map([
  ['User', 'user'],
  ['Group', 'group'],
  ['Role', 'role'],
  ['LocalManagedPolicy', 'policy'],
  ['AWSManagedPolicy', 'policy'],
])

/** Whom a policy is attached to, and whose boundary it is. IAM API reference, "ListEntitiesForPolicy". */
export const listEntitiesForPolicy = operation<Input>({
  name: 'ListEntitiesForPolicy',
  service: 'iam',
  action: 'iam:ListEntitiesForPolicy',
  access: 'read',
  parse: fromMembers((v) => ({
    policyArn: readPolicyArn(v),
    kind: readKind(v),
    pathPrefix: readPathPrefix(v),
    usage: readPolicyUsage(v),
    page: readPage(v),
  })),
  resources: async ({ policyArn }, asker) => [await entityResource(POLICY, policyArn, asker)],
  trail: ({ policyArn, kind, pathPrefix, usage }) => ({
    requestParameters: { policyArn, entityFilter: kind, pathPrefix, policyUsageFilter: usage },
  }),
  async run({ policyArn, kind, pathPrefix, usage, page }, call) {
    const policy = await findPolicy(policyArn, call)
    if (policy === undefined) throw policyNotAttachable(policyArn)
    const { attached, bounded } = await call.store.identities.policies.entitiesOf(policy.id)
    const using = [
      ...(usage === 'PermissionsBoundary' ? [] : attached),
      ...(usage === 'PermissionsPolicy' ? [] : bounded),
    ]
    // Who has it as both is one all the same.
    const entities = [...new Map(using.map((row) => [row.id, row])).values()].filter(
      (row) => (kind === undefined || row.kind === kind) && row.path.startsWith(pathPrefix),
    )
    const { rows, end } = pageOf(page, entities, (row) => `${row.kind} ${byName(row)}`)
    return {
      PolicyGroups: of('group', rows).map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('user', rows).map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('role', rows).map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...end,
    }
  },
})

function readKind(v: Members): EntityKind | undefined {
  const pattern = new RegExp(`^(${[...KINDS.keys()].join('|')})$`)
  return KINDS.get(v.optionalString('EntityFilter', { pattern }) ?? '')
}

const of = (kind: EntityKind, rows: readonly EntityRow[]) => rows.filter((row) => row.kind === kind)
