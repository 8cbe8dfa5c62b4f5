import { answersOf, textOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { listAll } from '../../api/list-all.ts'
import { iamOperation } from '../../api/operations.ts'
import { Failure } from '../../failure.ts'

/** The ARN of the managed policy that is meant: by its ARN or its name, an own policy before one of AWS. Throws Failure `notFound`. */
export async function policyArnOf(api: Pick<ApiClient, 'call'>, meant: string): Promise<string> {
  if (meant.startsWith('arn:')) return meant
  for (const Scope of ['Local', 'AWS']) {
    const answer = await listAll(api, iamOperation('ListPolicies'), {
      member: 'Policies',
      input: { Scope },
    })
    const found = answersOf(answer, 'Policies').find((one) => one['PolicyName'] === meant)
    if (found !== undefined) return textOf(found, 'Arn')
  }
  throw new Failure('notFound', `There is no managed policy "${meant}".`, {
    todo: ['See which there are: fleetkey iam policies', 'Names are case-sensitive.'],
  })
}
