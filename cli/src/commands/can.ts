import type { Command } from 'commander'
import { readExplanation } from '../access/explanation.ts'
import { principalArnOf } from '../access/principal-arn.ts'
import { answersOf, optionalTextOf, textOf } from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { listAll } from '../api/list-all.ts'
import { fleetkeyOperation } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, severalTimes, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure, usageFailure } from '../failure.ts'
import { findInstance, isInstanceId } from '../instance/find-instance.ts'
import { printable, printableJson } from '../output.ts'
import { printListing, type Screen } from '../screen.ts'

interface CanFlags extends ListingFlags {
  readonly osUser?: string
  readonly as?: string
  readonly context: readonly string[]
  readonly who?: true
  readonly where?: true
}

type Api = Pick<ApiClient, 'call'>

/** `fleetkey can`: asks what a policy would say, and opens nothing. */
export function canCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'can', {
    summary: 'Ask whether somebody may log in, and which statement says so. Opens nothing.',
    examples: [
      'fleetkey can web-1 --os-user deploy                    may I, from here and now?',
      'fleetkey can web-1 --os-user deploy --as alice         may she?',
      'fleetkey can web-1 --os-user deploy --as role/oncall --context aws:SourceIp=10.0.0.7',
      'fleetkey can --who web-1                               who may, as whom?',
      'fleetkey can --where alice                             where may she, as whom?',
      '',
      '  It ends with 0 for yes, 77 for no, and 87 when it depends on what only the moment tells',
      '  (address, time, second factor): then say it with --context.',
    ],
  })
  return withListingFlags(command)
    .argument('<instance>', 'id, Name tag or address; with --where the user or role')
    .option('--os-user <name>', 'the account on the host')
    .option('--as <principal>', 'another user or role: name, user/NAME, role/NAME or ARN')
    .option('--context <key=value>', 'a condition key; several times', severalTimes, [])
    .option('--who', 'all who may, instead')
    .option('--where', 'all instances where a user or role may, instead')
    .action(async (meant: string, flags: CanFlags) => {
      await withApi(screen, flags, async (api) => {
        if (flags.where) return showWhere(screen, flags, { api, who: meant })
        // Who may not list instances may ask about one by its id all the same.
        const { instanceId, name } = isInstanceId(meant)
          ? { instanceId: meant, name: undefined }
          : await findInstance(api, meant)
        if (flags.who) return showWho(screen, flags, { api, instanceId })
        const called = name === undefined ? instanceId : `${name} (${instanceId})`
        await showWhether(screen, flags, { api, instanceId, called })
      })
    })
}

interface Place {
  readonly api: Api
  readonly instanceId: string
}

async function showWhether(
  screen: Screen,
  flags: CanFlags,
  { api, instanceId, called }: Place & { readonly called: string },
): Promise<void> {
  const { osUser, as } = flags
  if (osUser === undefined) throw usageFailure('As which user of the host?', 'Give --os-user NAME')
  const question = {
    InstanceId: instanceId,
    InstanceOSUser: osUser,
    ContextEntries: contextEntries(flags.context),
  }
  const answer =
    as === undefined
      ? await api.call(fleetkeyOperation('CheckOwnAccess'), question)
      : await api.call(fleetkeyOperation('CheckAccess'), {
          ...question,
          PrincipalArn: await principalArnOf(api, as),
        })
  const decision = textOf(answer, 'Decision')
  const principal = textOf(answer, 'PrincipalArn')
  const { why, mend } = readExplanation(textOf(answer, 'Explanation'))
  if (flags.output === 'json') {
    const said = { principal, instanceId, osUser, decision, why, leastChange: mend }
    screen.out(`${printableJson(said)}\n`)
  }
  const login = `log in as ${osUser} on ${called}`
  if (decision === 'conditional') {
    throw new Failure('conditional', `${principal} may ${login}, under a condition.`, {
      why,
      todo: ['Say how it is, and ask again: --context KEY=VALUE'],
    })
  }
  // Whatever is not a plain yes is a no.
  if (decision !== 'allowed') {
    throw new Failure('accessDenied', `${principal} may not ${login}.`, { why, todo: mend })
  }
  if (flags.output === 'json') return
  screen.out(`${screen.paintOut.good('yes:')} ${printable(principal)} may ${printable(login)}.\n`)
  for (const line of why) screen.out(`  ${screen.paintOut.faint('because')} ${printable(line)}\n`)
}

/** A key that is given several times has several values. */
function contextEntries(texts: readonly string[]) {
  const values = new Map<string, string[]>()
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals < 1) {
      throw usageFailure(
        `"${text}" is not a condition key and its value.`,
        'Write it like aws:SourceIp=10.0.0.7',
      )
    }
    const key = text.slice(0, equals)
    values.set(key, [...(values.get(key) ?? []), text.slice(equals + 1)])
  }
  return [...values].map(([ContextKeyName, ContextKeyValues]) => ({
    ContextKeyName,
    ContextKeyValues,
  }))
}

async function showWho(screen: Screen, flags: CanFlags, { api, instanceId }: Place): Promise<void> {
  if (flags.as !== undefined || flags.context.length > 0) {
    throw usageFailure('--who asks for everybody.', 'Leave --as and --context out')
  }
  const answer = await api.call(fleetkeyOperation('ListWhoCanReach'), {
    InstanceId: instanceId,
    InstanceOSUser: flags.osUser,
  })
  const found = answersOf(answer, 'Principals').map((one) => ({
    principal: textOf(one, 'PrincipalArn'),
    osUser: textOf(one, 'InstanceOSUser'),
    decision: textOf(one, 'Decision'),
    why: readExplanation(optionalTextOf(one, 'Explanation') ?? '').why,
  }))
  printListing(screen, flags.output, {
    headings: ['WHO', 'OS USER', 'MAY', 'BECAUSE'],
    rows: found.map(({ principal, osUser, decision, why }) => [
      principal,
      osUser,
      decision === 'allowed' ? 'yes' : decision,
      why[0] ?? '',
    ]),
    json: found,
    whenEmpty: 'Nobody may but root.',
  })
  if (flags.output === 'table') screen.err('Root may always.\n')
}

async function showWhere(
  screen: Screen,
  flags: CanFlags,
  { api, who }: { readonly api: Api; readonly who: string },
): Promise<void> {
  if (flags.as !== undefined || flags.context.length > 0 || flags.who) {
    throw usageFailure(
      '--where asks for every instance.',
      'Name the user or role alone, and leave --as, --who and --context out',
    )
  }
  const answer = await listAll(api, fleetkeyOperation('ListReachable'), {
    member: 'Instances',
    input: { PrincipalArn: await principalArnOf(api, who), InstanceOSUser: flags.osUser },
  })
  const found = answersOf(answer, 'Instances').flatMap((one) =>
    answersOf(one, 'OSUsers').map((user) => ({
      instanceId: textOf(one, 'InstanceId'),
      instanceName: optionalTextOf(one, 'InstanceName') ?? '',
      osUser: textOf(user, 'InstanceOSUser'),
      decision: textOf(user, 'Decision'),
    })),
  )
  printListing(screen, flags.output, {
    headings: ['INSTANCE', 'ID', 'OS USER', 'MAY'],
    rows: found.map(({ instanceId, instanceName, osUser, decision }) => [
      instanceName || '-',
      instanceId,
      osUser,
      decision === 'allowed' ? 'yes' : decision,
    ]),
    json: found,
    whenEmpty: `${printable(who)} may log in nowhere.`,
  })
}
