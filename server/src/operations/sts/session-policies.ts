import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import type { Members } from '@fleetkey/wire/aws/validation'
import { findPolicy, readPolicyArn } from '../iam/policy-by-arn.ts'
import type { World } from '../operation.ts'

/** With what a session is asked for: each only takes away from what the role may do (IAM User Guide, "Session policies"). */
export interface SessionPolicies {
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
}

const MAX_POLICY_LENGTH = 2048
const MAX_POLICY_ARNS = 10

/** `Policy` and `PolicyArns`. Throws MalformedPolicyDocument for a policy that does not parse. */
export function readSessionPolicies(v: Members): SessionPolicies {
  const policy = v.optionalString('Policy', { min: 1, max: MAX_POLICY_LENGTH })
  const policyArns = v
    .structureList('PolicyArns', { max: MAX_POLICY_ARNS })
    .map((one) => readPolicyArn(one, 'arn'))
  if (policy !== undefined && policy.length <= MAX_POLICY_LENGTH) {
    parsePolicyDocument(policy, 'session')
  }
  return { policy, policyArns }
}

/** Ids of the managed session policies. Throws ValidationException for one that there is not. */
export async function idsOfPolicies(
  policyArns: readonly string[],
  world: Pick<World, 'store' | 'realm'>,
): Promise<readonly string[]> {
  const ids = await Promise.all(
    policyArns.map(async (arn) => {
      const policy = await findPolicy(arn, world)
      if (policy === undefined) {
        throw validationFailure(`Policy ${arn} does not exist or is not attachable.`)
      }
      return policy.id
    }),
  )
  return [...new Set(ids)]
}
