import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import { usageFailure } from '../failure.ts'
import type { Screen } from '../screen.ts'
import { withPolicyFlags, type PolicyFlags } from './iam-lint.ts'

interface ValidateFlags extends PolicyFlags {
  readonly jsonl?: true
}

const FORMAT = `
In, with --jsonl, one JSON object a line:
  {"id": …, "kind": "identity"|"managed"|"trust"|"session", "document": "TEXT OF THE POLICY"}
Out, in the same order:
  {"id": …, "valid": true}   or   {"id": …, "valid": false, "code": "…", "message": "…"}
`

/** `fleetkey iam validate`: what the server, and IAM, would say of a policy. */
export function validateCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'validate', {
    summary: 'Say whether a policy is valid, and what is odd about it, on this machine.',
    examples: [
      'fleetkey iam validate policy.json',
      'fleetkey iam validate --kind trust role.json',
      'fleetkey iam validate --jsonl < documents.jsonl > verdicts.jsonl',
    ],
  }).addHelpText('after', FORMAT)
  return withPolicyFlags(command)
    .argument('[file]', 'JSON; - for standard input')
    .option('--jsonl', 'documents from standard input, verdicts to standard output')
    .action(async (path: string | undefined, flags: ValidateFlags) => {
      if ((path === undefined) !== (flags.jsonl === true)) {
        throw usageFailure(
          'Name a file, or say --jsonl.',
          'See what each does: fleetkey iam validate --help',
        )
      }
      if (path === undefined) return validateLines()
      const { reportPolicy } = await import('../iam/report-policy.ts')
      await reportPolicy(screen, path, { ...flags, output: 'table' })
    })
}

async function validateLines(): Promise<void> {
  const [{ answerLines }, { validateLine }] = await Promise.all([
    import('../iam/jsonl.ts'),
    import('../iam/validate-line.ts'),
  ])
  await answerLines(process.stdin, process.stdout, validateLine)
}
