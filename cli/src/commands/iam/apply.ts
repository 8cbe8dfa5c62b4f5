import type { Command } from 'commander'
import type { ApiClient } from '../../api/api-client.ts'
import type { Account } from '@fleetkey/iam/apply/directory'
import type { PlannedStep } from '@fleetkey/iam/apply/planned-step'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { Failure } from '../../failure.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'

type Api = Pick<ApiClient, 'call'>

interface PlanFlags extends ListingFlags {
  readonly prune?: true
}

interface ApplyFlags extends PlanFlags {
  readonly yes?: true
  readonly dryRun?: true
}

const FORMAT = `
The file is YAML. What an entry does not mention it has not; a section that is left out is left alone:
  policies:
    staging-logins:
      document: staging-logins.json          # or the policy itself, as a map
  groups:
    sre:
      members: [alice]
      policies: [staging-logins]             # managed policies: names, or ARNs of AWS's
      inline: {NAME: POLICY}
  users:
    alice:
      boundary: team-limits
      tags: {team: web}
  roles:
    oncall:
      trust: oncall-trust.json
      maxSession: 8h
      policies: [staging-logins]
  providers:
    https://id.example.com:
      clientIds: [fleetkey]
      claims: {groups: groups}               # claim: tag
Rights are taken away before others are given: wherever it stops, nobody has more than before or than the file says.
What the file does not name is deleted with --prune alone; access keys and passwords are never touched, but with their user.
`

/** `fleetkey iam plan`: what apply would do. Ends with 86 when something differs. */
export function planCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'plan', {
    summary: 'Show what "iam apply" would change. Ends with 86 if anything, with 0 if nothing.',
    examples: ['fleetkey iam plan iam.yaml', 'fleetkey iam plan iam.yaml --prune --output json'],
  })
  return withListingFlags(command)
    .argument('<file>', 'YAML; - for standard input')
    .option('--prune', 'also what the file does not name')
    .action(async (path: string, flags: PlanFlags) => {
      await withApi(screen, flags, async (api) => {
        const { plan } = await makePlan(api, path, flags)
        await show(screen, flags, plan)
        if (plan.length > 0) throw drift(path, plan.length)
      })
    })
}

/** `fleetkey iam apply`: makes the server as the file says. */
export function applyCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'apply', {
    summary:
      'Make users, groups, roles, policies and providers as a file says. Shows a plan, and asks.',
    examples: [
      'fleetkey iam apply iam.yaml',
      'fleetkey iam apply iam.yaml --yes                 in a script',
      'fleetkey iam apply iam.yaml --dry-run             as "iam plan"',
      'fleetkey iam export > iam.yaml                    to begin with',
    ],
  }).addHelpText('after', FORMAT)
  return withListingFlags(command)
    .argument('<file>', 'YAML; - for standard input')
    .option('--yes', 'do not ask')
    .option('--prune', 'delete what the file does not name, in the sections that it has')
    .option('--dry-run', 'change nothing; ends with 86 if something differs')
    .action(async (path: string, flags: ApplyFlags) => {
      await withApi(screen, flags, async (api) => {
        const { plan, account } = await makePlan(api, path, flags)
        await show(screen, flags, plan)
        if (plan.length === 0) return
        if (flags.dryRun) throw drift(path, plan.length)
        await confirm(screen, { question: `Make ${counted(plan.length)}?`, yes: flags.yes })
        await carryOut(screen, api, { plan, account })
        screen.err(`${counted(plan.length)} made.\n`)
      })
    })
}

const counted = (count: number): string => `${count} change${count === 1 ? '' : 's'}`

async function makePlan(
  api: Api,
  path: string,
  { prune }: PlanFlags,
): Promise<{ readonly plan: readonly PlannedStep[]; readonly account: Account }> {
  // Read when it is needed: YAML and the lints are no part of other commands.
  const [{ readWantedFile }, { readDirectory }, { planFile }, { askBy }, { faultsAsFailures }] =
    await Promise.all([
      import('../../apply/read-file.ts'),
      import('@fleetkey/iam/apply/read-directory'),
      import('@fleetkey/iam/apply/planned-step'),
      import('../../apply/ask-by.ts'),
      import('../../apply/as-failure.ts'),
    ])
  return await faultsAsFailures(async () => {
    const file = await readWantedFile(path)
    const { directory, account } = await readDirectory(askBy(api))
    return { plan: planFile(directory, file, { account, prune: prune === true }), account }
  })
}

async function show(
  screen: Screen,
  { output }: PlanFlags,
  plan: readonly PlannedStep[],
): Promise<void> {
  const { showPlan } = await import('../../apply/show-plan.ts')
  if (plan.length > 0 || output === 'json') showPlan(screen, output, plan)
  if (plan.length === 0) screen.err('Nothing to change.\n')
}

function drift(path: string, count: number): Failure {
  const name = path === '-' ? 'the file' : path
  return new Failure('drift', `The server is not as ${name} says: ${counted(count)} to make.`, {
    todo: [`To make them: fleetkey iam apply ${path}`],
  })
}

/** Step by step; stops at the first that fails, and says what was made and what not. */
async function carryOut(
  screen: Screen,
  api: Api,
  { plan, account }: { readonly plan: readonly PlannedStep[]; readonly account: Account },
): Promise<void> {
  const [{ callsOfStep }, { askBy }] = await Promise.all([
    import('@fleetkey/iam/apply/calls-of-step'),
    import('../../apply/ask-by.ts'),
  ])
  const ask = askBy(api)
  for (const [index, { step, now, description }] of plan.entries()) {
    try {
      for (const call of callsOfStep(step, { now, account })) await ask(call)
    } catch (error) {
      screen.err(`Stopped: ${index} of ${counted(plan.length)} made. Not made:\n`)
      for (const { description: left } of plan.slice(index)) {
        screen.err(`  ${left.sign} ${printable(left.text)}\n`)
      }
      screen.err(
        'Nobody has more rights than before or than the file says. Apply it again to go on.\n',
      )
      throw error
    }
    screen.err(`done ${description.sign} ${printable(description.text)}\n`)
  }
}
