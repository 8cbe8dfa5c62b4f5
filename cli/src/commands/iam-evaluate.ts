import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'

const FORMAT = `
In, one JSON object a line; policies as JSON objects, or as their text:
  {"id": …, "policies": [POLICY, …], "boundary": POLICY|null, "session": POLICY|[POLICY, …]|null,
   "trust": POLICY of the role that is the resource, "request": {"principal": ARN, "action": "…",
   "resource": ARN, "context": {"aws:username": "alice", "aws:TagKeys": ["Env", "Team"]}}}
  A list in the context is a key with several values; nothing is added to it. Other members are left alone.
Out, in the same order:
  {"id": …, "decision": "allowed"|"explicitDeny"|"implicitDeny", "error"?: "CODE: why it cannot be decided"}
`

/** `fleetkey iam evaluate --jsonl`: decides cases on this machine, without a server. */
export function evaluateCommand(screen: Screen): Command {
  return defineCommand(screen, 'evaluate', {
    summary: 'Decide requests by policies, on this machine: thousands of cases a second.',
    examples: ['fleetkey iam evaluate --jsonl < cases.jsonl > decisions.jsonl'],
  })
    .addHelpText('after', FORMAT)
    .requiredOption('--jsonl', 'cases from standard input, decisions to standard output')
    .action(async () => {
      const [{ answerLines }, { DocumentCache }, { evaluateLine }] = await Promise.all([
        import('../iam/jsonl.ts'),
        import('../iam/document-cache.ts'),
        import('../iam/evaluate-line.ts'),
      ])
      const documents = new DocumentCache()
      await answerLines(process.stdin, process.stdout, (line) => evaluateLine(line, documents))
    })
}
