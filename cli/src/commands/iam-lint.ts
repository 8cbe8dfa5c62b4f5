import { Option, type Command } from 'commander'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { defineCommand } from '../command.ts'
import type { OutputFormat, Screen } from '../screen.ts'

/** What a policy is for, and where. */
export interface PolicyFlags {
  readonly kind: DocumentKind
  readonly account?: string
  readonly region?: string
}

interface LintFlags extends PolicyFlags {
  readonly output: OutputFormat
}

/** `fleetkey iam lint`: what a valid policy says otherwise than it seems. */
export function lintCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'lint', {
    summary: 'Find what a policy says otherwise than it seems, on this machine.',
    examples: [
      'fleetkey iam lint policy.json',
      'fleetkey iam lint --account 111122223333 --region on-prem-1 policy.json',
      'fleetkey iam lint --output json policy.json',
    ],
  })
  return withPolicyFlags(command)
    .addOption(
      new Option('--output <format>', 'for people or for programs')
        .choices(['table', 'json'])
        .default('table'),
    )
    .argument('<file>', 'JSON; - for standard input')
    .action(async (path: string, flags: LintFlags) => {
      const { reportPolicy } = await import('../iam/report-policy.ts')
      await reportPolicy(screen, path, flags)
    })
}

export function withPolicyFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--kind <kind>', 'what the policy is for')
        .choices(['identity', 'managed', 'trust', 'session'])
        .default('identity'),
    )
    .option('--account <id>', 'the account it is to hold in; finds ARNs of another one')
    .option('--region <region>', 'the Region it is to hold in; finds ARNs of another one')
}
