import type { Finding } from '@fleetkey/domain/finding'
import type { FixName } from '@fleetkey/domain/fix'
import { examine } from './examination/examine.ts'
import type { ExaminationQuestion } from './examination/open-host.ts'
import { EXIT } from './exit-codes.ts'
import { mend } from './mending/mend.ts'
import type { Paths } from './paths.ts'
import { loadSettings } from './settings.ts'

interface Shown {
  readonly output: 'text' | 'json'
  readonly paths: Paths
}

/** `fleetkey agent examine` */
export async function showExamination(
  question: ExaminationQuestion,
  { output, paths }: Shown,
): Promise<number> {
  return show(await examine(question, { settings: loadSettings(paths.settings), paths }), output)
}

/** `fleetkey agent mend` */
export async function showMending(
  fixes: readonly FixName[],
  options: Shown & { readonly osUser?: string; readonly dryRun: boolean },
): Promise<number> {
  const { output, ...host } = options
  return show(await mend(fixes, { ...host, settings: loadSettings(host.paths.settings) }), output)
}

function show(findings: readonly Finding[], output: Shown['output']): number {
  const text =
    output === 'json' ? JSON.stringify(findings, undefined, 2) : findings.flatMap(lines).join('\n')
  process.stdout.write(`${text}\n`)
  return findings.some(({ state }) => state === 'bad') ? EXIT.foundBad : EXIT.ok
}

const MARKS: Readonly<Record<Finding['state'], string>> = {
  good: 'good',
  note: 'note',
  bad: 'BAD ',
  unknown: '?   ',
}

function lines({ check, state, says, mend: how }: Finding): readonly string[] {
  return [
    `${MARKS[state]} ${check.padEnd(16)} ${says}`,
    ...(how === undefined || state === 'good' ? [] : [`       ${how.says}`]),
    ...(how?.commands ?? []).map((command) => `         ${command}`),
  ]
}
