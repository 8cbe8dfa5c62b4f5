import { policyAlreadyExists, policyNotFound } from '@fleetkey/domain/exceptions/iam'
import { policyArn } from '@fleetkey/domain/arn'
import type { Tags } from '@fleetkey/domain/instance'
import { validatePolicy } from '@fleetkey/iam/validate-policy'
import { newPolicyId } from '../../secrets/access-keys.ts'
import type { PolicyRow } from '../../store/identity-store.ts'
import { operation } from '../operation.ts'
import { notCreated, quotaOf } from './account-quota.ts'
import { deleteEntity, readForce } from './delete-entity.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverDocument } from './hand-over.ts'
import { LONG_NAME, readPath } from './names.ts'
import { POLICY } from './naming.ts'
import { demandOwnPolicy, findPolicy, readPolicyArn } from './policy-by-arn.ts'
import { showDescription, showPolicy } from './shown-policy.ts'
import { readTags, requestTagContext, shownTags } from './tags.ts'

interface CreateInput {
  readonly policyName: string
  readonly path: string
  readonly document: string
  readonly description: string | undefined
  readonly tags: Tags
}

/** IAM API reference, "CreatePolicy". */
export const createPolicy = operation<CreateInput>({
  name: 'CreatePolicy',
  service: 'iam',
  action: 'iam:CreatePolicy',
  also: ({ tags }) => (Object.keys(tags).length === 0 ? [] : ['iam:TagPolicy']),
  access: 'write',
  parse(fields) {
    const input = fromMembers((v) => ({
      policyName: v.requiredString('PolicyName', LONG_NAME),
      path: readPath(v),
      document: v.requiredString('PolicyDocument', { min: 1, max: 131_072 }),
      description: v.optionalString('Description', { max: 1000 }),
      tags: readTags(v),
    }))(fields)
    validatePolicy(input.document, 'managed')
    return input
  },
  resources: ({ policyName, path }, { realm }) => [{ arn: policyArn(realm, policyName, path) }],
  context: ({ tags }) => requestTagContext(tags),
  trail: ({ policyName, path, document, description, tags }) => ({
    requestParameters: {
      policyName,
      path,
      policyDocument: document,
      description,
      tags: shownTags(tags),
    },
  }),
  async run({ policyName: name, path, document, description = '', tags }, { store, realm, now }) {
    const createdAt = now()
    const row = { id: newPolicyId(), kind: 'policy', name, path, createdAt, tags } as const
    const stored = { ...row, description, document }
    if (!(await store.identities.policies.create(stored, quotaOf('policy')))) {
      throw await notCreated('policy', policyAlreadyExists(name), { store })
    }
    const created: PolicyRow = {
      ...row,
      description,
      ownedByAws: false,
      defaultVersion: 1,
      attachments: 0,
      boundaryUses: 0,
      updatedAt: createdAt,
    }
    return {
      Policy: {
        ...showPolicy(created, realm),
        ...showDescription(description),
        Tags: shownTags(tags),
      },
    }
  },
})

/** IAM API reference, "GetPolicy". */
export const getPolicy = operation<{ policyArn: string }>({
  name: 'GetPolicy',
  service: 'iam',
  action: 'iam:GetPolicy',
  access: 'read',
  parse: fromMembers((v) => ({ policyArn: readPolicyArn(v) })),
  resources: async (input, asker) => [await entityResource(POLICY, input.policyArn, asker)],
  trail: (input) => ({ requestParameters: { policyArn: input.policyArn } }),
  async run(input, call) {
    const row = await findPolicy(input.policyArn, call)
    if (row === undefined) throw policyNotFound(input.policyArn)
    return {
      Policy: {
        ...showPolicy(row, call.realm),
        ...showDescription(row.description),
        Tags: shownTags(row.tags),
      },
    }
  },
})

/** IAM API reference, "DeletePolicy"; with `Force` also its other versions, and it is detached everywhere. */
export const deletePolicy = operation<{ policyArn: string; force: boolean }>({
  name: 'DeletePolicy',
  service: 'iam',
  action: 'iam:DeletePolicy',
  // It may have a Deny.
  async handsOver(input, asker) {
    const row = await findPolicy(input.policyArn, asker)
    return row === undefined ? [] : handOverDocument(row.id, undefined, asker)
  },
  access: 'write',
  parse: fromMembers((v) => ({ policyArn: readPolicyArn(v), force: readForce(v) })),
  resources: async (input, asker) => [await entityResource(POLICY, input.policyArn, asker)],
  trail: (input) => ({ requestParameters: { policyArn: input.policyArn, force: input.force } }),
  async run({ policyArn: named, force }, call) {
    const row = await findPolicy(named, call)
    if (row === undefined) throw policyNotFound(named)
    demandOwnPolicy(row)
    await deleteEntity(POLICY, { named, force }, call)
    return {}
  },
})
