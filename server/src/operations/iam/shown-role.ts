import { policyText } from '@fleetkey/wire/aws/output'
import type { RoleRow } from '../../store/identity-store.ts'
import type { World } from '../operation.ts'
import { showTrustPolicy } from './bind-trust-policy.ts'
import { entityArn } from './entity-arn.ts'
import { shownBoundary } from './permissions-boundary.ts'
import { showDescription } from './shown-policy.ts'
import { shownTags } from './tags.ts'

/** A role as lists show it: its trust policy with ARNs for the ids that are stored. */
export async function shownRole(row: RoleRow, world: World) {
  return {
    ...(await shownRoleCore(row, world)),
    ...showDescription(row.description),
    MaxSessionDuration: row.maxSessionSeconds,
  }
}

/** With its tags, boundary and last use, which lists leave out, as in AWS. */
export async function shownWholeRole(row: RoleRow, world: World) {
  const tags = shownTags(row.tags)
  return {
    ...(await shownRole(row, world)),
    ...(await shownBoundary(row, world)),
    ...(tags.length === 0 ? {} : { Tags: tags }),
    RoleLastUsed: shownLastUse(row, world),
  }
}

/** What every answer shows of a role. */
export async function shownRoleCore(row: RoleRow, { store, realm }: World) {
  const trust = await showTrustPolicy(row.trustPolicy, store.identities.entities, realm)
  return {
    Path: row.path,
    RoleName: row.name,
    RoleId: row.id,
    Arn: entityArn(row, realm),
    CreateDate: new Date(row.createdAt),
    AssumeRolePolicyDocument: policyText(trust),
  }
}

/** Empty when no session of it was ever used, as in AWS. */
export function shownLastUse({ lastUsedAt }: RoleRow, { realm }: Pick<World, 'realm'>) {
  if (lastUsedAt === undefined) return {}
  return { LastUsedDate: new Date(lastUsedAt), Region: realm.region }
}
