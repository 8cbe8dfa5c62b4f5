/** Whom a role trusts, as a form asks for it. */
export type TrustForm = ProviderTrust | PrincipalTrust

/** Who signs in at an identity provider with such a claim. */
export interface ProviderTrust {
  readonly kind: 'provider'
  readonly providerArn: string
  /** As which the provider issues its tokens: one of them. */
  readonly clientIds: readonly string[]
  /** All of them; of each, one of its values. */
  readonly claims: readonly ClaimWanted[]
}

interface ClaimWanted {
  readonly claim: string
  readonly values: readonly string[]
}

/** Users and roles that may assume it. */
export interface PrincipalTrust {
  readonly kind: 'principals'
  readonly arns: readonly string[]
  readonly needsFactor: boolean
}

/** To begin with: of a claim that most providers have. */
export const NO_PROVIDER: ProviderTrust = {
  kind: 'provider',
  providerArn: '',
  clientIds: [],
  claims: [{ claim: 'groups', values: [] }],
}

export const NO_PRINCIPALS: PrincipalTrust = { kind: 'principals', arns: [], needsFactor: false }

/** The trust policy that says so. */
export function writeTrust(form: TrustForm): string {
  const statement = form.kind === 'provider' ? providerStatement(form) : principalStatement(form)
  return JSON.stringify(
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] },
    null,
    2,
  )
}

/** What is still to be said before anybody should be trusted; undefined when nothing is. */
export function lackOf(form: TrustForm): string | undefined {
  if (form.kind === 'principals') {
    return form.arns.length === 0 ? 'Name at least one user or role.' : undefined
  }
  if (form.providerArn === '') return 'Choose the identity provider.'
  if (form.clientIds.length === 0) return 'The provider has no client ID: add one to it first.'
  const claims = form.claims.map(({ claim }) => claim)
  if (new Set(claims).size < claims.length)
    return 'A claim is there twice: put its values into one.'
  return form.claims.some(({ claim, values }) => claim === '' || values.length === 0) ||
    form.claims.length === 0
    ? 'Say whose: without a claim everybody at the provider could take the role.'
    : undefined
}

/** `oidc-provider/` and behind it how condition keys name it. */
export const providerNameOf = (arn: string): string => arn.slice(arn.indexOf('/') + 1)

function providerStatement({ providerArn, clientIds, claims }: ProviderTrust): object {
  const name = providerNameOf(providerArn)
  return {
    Principal: { Federated: providerArn },
    // The provider may make session tags of claims, and the role must let itself be tagged then.
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
    Condition: {
      StringEquals: { [`${name}:aud`]: shortest(clientIds) },
      // A claim of one value is a list of one: this fits both.
      'ForAnyValue:StringEquals': Object.fromEntries(
        claims.map(({ claim, values }) => [`${name}:${claim}`, shortest(values)]),
      ),
    },
  }
}

function principalStatement({ arns, needsFactor }: PrincipalTrust): object {
  return {
    Principal: { AWS: shortest(arns) },
    Action: 'sts:AssumeRole',
    ...(needsFactor && { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
  }
}

const shortest = (values: readonly string[]) => (values.length === 1 ? values[0] : values)
