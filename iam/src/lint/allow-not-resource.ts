import { eachStatement } from './finding.ts'
import { listedQuotes } from './phrases.ts'

/** Allow with NotResource: everything that is not named, also what is made later. */
export const allowNotResource = eachStatement(({ effect, resource }) => {
  if (effect !== 'Allow' || resource?.element !== 'NotResource') return []
  return [
    {
      level: 'warning',
      what: `It allows its actions on everything but ${listedQuotes(resource.entries.map(({ text }) => text))}.`,
      why: 'Also on everything that is made later.',
      instead: 'Name what is allowed under Resource, and refuse the exceptions in a Deny.',
    },
  ]
})
