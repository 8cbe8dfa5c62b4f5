import type { Statement } from '../statement.ts'
import type { Finding, Lint } from './finding.ts'

/** Documents of 2008, or without a Version, have no variables. */
export const versionMissing: Lint = ({ document }) => {
  if (document.version === '2012-10-17') return []
  const withVariables = document.statements.filter(hasVariables)
  const instead = 'Begin with "Version": "2012-10-17".'
  const what = 'The document does not say "Version": "2012-10-17".'
  if (withVariables.length === 0) {
    return [
      {
        level: 'suggestion',
        statement: undefined,
        sid: undefined,
        what,
        why: 'It is read by the rules of 2008, which have no variables; managed policies are refused.',
        instead,
      },
    ]
  }
  return withVariables.map(({ number, sid }): Finding => ({
    level: 'error',
    statement: number,
    sid,
    what: `${what} Yet the statement has a variable in it.`,
    why: 'By the rules of 2008 the variable is plain text, so what it should match is never matched.',
    instead,
  }))
}

function hasVariables({ resource, conditions }: Statement): boolean {
  const texts = [
    ...(resource?.entries ?? []).map(({ text }) => text),
    ...conditions.flatMap(({ wanted }) => wanted),
  ]
  return texts.some((text) => text.includes('${'))
}
