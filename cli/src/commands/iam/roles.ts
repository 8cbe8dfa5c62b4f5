import type { Command } from 'commander'
import { asAnswer, numberOf, optionalTextOf, optionalTimeOf, textOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { usageFailure } from '../../failure.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'
import { parseSpan } from '@fleetkey/domain/span'
import { attachCommand, detachCommand } from './attachment-commands.ts'
import { boundaryCommand } from './boundary-commands.ts'
import { deleteCommand } from './delete-command.ts'
import { knownFact, printFacts, timeFact, type Fact } from './fact.ts'
import {
  attachedFact,
  boundaryFact,
  inlineFact,
  ownFacts,
  sessionsFact,
  tagsFact,
} from './held-facts.ts'
import {
  deletePolicyCommand,
  getPolicyCommand,
  policiesOfCommand,
  putPolicyCommand,
} from './inline-commands.ts'
import { commandOf, named, ROLE } from './kind.ts'
import { listCommand } from './list-command.ts'
import { newEntityFlags, newEntityInput, type NewEntityFlags } from './new-entity.ts'
import { shownDocument } from './shown-document.ts'
import { tagCommand, untagCommand, type Tagged } from './tag-commands.ts'
import { trustFlags, trustPolicyOf, type TrustFlags } from './trust-policy.ts'

const TAGGED: Tagged = {
  ...ROLE,
  noun: 'Role',
  command: commandOf(ROLE),
  name: async (_api, name) => named(ROLE, name),
}

/** `fleetkey iam roles …`; alone, it lists. */
export function rolesCommand(screen: Screen): Command {
  const roles = defineCommand(screen, 'roles', {
    summary: 'What people take on for a while: policies, and whom they trust.',
    examples: [
      'fleetkey iam roles create oncall --trust-provider id.example.com --claim groups=sre',
      'fleetkey iam roles attach oncall staging-logins',
    ],
  })
  return roles
    .alias('role')
    .addCommand(listCommand(screen, ROLE), { isDefault: true })
    .addCommand(createCommand(screen))
    .addCommand(showCommand(screen))
    .addCommand(updateCommand(screen))
    .addCommand(setTrustCommand(screen))
    .addCommand(deleteCommand(screen, ROLE, heldBy))
    .addCommand(policiesOfCommand(screen, ROLE))
    .addCommand(putPolicyCommand(screen, ROLE))
    .addCommand(getPolicyCommand(screen, ROLE))
    .addCommand(deletePolicyCommand(screen, ROLE))
    .addCommand(attachCommand(screen, ROLE))
    .addCommand(detachCommand(screen, ROLE))
    .addCommand(boundaryCommand(screen, ROLE))
    .addCommand(tagCommand(screen, TAGGED))
    .addCommand(untagCommand(screen, TAGGED))
}

interface SettingFlags {
  readonly description?: string
  readonly maxSession?: string
}

function settingFlags(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for; shown to those who choose among roles')
    .option('--max-session <span>', 'how long a session may live: 1h to 12h')
}

function createCommand(screen: Screen): Command {
  const about = {
    summary: 'Make a role. Its sessions may do nothing until it has a policy.',
    examples: [
      'fleetkey iam roles create oncall --trust-provider id.example.com --claim groups=sre',
      'fleetkey iam roles create deployer --trust-user ci --max-session 1h',
      'fleetkey iam roles create auditor --trust trust.json --boundary team-limits',
    ],
  }
  const command = withConnectionFlags(defineCommand(screen, 'create', about))
  return newEntityFlags(settingFlags(trustFlags(command)))
    .argument('<role>')
    .action(async (RoleName: string, flags: NewEntityFlags & TrustFlags & SettingFlags) => {
      const MaxSessionDuration = parseSession(flags.maxSession)
      await withApi(screen, flags, async (api) => {
        const AssumeRolePolicyDocument = await trustPolicyOf(api, flags)
        await api.call(iamOperation('CreateRole'), {
          RoleName,
          AssumeRolePolicyDocument,
          Description: flags.description,
          MaxSessionDuration,
          ...(await newEntityInput(api, flags)),
        })
      })
      screen.out(`Role ${printable(RoleName)} is made.\n`)
      screen.err(`Next: fleetkey iam roles attach ${printable(RoleName)} POLICY\n`)
    })
}

function showCommand(screen: Screen): Command {
  const about = {
    summary: 'Show all about a role: whom it trusts, policies, boundary, tags, sessions.',
    examples: ['fleetkey iam roles show oncall'],
  }
  return withListingFlags(defineCommand(screen, 'show', about))
    .argument('<role>')
    .action(async (name: string, flags: ListingFlags) => {
      const facts = await withApi(screen, flags, async (api) => {
        const answer = await api.call(iamOperation('GetRole'), named(ROLE, name))
        const role = asAnswer(answer['Role'], 'Role')
        const [inline, attached, sessions] = await heldBy(api, name)
        const used = optionalTimeOf(asAnswer(role['RoleLastUsed'] ?? {}), 'LastUsedDate')
        const trust = textOf(role, 'AssumeRolePolicyDocument')
        return [
          ...ownFacts(role, ROLE),
          knownFact('description', 'description', optionalTextOf(role, 'Description') ?? ''),
          sessionLifeFact(numberOf(role, 'MaxSessionDuration')),
          timeFact('last used', 'lastUsedAt', { at: used, never: 'never' }),
          {
            label: 'trusts',
            key: 'trustPolicy',
            json: trust,
            lines: shownDocument(trust).split('\n'),
          },
          inline,
          attached,
          boundaryFact(role),
          tagsFact(role),
          sessions,
        ]
      })
      printFacts(screen, flags.output, facts)
    })
}

function heldBy(api: Pick<ApiClient, 'call'>, name: string) {
  return Promise.all([
    inlineFact(api, ROLE, name),
    attachedFact(api, ROLE, name),
    sessionsFact(api, ROLE, name),
  ])
}

function updateCommand(screen: Screen): Command {
  const about = {
    summary: 'Change what a role is called for, and how long its sessions may live.',
    examples: ['fleetkey iam roles update oncall --max-session 8h'],
  }
  return settingFlags(withConnectionFlags(defineCommand(screen, 'update', about)))
    .argument('<role>')
    .action(async (RoleName: string, flags: ConnectionFlags & SettingFlags) => {
      const change = {
        Description: flags.description,
        MaxSessionDuration: parseSession(flags.maxSession),
      }
      if (change.Description === undefined && change.MaxSessionDuration === undefined) {
        throw usageFailure('Nothing to change.', 'Give --description or --max-session')
      }
      await withApi(screen, flags, (api) =>
        api.call(iamOperation('UpdateRole'), { RoleName, ...change }),
      )
      screen.out(`Role ${printable(RoleName)} is changed.\n`)
    })
}

function setTrustCommand(screen: Screen): Command {
  const about = {
    summary:
      'Say anew whom a role trusts. Sessions that are open go on; to end them: iam sessions revoke',
    examples: [
      'fleetkey iam roles set-trust oncall --trust trust.json',
      'fleetkey iam roles set-trust oncall --trust-provider id.example.com --claim groups=sre,dba',
    ],
  }
  return trustFlags(withConnectionFlags(defineCommand(screen, 'set-trust', about)))
    .argument('<role>')
    .action(async (RoleName: string, flags: ConnectionFlags & TrustFlags) => {
      await withApi(screen, flags, async (api) => {
        const PolicyDocument = await trustPolicyOf(api, flags)
        await api.call(iamOperation('UpdateAssumeRolePolicy'), { RoleName, PolicyDocument })
      })
      screen.out(`Role ${printable(RoleName)} trusts whom you said, and nobody else.\n`)
    })
}

/** Seconds of `--max-session`. */
function parseSession(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = parseSpan(text)
  if (seconds !== undefined && seconds >= 3600 && seconds <= 43_200) return seconds
  throw usageFailure(`A session cannot live ${text}.`, 'Use a span from 1h to 12h')
}

function sessionLifeFact(seconds: number): Fact {
  const text = seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds}s`
  return { label: 'sessions live', key: 'maxSessionSeconds', json: seconds, lines: [text] }
}
