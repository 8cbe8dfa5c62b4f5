import { roleArn } from '@fleetkey/domain/arn'
import { entityAlreadyExists } from '@fleetkey/domain/exceptions/iam'
import type { Tags } from '@fleetkey/domain/instance'
import { validatePolicy } from '@fleetkey/iam/validate-policy'
import { newRoleId } from '../../secrets/access-keys.ts'
import type { RoleRow } from '../../store/identity-store.ts'
import { bindTrustPolicy } from './bind-trust-policy.ts'
import { notCreated, quotaOf } from './account-quota.ts'
import { deleteEntity, readForce } from './delete-entity.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { operation, type Asker } from '../operation.ts'
import { handOverNewRole } from './hand-over.ts'
import { readPath } from './names.ts'
import { ROLE } from './naming.ts'
import { requireBoundary } from './permissions-boundary.ts'
import { readOptionalPolicyArn } from './policy-by-arn.ts'
import { requireRole } from './require-role.ts'
import { DESCRIPTION, readSessionSeconds } from './role-settings.ts'
import { shownWholeRole } from './shown-role.ts'
import { readTags, requestTagContext, shownTags } from './tags.ts'

interface CreateInput {
  readonly roleName: string
  readonly path: string
  readonly trustPolicy: string
  readonly description: string | undefined
  readonly maxSessionSeconds: number
  readonly boundary: string | undefined
  readonly tags: Tags
}

const DEFAULT_SESSION_SECONDS = 3600

/** IAM API reference, "CreateRole". */
export const createRole = operation<CreateInput>({
  name: 'CreateRole',
  service: 'iam',
  action: 'iam:CreateRole',
  also: ({ tags }) => (Object.keys(tags).length === 0 ? [] : ['iam:TagRole']),
  access: 'write',
  parse(fields) {
    const input = fromMembers((v) => ({
      roleName: ROLE.read(v),
      path: readPath(v),
      trustPolicy: v.requiredString('AssumeRolePolicyDocument', { min: 1, max: 131_072 }),
      description: v.optionalString('Description', DESCRIPTION),
      maxSessionSeconds: readSessionSeconds(v) ?? DEFAULT_SESSION_SECONDS,
      boundary: readOptionalPolicyArn(v, 'PermissionsBoundary'),
      tags: readTags(v),
    }))(fields)
    validatePolicy(input.trustPolicy, 'trust')
    return input
  },
  resources: ({ roleName, path }, { realm }) => [{ arn: roleArn(realm, roleName, path) }],
  context: ({ boundary, tags }) => ({
    ...requestTagContext(tags),
    ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
  }),
  trail: (input) => ({
    requestParameters: {
      roleName: input.roleName,
      path: input.path,
      assumeRolePolicyDocument: input.trustPolicy,
      description: input.description,
      maxSessionDuration: input.maxSessionSeconds,
      permissionsBoundary: input.boundary,
      tags: shownTags(input.tags),
    },
  }),
  // Trust policies of other roles may ask for its name, path or tags.
  handsOver: async (input, asker) => handOverNewRole(await newRole(input, asker), asker),
  async run(input, call) {
    const row = await newRole(input, call)
    const { roles } = call.store.identities
    if (!(await roles.create(row, quotaOf('role')))) {
      throw await notCreated('role', entityAlreadyExists(`Role with name ${row.name}`), call)
    }
    return { Role: await shownWholeRole(row, call) }
  },
})

async function newRole(input: CreateInput, { store, realm, now }: Asker): Promise<RoleRow> {
  const boundaryId =
    input.boundary === undefined
      ? undefined
      : await requireBoundary(input.boundary, { store, realm })
  return {
    id: newRoleId(),
    kind: 'role',
    name: input.roleName,
    path: input.path,
    createdAt: now(),
    trustPolicy: await bindTrustPolicy(input.trustPolicy, store.identities.entities, realm),
    description: input.description ?? '',
    maxSessionSeconds: input.maxSessionSeconds,
    ...(boundaryId === undefined ? {} : { boundaryId }),
    tags: input.tags,
  }
}

/** IAM API reference, "GetRole". */
export const getRole = operation<{ named: string }>({
  name: 'GetRole',
  service: 'iam',
  action: 'iam:GetRole',
  access: 'read',
  parse: fromMembers((v) => ({ named: ROLE.read(v) })),
  resources: async ({ named }, asker) => [await entityResource(ROLE, named, asker)],
  trail: ({ named }) => ({ requestParameters: { roleName: named } }),
  async run({ named }, call) {
    return { Role: await shownWholeRole(await requireRole(named, call), call) }
  },
})

/** Its sessions end. IAM API reference, "DeleteRole". */
export const deleteRole = operation<{ named: string; force: boolean }>({
  name: 'DeleteRole',
  service: 'iam',
  action: 'iam:DeleteRole',
  access: 'write',
  parse: fromMembers((v) => ({ named: ROLE.read(v), force: readForce(v) })),
  resources: async ({ named }, asker) => [await entityResource(ROLE, named, asker)],
  trail: ({ named, force }) => ({ requestParameters: { roleName: named, force } }),
  async run(input, call) {
    await deleteEntity(ROLE, input, call)
    return {}
  },
})
