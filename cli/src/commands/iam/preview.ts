import type { Command } from 'commander'
import { answersOf, numberOf, optionalTextOf, textOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { fleetkeyOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { readInput } from '../../input.ts'
import { printListing, type Screen } from '../../screen.ts'
import { GROUP, named, ROLE, USER } from './kind.ts'
import { policyArnOf } from './policy-arn.ts'

interface PreviewFlags extends ListingFlags {
  readonly policy?: string
  readonly user?: string
  readonly group?: string
  readonly role?: string
  readonly name?: string
  readonly with?: string
}

/** `fleetkey iam preview`: who would gain and who lose which login, before anything is changed. */
export function previewCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'preview', {
    summary:
      'Show who would gain and who lose which login by a change of a policy. Changes nothing.',
    examples: [
      'fleetkey iam preview --policy staging-logins --with policy.json',
      'fleetkey iam preview --group sre --name own --with -  < policy.json',
      'fleetkey iam preview --policy staging-logins                 if it were gone',
    ],
  })
  return withListingFlags(command)
    .option('--policy <policy>', 'a managed policy: name or ARN')
    .option('--user <user>', 'or an inline policy of this user, new or not')
    .option('--group <group>', 'or of this group')
    .option('--role <role>', 'or of this role')
    .option('--name <policy-name>', 'the name of the inline policy')
    .option('--with <file>', 'its new text, JSON; - for standard input; none: as if it were gone')
    .action(async (flags: PreviewFlags) => {
      const text = flags.with === undefined ? undefined : await readInput(flags.with)
      const answer = await withApi(screen, flags, async (api) =>
        api.call(fleetkeyOperation('PreviewPolicyChange'), {
          ...(await targetOf(api, flags)),
          PolicyDocument: text,
        }),
      )
      const changes = answersOf(answer, 'Changes').map((one) => ({
        change: changeOf(textOf(one, 'Before'), textOf(one, 'After')),
        principal: textOf(one, 'PrincipalArn'),
        instanceId: textOf(one, 'InstanceId'),
        instanceName: optionalTextOf(one, 'InstanceName') ?? '',
        osUser: textOf(one, 'InstanceOSUser'),
        before: textOf(one, 'Before'),
        after: textOf(one, 'After'),
      }))
      printListing(screen, flags.output, {
        headings: ['CHANGE', 'WHO', 'INSTANCE', 'ID', 'OS USER', 'BEFORE', 'AFTER'],
        rows: changes.map((one) => [
          one.change,
          one.principal,
          one.instanceName || '-',
          one.instanceId,
          one.osUser,
          one.before,
          one.after,
        ]),
        json: changes,
        whenEmpty: 'Nobody would gain or lose a login.',
      })
      const left = numberOf(answer, 'ChangeCount') - changes.length
      if (left > 0) screen.err(`And ${left} more.\n`)
      const [tried, of] = [numberOf(answer, 'PrincipalsTried'), numberOf(answer, 'PrincipalCount')]
      if (tried < of) {
        screen.err(`Tried out for ${tried} of ${of} principals: it was too much for one request.\n`)
      }
    })
}

async function targetOf(api: Pick<ApiClient, 'call'>, flags: PreviewFlags): Promise<object> {
  const { policy, user, group, role, name } = flags
  const holders = [
    ...(user === undefined ? [] : [named(USER, user)]),
    ...(group === undefined ? [] : [named(GROUP, group)]),
    ...(role === undefined ? [] : [named(ROLE, role)]),
  ]
  const [holder, ...more] = holders
  if (policy !== undefined && holder === undefined && name === undefined) {
    return { PolicyArn: await policyArnOf(api, policy) }
  }
  if (policy === undefined && holder !== undefined && more.length === 0 && name !== undefined) {
    return { ...holder, PolicyName: name }
  }
  throw usageFailure(
    'Which policy?',
    'Give --policy NAME, or --name NAME with one of --user, --group and --role',
  )
}

const RANK = new Map([
  ['denied', 0],
  ['conditional', 1],
  ['allowed', 2],
])

const changeOf = (before: string, after: string): 'gains' | 'loses' =>
  (RANK.get(after) ?? 0) > (RANK.get(before) ?? 0) ? 'gains' : 'loses'
