import type { Command } from 'commander'
import { answersOf, textOf, textsOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { fleetkeyOperation, iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  severalTimes,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { confirm } from '../../confirm.ts'
import { usageFailure } from '../../failure.ts'
import { printable } from '../../output.ts'
import { printListing, type Screen } from '../../screen.ts'
import { providerArnOf, providerArns, providerNameOf } from './provider-arn.ts'

/** `fleetkey iam providers …`; alone, it lists. */
export function providersCommand(screen: Screen): Command {
  const providers = defineCommand(screen, 'providers', {
    summary: 'Where people sign in: OpenID Connect providers whose word counts here.',
    examples: [
      'fleetkey iam providers create https://id.example.com --client-id fleetkey',
      'fleetkey iam providers claims id.example.com groups=groups',
    ],
  })
  return providers
    .alias('provider')
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(createCommand(screen))
    .addCommand(claimsCommand(screen))
    .addCommand(clientCommand(screen, ADD))
    .addCommand(clientCommand(screen, REMOVE))
    .addCommand(deleteCommand(screen))
}

function listCommand(screen: Screen): Command {
  const about = {
    summary: 'List the sign-in providers, their clients, and which claims become tags.',
    examples: ['fleetkey iam providers', 'fleetkey iam providers --output json'],
  }
  return withListingFlags(defineCommand(screen, 'list', about)).action(
    async (flags: ListingFlags) => {
      const providers = await withApi(screen, flags, async (api) =>
        Promise.all((await providerArns(api)).map((arn) => readProvider(api, arn))),
      )
      printListing(screen, flags.output, {
        headings: ['PROVIDER', 'CLIENTS', 'CLAIM=TAG', 'ARN'],
        rows: providers.map(({ name, clientIds, claimTags, arn }) => [
          name,
          clientIds.join(' '),
          Object.entries(claimTags)
            .map(([claim, tag]) => `${claim}=${tag}`)
            .join(' '),
          arn,
        ]),
        json: providers,
        whenEmpty:
          'No provider yet. Make one known: fleetkey iam providers create URL --client-id ID',
      })
    },
  )
}

async function readProvider(api: Pick<ApiClient, 'call'>, arn: string) {
  const input = { OpenIDConnectProviderArn: arn }
  const answer = await api.call(iamOperation('GetOpenIDConnectProvider'), input)
  return {
    name: providerNameOf(arn),
    arn,
    clientIds: textsOf(answer, 'ClientIDList'),
    claimTags: Object.fromEntries(
      answersOf(answer, 'ClaimTags').map((one) => [textOf(one, 'Claim'), textOf(one, 'TagKey')]),
    ),
  }
}

interface CreateFlags extends ConnectionFlags {
  readonly clientId: readonly string[]
}

function createCommand(screen: Screen): Command {
  const about = {
    summary: 'Make a provider known. It lets nobody in until a role trusts it.',
    examples: ['fleetkey iam providers create https://id.example.com --client-id fleetkey'],
  }
  return withConnectionFlags(defineCommand(screen, 'create', about))
    .argument('<url>', 'the issuer, spelt as its tokens do')
    .option('--client-id <id>', 'what fleetkey is called there; several times', severalTimes, [])
    .action(async (Url: string, flags: CreateFlags) => {
      if (flags.clientId.length === 0) {
        throw usageFailure(
          'Tokens for which client?',
          'Give --client-id ID: without one no token counts',
        )
      }
      const input = { Url, ClientIDList: flags.clientId }
      await withApi(screen, flags, (api) =>
        api.call(iamOperation('CreateOpenIDConnectProvider'), input),
      )
      screen.out(`The provider ${printable(Url)} is known.\n`)
      const name = printable(Url.replace(/^https?:\/\//, ''))
      screen.err(`Next: fleetkey iam roles create ROLE --trust-provider ${name} --claim groups=…\n`)
    })
}

function claimsCommand(screen: Screen): Command {
  const about = {
    summary:
      'Say which claims of its tokens become session tags (aws:PrincipalTag/…), all of them anew.',
    examples: [
      'fleetkey iam providers claims id.example.com groups=groups email=email',
      'fleetkey iam providers claims id.example.com --none',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'claims', about))
    .argument('<provider>', 'name, issuer or ARN')
    .argument('[claims...]', 'CLAIM=TAG')
    .option('--none', 'no claim becomes a tag')
    .action(
      async (
        meant: string,
        texts: readonly string[],
        flags: ConnectionFlags & { readonly none?: true },
      ) => {
        if ((texts.length === 0) !== (flags.none === true)) {
          throw usageFailure('Which claims?', 'Give CLAIM=TAG, or --none')
        }
        const ClaimTags = texts.map(parseClaimTag)
        await withApi(screen, flags, async (api) => {
          const OpenIDConnectProviderArn = await providerArnOf(api, meant)
          const input = { OpenIDConnectProviderArn, ClaimTags }
          await api.call(fleetkeyOperation('PutOpenIDConnectProviderClaims'), input)
        })
        const said = texts.length === 0 ? 'No claim' : printable(texts.join(' '))
        screen.out(`${said} of ${printable(meant)} becomes a tag of new sessions.\n`)
      },
    )
}

function parseClaimTag(text: string) {
  const equals = text.indexOf('=')
  if (equals > 0 && equals < text.length - 1) {
    return { Claim: text.slice(0, equals), TagKey: text.slice(equals + 1) }
  }
  throw usageFailure(`"${text}" is not a claim and a tag.`, 'Write it like groups=groups')
}

const ADD = {
  name: 'add-client',
  operation: 'AddClientIDToOpenIDConnectProvider',
  summary: 'Let tokens for another client count.',
  said: 'is a client of',
}
const REMOVE = {
  name: 'remove-client',
  operation: 'RemoveClientIDFromOpenIDConnectProvider',
  summary:
    'Let tokens for a client count no more. Sessions made with them go on: iam sessions revoke',
  said: 'is no longer a client of',
}

function clientCommand(
  screen: Screen,
  { name, operation, summary, said }: typeof ADD | typeof REMOVE,
): Command {
  const about = { summary, examples: [`fleetkey iam providers ${name} id.example.com fleetkey`] }
  return withConnectionFlags(defineCommand(screen, name, about))
    .argument('<provider>', 'name, issuer or ARN')
    .argument('<client-id>')
    .action(async (meant: string, ClientID: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, async (api) => {
        const OpenIDConnectProviderArn = await providerArnOf(api, meant)
        await api.call(iamOperation(operation), { OpenIDConnectProviderArn, ClientID })
      })
      screen.out(`${printable(ClientID)} ${said} ${printable(meant)}.\n`)
    })
}

function deleteCommand(screen: Screen): Command {
  const about = {
    summary: 'Forget a provider. Everybody whom it vouched for is logged out at once.',
    examples: ['fleetkey iam providers delete id.example.com'],
  }
  return withConnectionFlags(defineCommand(screen, 'delete', about))
    .argument('<provider>', 'name, issuer or ARN')
    .option('--yes', 'do not ask')
    .action(async (meant: string, flags: ConnectionFlags & { readonly yes?: true }) => {
      await withApi(screen, flags, async (api) => {
        const OpenIDConnectProviderArn = await providerArnOf(api, meant)
        const question = `Forget the provider ${printable(meant)}? All its people are logged out.`
        await confirm(screen, { question, yes: flags.yes })
        await api.call(iamOperation('DeleteOpenIDConnectProvider'), { OpenIDConnectProviderArn })
      })
      screen.out(`The provider ${printable(meant)} is forgotten.\n`)
    })
}
