import { instanceProfileArn } from '@fleetkey/domain/arn'
import { instanceProfileAlreadyExists } from '@fleetkey/domain/exceptions/iam'
import type { Tags } from '@fleetkey/domain/instance'
import { newProfileId } from '../../secrets/access-keys.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation } from '../operation.ts'
import { notCreated, quotaOf } from './account-quota.ts'
import { deleteEntity, readForce } from './delete-entity.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { readPath, readPathPrefix } from './names.ts'
import { PROFILE, requireEntity, ROLE } from './naming.ts'
import { byName, pageFrom, pageOf, readPage, type Page } from './paging.ts'
import { shownProfile, shownWholeProfile } from './shown-profile.ts'
import { readTags, requestTagContext, shownTags } from './tags.ts'

// Instance profiles are kept for AWS's clients, which make them along with roles. Instances here get no credentials by them.

interface NewProfile {
  readonly profileName: string
  readonly path: string
  readonly tags: Tags
}

/** Without a role yet. IAM API reference, "CreateInstanceProfile". */
export const createInstanceProfile = operation<NewProfile>({
  name: 'CreateInstanceProfile',
  service: 'iam',
  action: 'iam:CreateInstanceProfile',
  also: ({ tags }) => (Object.keys(tags).length === 0 ? [] : ['iam:TagInstanceProfile']),
  access: 'write',
  parse: fromMembers((v) => ({
    profileName: PROFILE.read(v),
    path: readPath(v),
    tags: readTags(v),
  })),
  resources: ({ profileName, path }, { realm }) => [
    { arn: instanceProfileArn(realm, profileName, path) },
  ],
  context: ({ tags }) => requestTagContext(tags),
  trail: ({ profileName, path, tags }) => ({
    requestParameters: { instanceProfileName: profileName, path, tags: shownTags(tags) },
  }),
  async run({ profileName, path, tags }, call) {
    const row: EntityRow = {
      id: newProfileId(),
      kind: 'profile',
      name: profileName,
      path,
      createdAt: call.now(),
      tags,
    }
    if (!(await call.store.identities.entities.create(row, quotaOf('profile')))) {
      throw await notCreated('profile', instanceProfileAlreadyExists(profileName), call)
    }
    return { InstanceProfile: await shownWholeProfile(row, call) }
  },
})

/** IAM API reference, "GetInstanceProfile". */
export const getInstanceProfile = operation<{ named: string }>({
  name: 'GetInstanceProfile',
  service: 'iam',
  action: 'iam:GetInstanceProfile',
  access: 'read',
  parse: fromMembers((v) => ({ named: PROFILE.read(v) })),
  resources: async ({ named }, asker) => [await entityResource(PROFILE, named, asker)],
  trail: ({ named }) => ({ requestParameters: { instanceProfileName: named } }),
  async run({ named }, call) {
    const row = await requireEntity(PROFILE, named, call)
    return { InstanceProfile: await shownWholeProfile(row, call) }
  },
})

/** IAM API reference, "ListInstanceProfiles". */
export const listInstanceProfiles = operation<{ pathPrefix: string; page: Page }>({
  name: 'ListInstanceProfiles',
  service: 'iam',
  action: 'iam:ListInstanceProfiles',
  access: 'read',
  parse: fromMembers((v) => ({ pathPrefix: readPathPrefix(v), page: readPage(v) })),
  resources: ({ pathPrefix }, { realm }) => [{ arn: instanceProfileArn(realm, '', pathPrefix) }],
  trail: ({ pathPrefix }) => ({ requestParameters: { pathPrefix } }),
  async run({ pathPrefix, page }, call) {
    const { entities } = call.store.identities
    const { rows, end } = await pageFrom(
      page,
      (query) => entities.list({ kind: 'profile', pathPrefix, ...query }),
      byName,
    )
    return {
      InstanceProfiles: await Promise.all(rows.map((row) => shownProfile(row, call))),
      ...end,
    }
  },
})

/** IAM API reference, "ListInstanceProfilesForRole". */
export const listInstanceProfilesForRole = operation<{ named: string; page: Page }>({
  name: 'ListInstanceProfilesForRole',
  service: 'iam',
  action: 'iam:ListInstanceProfilesForRole',
  access: 'read',
  parse: fromMembers((v) => ({ named: ROLE.read(v), page: readPage(v) })),
  resources: async ({ named }, asker) => [await entityResource(ROLE, named, asker)],
  trail: ({ named }) => ({ requestParameters: { roleName: named } }),
  async run({ named, page }, call) {
    const { id } = await requireEntity(ROLE, named, call)
    const all = await call.store.identities.profiles.ofRole(id)
    const { rows, end } = pageOf(page, all, byName)
    return {
      InstanceProfiles: await Promise.all(rows.map((row) => shownProfile(row, call))),
      ...end,
    }
  },
})

/** Its role stays. IAM API reference, "DeleteInstanceProfile". */
export const deleteInstanceProfile = operation<{ named: string; force: boolean }>({
  name: 'DeleteInstanceProfile',
  service: 'iam',
  action: 'iam:DeleteInstanceProfile',
  access: 'write',
  parse: fromMembers((v) => ({ named: PROFILE.read(v), force: readForce(v) })),
  resources: async ({ named }, asker) => [await entityResource(PROFILE, named, asker)],
  trail: ({ named, force }) => ({ requestParameters: { instanceProfileName: named, force } }),
  async run(input, call) {
    await deleteEntity(PROFILE, input, call)
    return {}
  },
})
