import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { lintPolicy, type NamedFinding } from '@fleetkey/iam/lint/lint-policy'
import type { PolicyDocument } from '@fleetkey/iam/policy-document'
import { validatePolicy } from '@fleetkey/iam/validate-policy'
import type { PolicyFlags } from '../commands/iam-lint.ts'
import { Failure } from '../failure.ts'
import { readInput } from '../input.ts'
import { printable, printableJson } from '../output.ts'
import type { OutputFormat, Screen } from '../screen.ts'
import { wrap } from '../wrap.ts'

interface ReportFlags extends PolicyFlags {
  readonly output: OutputFormat
}

/**
 * The verdict on a policy, and its lints. Throws the Failure `policyFaulty` when it is not valid or a lint found an error:
 * whoever runs it before saving a policy can go by the exit code.
 */
export async function reportPolicy(
  screen: Screen,
  path: string,
  { kind, account, region, output }: ReportFlags,
): Promise<void> {
  const text = await readInput(path)
  const document = validate(screen, text, { kind, output })
  const findings = lintPolicy({ document, kind, home: { accountId: account, region } })
  if (output === 'json') screen.out(`${printableJson({ valid: true, findings })}\n`)
  else screen.out(reportOf(screen, findings))
  const errors = findings.filter(({ level }) => level === 'error').length
  if (errors === 0) return
  throw new Failure(
    'policyFaulty',
    `${path} is valid, but has ${counted(errors, 'error')} in it.`,
    {
      todo: ['Mend what is said above; IAM itself would take the policy as it is.'],
    },
  )
}

function validate(
  screen: Screen,
  text: string,
  { kind, output }: Pick<ReportFlags, 'kind' | 'output'>,
): PolicyDocument {
  try {
    return validatePolicy(text, kind)
  } catch (error) {
    if (!(error instanceof ServiceException)) throw error
    const { code, message } = error
    if (output === 'json') {
      screen.out(`${printableJson({ valid: false, code, message, findings: [] })}\n`)
    }
    throw new Failure('policyFaulty', `It is not a valid policy of kind ${kind}.`, {
      why: [`${code}: ${message}`],
      todo: message.startsWith('Policy document should not specify a principal.')
        ? ['If it is the trust policy of a role: --kind trust']
        : [],
    })
  }
}

function reportOf(screen: Screen, findings: readonly NamedFinding[]): string {
  const lines = findings.flatMap((finding) => [heading(screen, finding), ...body(finding), ''])
  return [...lines, summary(findings), ''].join('\n')
}

function heading(screen: Screen, { level, lint, statement, sid }: NamedFinding): string {
  const paint = screen.paintOut
  const where = [
    statement === undefined ? 'the document' : `statement ${statement}`,
    ...(sid === undefined ? [] : [`(${sid})`]),
  ].join(' ')
  return `${level === 'error' ? paint.bad(level) : level} in ${printable(where)}  ${paint.faint(lint)}`
}

const WIDTH = 100

function body({ what, why, instead }: NamedFinding): readonly string[] {
  return [`${what} ${why}`, instead].flatMap((text) =>
    wrap(printable(text), WIDTH).map((line) => `  ${line}`),
  )
}

function summary(findings: readonly NamedFinding[]): string {
  if (findings.length === 0) return 'It is valid, and nothing about it is odd.'
  const counts = (['error', 'warning', 'suggestion'] as const).flatMap((level) => {
    const count = findings.filter((finding) => finding.level === level).length
    return count === 0 ? [] : [counted(count, level)]
  })
  return `It is valid: ${counts.join(', ')}.`
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
