import { eachStatement } from './finding.ts'
import { listedQuotes } from './phrases.ts'
import { reachedActions } from './reach.ts'

/** Allow with NotAction: everything that is not named, also what comes later. */
export const allowNotAction = eachStatement((statement) => {
  const { effect, action } = statement
  if (effect !== 'Allow' || action.element !== 'NotAction') return []
  const names = listedQuotes(action.entries.map(({ text }) => text))
  return [
    {
      level: 'warning',
      what: `It allows every action but ${names}.`,
      why: `Those are ${reachedActions(statement).length} actions today, of all services, and every action that is added later.`,
      instead: 'Name what is allowed under Action; keep NotAction for Deny.',
    },
  ]
})
