import type { Command } from 'commander'
import type { ApiClient } from '../../api/api-client.ts'
import { asAnswer, textOf, textsOf } from '../../api/answer.ts'
import { iamOperation } from '../../api/operations.ts'
import { severalTimes } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { readInput } from '../../input.ts'
import { named, USER } from './kind.ts'
import { providerArnOf, providerNameOf } from './provider-arn.ts'

type Api = Pick<ApiClient, 'call'>

/** Whom a role trusts: a document, or what one is written from. */
export interface TrustFlags {
  readonly trust?: string
  readonly trustUser: readonly string[]
  readonly trustProvider?: string
  readonly claim: readonly string[]
}

export function trustFlags(command: Command): Command {
  return command
    .option('--trust <file>', 'trust policy, JSON; - for standard input')
    .option(
      '--trust-user <name>',
      'this user may take it; several times for several',
      severalTimes,
      [],
    )
    .option('--trust-provider <name>', 'people who sign in at this provider may take it')
    .option(
      '--claim <name=value>',
      'and whose token says so, e.g. groups=sre, or =sre,dba for either; several times: all of them',
      severalTimes,
      [],
    )
}

/**
 * The trust policy that the flags mean, as text.
 * @throws Failure `usage` for none, or for a mix
 */
export async function trustPolicyOf(api: Api, flags: TrustFlags): Promise<string> {
  const { trust, trustUser, trustProvider, claim } = flags
  if (trust !== undefined && trustUser.length === 0 && trustProvider === undefined) {
    return await readInput(trust)
  }
  if (trust === undefined && trustUser.length > 0 && trustProvider === undefined) {
    const arns = await Promise.all(trustUser.map((name) => userArnOf(api, name)))
    return documentOf({ Principal: { AWS: arns }, Action: 'sts:AssumeRole' })
  }
  if (trust === undefined && trustUser.length === 0 && trustProvider !== undefined) {
    return await providerTrust(api, trustProvider, claim)
  }
  throw usageFailure(
    'Say whom the role trusts, in one way.',
    'Give --trust FILE, or --trust-user NAME, or --trust-provider NAME with --claim groups=…',
  )
}

async function userArnOf(api: Api, name: string): Promise<string> {
  const answer = await api.call(iamOperation('GetUser'), named(USER, name))
  return textOf(asAnswer(answer['User'], 'User'), 'Arn')
}

/**
 * People of a provider: for the provider's clients that the server knows, and with every claim that was given. Which claims become
 * session tags is the provider's matter; where some do, the role must let itself be tagged.
 */
async function providerTrust(api: Api, meant: string, claims: readonly string[]): Promise<string> {
  if (claims.length === 0) {
    throw usageFailure(
      'Everybody at the provider could take the role.',
      'Say whose: --claim groups=sre, or --claim email=alice@example.com',
    )
  }
  const arn = await providerArnOf(api, meant)
  const provider = await api.call(iamOperation('GetOpenIDConnectProvider'), {
    OpenIDConnectProviderArn: arn,
  })
  const host = providerNameOf(arn)
  const wanted = claims.map(parseClaim)
  refuseTwice(wanted.map(({ claim }) => claim))
  return documentOf({
    Principal: { Federated: arn },
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
    Condition: {
      StringEquals: { [`${host}:aud`]: textsOf(provider, 'ClientIDList') },
      // A claim of one value is a list of one: so this fits both.
      'ForAnyValue:StringEquals': Object.fromEntries(
        wanted.map(({ claim, values }) => [`${host}:${claim}`, values]),
      ),
    },
  })
}

function parseClaim(text: string) {
  const equals = text.indexOf('=')
  const values = text.slice(equals + 1)
  if (equals < 1 || values === '') {
    throw usageFailure(`"${text}" is not a claim.`, 'Write it like groups=sre, or groups=sre,dba')
  }
  return { claim: text.slice(0, equals), values: values.split(',') }
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw usageFailure(
    `The claim "${twice}" is given twice.`,
    `If either is enough: --claim ${twice}=A,B`,
  )
}

function documentOf(statement: object): string {
  const Statement = [{ Effect: 'Allow', ...statement }]
  return JSON.stringify({ Version: '2012-10-17', Statement }, null, 2)
}
