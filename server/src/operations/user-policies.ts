import type { Fields } from '@fleetkey/wire/aws/fields'
import { limitExceeded, noSuchEntity, validationFailure } from '@fleetkey/domain/exceptions'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from './operation.ts'
import { parseUserName, requireUser, userResource } from './users.ts'

/** Sum over a user's inline policies, white space not counted (IAM User Guide, "IAM and AWS STS quotas"). */
const MAX_INLINE_SIZE = 2048
const POLICY_NAME = { min: 1, max: 128, pattern: /^[A-Za-z0-9_+=,.@-]+$/ }

interface Input {
  readonly userName: string
  readonly policyName: string
}

/** Sets an inline policy of a user. IAM API reference, "PutUserPolicy". */
export const putUserPolicy = operation<Input & { document: string }>({
  name: 'PutUserPolicy',
  service: 'iam',
  action: 'iam:PutUserPolicy',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const document = v.requiredString('PolicyDocument', { min: 1, max: 131_072 })
    v.finish(validationFailure)
    parsePolicyDocument(document)
    return { ...parseNames(fields), document }
  },
  resources: userResource,
  trail: ({ userName, policyName, document }) => ({
    requestParameters: { userName, policyName, policyDocument: document },
  }),
  async run({ userName, policyName, document }, { store }) {
    const { id } = await requireUser(store, userName)
    const others = (await store.identities.inline.list(id)).filter(
      (policy) => policy.policyName !== policyName,
    )
    const size = [...others, { document }].reduce((sum, policy) => sum + sizeOf(policy.document), 0)
    if (size > MAX_INLINE_SIZE) {
      throw limitExceeded(
        `Maximum policy size of ${MAX_INLINE_SIZE} bytes exceeded for user ${userName}`,
      )
    }
    await store.identities.inline.put(id, { policyName, document })
    return {}
  },
})

/** IAM API reference, "DeleteUserPolicy". Once it has returned, no push is allowed by that policy. */
export const deleteUserPolicy = operation<Input>({
  name: 'DeleteUserPolicy',
  service: 'iam',
  action: 'iam:DeleteUserPolicy',
  access: 'write',
  parse: parseNames,
  resources: userResource,
  trail: ({ userName, policyName }) => ({ requestParameters: { userName, policyName } }),
  async run({ userName, policyName }, { store }) {
    const { id } = await requireUser(store, userName)
    if (!(await store.identities.inline.delete(id, policyName))) {
      throw noSuchEntity(`user policy with name ${policyName}`)
    }
    return {}
  },
})

/** Names and documents. IAM API reference, "ListUserPolicies" and "GetUserPolicy" in one. */
export const listUserPolicies = operation<{ userName: string }>({
  name: 'ListUserPolicies',
  service: 'iam',
  action: 'iam:ListUserPolicies',
  access: 'read',
  parse: (fields) => ({ userName: parseUserName(fields) }),
  resources: userResource,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName }, { store }) {
    const { id } = await requireUser(store, userName)
    const policies = await store.identities.inline.list(id)
    return {
      PolicyNames: policies.map((policy) => policy.policyName),
      Policies: policies.map((policy) => ({
        PolicyName: policy.policyName,
        PolicyDocument: policy.document,
      })),
      IsTruncated: false,
    }
  },
})

function parseNames(fields: Fields): Input {
  const userName = parseUserName(fields)
  const v = validate(fields)
  const policyName = v.requiredString('PolicyName', POLICY_NAME)
  v.finish(validationFailure)
  return { userName, policyName }
}

const sizeOf = (document: string): number => document.replace(/\s/g, '').length
