import type { Command } from 'commander'
import {
  answersOf,
  asAnswer,
  numberOf,
  optionalTextOf,
  optionalTimeOf,
  textOf,
} from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { listAll } from '../../api/list-all.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withListingFlags,
  withConnectionFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { confirm } from '../../confirm.ts'
import { printable } from '../../output.ts'
import { printListing, type Screen } from '../../screen.ts'
import { localTime } from '../../time.ts'
import { fact, knownFact, printFacts } from './fact.ts'
import { tagsFact } from './held-facts.ts'
import { policyArnOf } from './policy-arn.ts'
import {
  deleteVersionCommand,
  putCommand,
  rollbackCommand,
  versionsCommand,
} from './policy-version-commands.ts'
import { readVersions } from './policy-versions.ts'
import { shownDocument } from './shown-document.ts'
import { tagCommand, untagCommand, type Tagged } from './tag-commands.ts'

const TAGGED: Tagged = {
  noun: 'Policy',
  word: 'policy',
  example: 'staging-logins',
  command: 'fleetkey iam policies',
  name: async (api, meant) => ({ PolicyArn: await policyArnOf(api, meant) }),
}

/** `fleetkey iam policies …`: managed policies; alone, it lists. */
export function policiesCommand(screen: Screen): Command {
  const policies = defineCommand(screen, 'policies', {
    summary: 'Managed policies: written once, attached to many, with their versions.',
    examples: [
      'fleetkey iam policies put staging-logins policy.json',
      'fleetkey iam groups attach sre staging-logins',
      'fleetkey iam policies rollback staging-logins',
    ],
  })
  return policies
    .alias('policy')
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(putCommand(screen))
    .addCommand(showCommand(screen))
    .addCommand(getCommand(screen))
    .addCommand(versionsCommand(screen))
    .addCommand(rollbackCommand(screen))
    .addCommand(deleteVersionCommand(screen))
    .addCommand(deleteCommand(screen))
    .addCommand(tagCommand(screen, TAGGED))
    .addCommand(untagCommand(screen, TAGGED))
}

interface ListFlags extends ListingFlags {
  readonly all?: true
  readonly attached?: true
}

function listCommand(screen: Screen): Command {
  const about = {
    summary: 'List managed policies: yours, and with --all those of AWS.',
    examples: ['fleetkey iam policies', 'fleetkey iam policies list --all --attached'],
  }
  return withListingFlags(defineCommand(screen, 'list', about))
    .option('--all', 'those of AWS too')
    .option('--attached', 'only those that somebody has')
    .action(async (flags: ListFlags) => {
      const input = {
        Scope: flags.all ? 'All' : 'Local',
        OnlyAttached: flags.attached === true,
      }
      const answer = await withApi(screen, flags, (api) =>
        listAll(api, iamOperation('ListPolicies'), { member: 'Policies', input }),
      )
      const policies = answersOf(answer, 'Policies').map((policy) => ({
        policyName: textOf(policy, 'PolicyName'),
        arn: textOf(policy, 'Arn'),
        defaultVersion: textOf(policy, 'DefaultVersionId'),
        attachments: numberOf(policy, 'AttachmentCount'),
        boundaryUses: numberOf(policy, 'PermissionsBoundaryUsageCount'),
        updatedAt: optionalTimeOf(policy, 'UpdateDate'),
      }))
      printListing(screen, flags.output, {
        headings: ['POLICY', 'VERSION', 'ATTACHED', 'BOUNDARY OF', 'UPDATED', 'ARN'],
        rows: policies.map((policy) => [
          policy.policyName,
          policy.defaultVersion,
          String(policy.attachments),
          String(policy.boundaryUses),
          policy.updatedAt === undefined ? '-' : localTime(policy.updatedAt),
          policy.arn,
        ]),
        json: policies,
        whenEmpty: 'No managed policy of yours yet. Make one: fleetkey iam policies put NAME FILE',
      })
    })
}

function showCommand(screen: Screen): Command {
  const about = {
    summary: 'Show all about a managed policy: its text, its versions, and who has it.',
    examples: ['fleetkey iam policies show staging-logins'],
  }
  return withListingFlags(defineCommand(screen, 'show', about))
    .argument('<policy>', 'name or ARN')
    .action(async (meant: string, flags: ListingFlags) => {
      const facts = await withApi(screen, flags, async (api) => {
        const PolicyArn = await policyArnOf(api, meant)
        const answer = await api.call(iamOperation('GetPolicy'), { PolicyArn })
        const policy = asAnswer(answer['Policy'], 'Policy')
        const version = textOf(policy, 'DefaultVersionId')
        return [
          knownFact('policy', 'policyName', textOf(policy, 'PolicyName')),
          knownFact('arn', 'arn', PolicyArn),
          knownFact('description', 'description', optionalTextOf(policy, 'Description') ?? ''),
          knownFact('version', 'defaultVersion', version),
          ...(await Promise.all([
            usersFact(api, PolicyArn),
            fact('versions', 'versions', {
              read: () => readVersions(api, PolicyArn),
              lines: (versions) => versions.map(({ versionId }) => versionId),
            }),
            fact('document', 'document', {
              read: () => documentOf(api, PolicyArn, version),
              lines: (text) => shownDocument(text).split('\n'),
            }),
          ])),
          tagsFact(policy),
        ]
      })
      printFacts(screen, flags.output, facts)
    })
}

function getCommand(screen: Screen): Command {
  const about = {
    summary: 'Print the text of a managed policy, to read or to change.',
    examples: [
      'fleetkey iam policies get staging-logins > policy.json',
      'fleetkey iam policies get staging-logins --version v2',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'get', about))
    .argument('<policy>', 'name or ARN')
    .option('--version <id>', 'another than the one in force, e.g. v2')
    .action(async (meant: string, flags: ConnectionFlags & { readonly version?: string }) => {
      const text = await withApi(screen, flags, async (api) => {
        const PolicyArn = await policyArnOf(api, meant)
        if (flags.version !== undefined) return await documentOf(api, PolicyArn, flags.version)
        const answer = await api.call(iamOperation('GetPolicy'), { PolicyArn })
        const version = textOf(asAnswer(answer['Policy'], 'Policy'), 'DefaultVersionId')
        return await documentOf(api, PolicyArn, version)
      })
      screen.out(`${shownDocument(text)}\n`)
    })
}

function deleteCommand(screen: Screen): Command {
  const about = {
    summary: 'Delete a managed policy with its versions. It shows who has it, and asks.',
    examples: ['fleetkey iam policies delete staging-logins'],
  }
  return withConnectionFlags(defineCommand(screen, 'delete', about))
    .argument('<policy>', 'name or ARN')
    .option('--yes', 'do not ask')
    .action(async (meant: string, flags: ConnectionFlags & { readonly yes?: true }) => {
      await withApi(screen, flags, async (api) => {
        const PolicyArn = await policyArnOf(api, meant)
        if (!flags.yes) {
          const { lines } = await usersFact(api, PolicyArn)
          for (const line of lines) screen.err(`It is taken from: ${printable(line)}\n`)
        }
        const question = `Delete the policy ${printable(meant)} for good?`
        await confirm(screen, { question, yes: flags.yes })
        await api.call(iamOperation('DeletePolicy'), { PolicyArn, Force: true })
      })
      screen.out(`The policy ${printable(meant)} is deleted.\n`)
    })
}

/** Who has a policy, and whose boundary it is. */
function usersFact(api: Pick<ApiClient, 'call'>, PolicyArn: string) {
  return fact('used by', 'usedBy', {
    read: async () => {
      const users = async (PolicyUsageFilter: string, word: string) => {
        const input = { PolicyArn, PolicyUsageFilter }
        const found: string[] = []
        for (const kind of ['User', 'Group', 'Role']) {
          const member = `Policy${kind}s`
          const answer = await listAll(api, iamOperation('ListEntitiesForPolicy'), {
            member,
            input: { ...input, EntityFilter: kind },
          })
          for (const one of answersOf(answer, member)) {
            found.push(`${kind.toLowerCase()} ${textOf(one, `${kind}Name`)}${word}`)
          }
        }
        return found
      }
      return [
        ...(await users('PermissionsPolicy', '')),
        ...(await users('PermissionsBoundary', ' (as boundary)')),
      ]
    },
    lines: (users) => users,
  })
}

async function documentOf(
  api: Pick<ApiClient, 'call'>,
  PolicyArn: string,
  VersionId: string,
): Promise<string> {
  const answer = await api.call(iamOperation('GetPolicyVersion'), { PolicyArn, VersionId })
  return textOf(asAnswer(answer['PolicyVersion'], 'PolicyVersion'), 'Document')
}
