import { answersOf, textOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { iamOperation } from '../../api/operations.ts'
import { Failure } from '../../failure.ts'

/** The ARNs of all OIDC providers. */
export async function providerArns(api: Pick<ApiClient, 'call'>): Promise<readonly string[]> {
  const answer = await api.call(iamOperation('ListOpenIDConnectProviders'), {})
  return answersOf(answer, 'OpenIDConnectProviderList').map((one) => textOf(one, 'Arn'))
}

/** A provider's name: its issuer without the scheme, as condition keys and ARNs have it. */
export const providerNameOf = (arn: string): string => arn.slice(arn.indexOf('/') + 1)

/** The ARN of the provider that is meant: by ARN, name or issuer. Throws Failure `notFound`. */
export async function providerArnOf(api: Pick<ApiClient, 'call'>, meant: string): Promise<string> {
  if (meant.startsWith('arn:')) return meant
  const name = meant.replace(/^https?:\/\//, '').replace(/\/$/, '')
  const arns = await providerArns(api)
  const found = arns.find((arn) => providerNameOf(arn).replace(/\/$/, '') === name)
  if (found !== undefined) return found
  throw new Failure('notFound', `There is no sign-in provider "${meant}".`, {
    why: arns.map((arn) => `there is ${providerNameOf(arn)}`),
    todo: ['Make it known: fleetkey iam providers create URL --client-id ID'],
  })
}
