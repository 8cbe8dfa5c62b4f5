import { matchesAction } from './match-action.ts'
import type { PolicyDocument } from './policy-document.ts'
import type { Statement } from './statement.ts'

/** The statements of one document that are about one action. */
export interface Candidates {
  readonly denies: readonly Statement[]
  readonly allows: readonly Statement[]
}

/** Every document that is asked keeps its answers, as long as it lives: few actions are asked of it, again and again. */
const answers = new WeakMap<PolicyDocument, Map<string, Candidates>>()

/** An action's name can come from outside, so that a document forgets rather than grow. */
const mostAnswers = 256

/** `action` in any letter case. */
export function candidatesFor(document: PolicyDocument, action: string): Candidates {
  let known = answers.get(document)
  if (known === undefined) {
    known = new Map()
    answers.set(document, known)
  }
  const answer = known.get(action)
  if (answer !== undefined) return answer
  if (known.size >= mostAnswers) known.clear()
  const found = find(document, action.toLowerCase())
  known.set(action, found)
  return found
}

function find({ statements }: PolicyDocument, action: string): Candidates {
  const about = statements.filter((statement) => coversAction(statement, action))
  return {
    denies: about.filter(({ effect }) => effect === 'Deny'),
    allows: about.filter(({ effect }) => effect === 'Allow'),
  }
}

/** NotAction covers what none of its entries matches. `action` in lower case. */
export function coversAction({ action: { element, entries } }: Statement, action: string): boolean {
  return entries.some((entry) => matchesAction(entry, action)) === (element === 'Action')
}
