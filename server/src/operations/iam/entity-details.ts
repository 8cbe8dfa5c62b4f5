import { policyText } from '@fleetkey/wire/aws/output'
import type { EntityRow, PolicyRow, RoleRow } from '../../store/identity-store.ts'
import type { Call } from '../operation.ts'
import { entityArn } from './entity-arn.ts'
import { shownBoundary } from './permissions-boundary.ts'
import {
  showAttached,
  showDescription,
  showPolicy,
  showVersionWithDocument,
} from './shown-policy.ts'
import { shownProfile } from './shown-profile.ts'
import { shownLastUse, shownRoleCore } from './shown-role.ts'
import { shownTags } from './tags.ts'

// What GetAccountAuthorizationDetails shows of each (IAM API reference, "UserDetail", "GroupDetail", "RoleDetail", "ManagedPolicyDetail").

export async function userDetail(row: EntityRow, call: Call) {
  const groups = await call.store.identities.groups.groupsOf(row.id)
  return {
    Path: row.path,
    UserName: row.name,
    UserId: row.id,
    Arn: entityArn(row, call.realm),
    CreateDate: new Date(row.createdAt),
    UserPolicyList: await inlineOf(row, call),
    GroupList: groups.map(({ name }) => name),
    AttachedManagedPolicies: await attachedTo(row, call),
    ...(await shownBoundary(row, call)),
    Tags: shownTags(row.tags),
  }
}

export async function groupDetail(row: EntityRow, call: Call) {
  return {
    Path: row.path,
    GroupName: row.name,
    GroupId: row.id,
    Arn: entityArn(row, call.realm),
    CreateDate: new Date(row.createdAt),
    GroupPolicyList: await inlineOf(row, call),
    AttachedManagedPolicies: await attachedTo(row, call),
  }
}

export async function roleDetail(row: RoleRow, call: Call) {
  const profiles = await call.store.identities.profiles.ofRole(row.id)
  return {
    ...(await shownRoleCore(row, call)),
    InstanceProfileList: await Promise.all(profiles.map((one) => shownProfile(one, call))),
    RolePolicyList: await inlineOf(row, call),
    AttachedManagedPolicies: await attachedTo(row, call),
    ...(await shownBoundary(row, call)),
    Tags: shownTags(row.tags),
    RoleLastUsed: shownLastUse(row, call),
  }
}

export async function policyDetail(row: PolicyRow, call: Call) {
  const versions = await call.store.identities.policies.versions(row.id)
  return {
    ...showPolicy(row, call.realm),
    ...showDescription(row.description),
    PolicyVersionList: versions.map(showVersionWithDocument),
  }
}

async function inlineOf({ id }: EntityRow, { store }: Call) {
  const policies = await store.identities.inline.list(id)
  return policies.map(({ policyName, document }) => ({
    PolicyName: policyName,
    PolicyDocument: policyText(document),
  }))
}

async function attachedTo({ id }: EntityRow, { store, realm }: Call) {
  const policies = await store.identities.policies.attachedTo(id)
  return policies.map((row) => showAttached(row, realm))
}
