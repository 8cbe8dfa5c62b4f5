import { ACTIONS, findService, SERVICES } from '../actions/catalogue.ts'
import type { ActionPattern } from '../match-action.ts'
import { quote } from '../quote.ts'
import { eachStatement, type Level } from './finding.ts'
import { actionsOf } from './reach.ts'
import { nearest } from './spelling.ts'

/** An entry of Action or NotAction that no action of the catalogue matches. */
export const unknownAction = eachStatement(({ effect, action: { element, entries } }) =>
  entries
    .filter((entry) => actionsOf(entry).length === 0)
    .map((entry) => ({
      ...describe(entry),
      why:
        element === 'Action'
          ? `It ${effect === 'Allow' ? 'allows' : 'denies'} nothing here.`
          : 'It takes nothing out of the statement.',
    })),
)

function describe({ text }: ActionPattern): { level: Level; what: string; instead: string } {
  const [prefix = '', name = ''] = text.split(':')
  const service = findService(prefix)
  if (service === undefined) return describeService(prefix, text)
  const meant = actionMeant(name, text)
  if (meant === undefined) {
    return {
      level: 'warning',
      what: `${quote(text)} is no action of Fleetkey.`,
      instead: `Use one that there is, for example "${service.actions[0]?.name ?? prefix}".`,
    }
  }
  return {
    level: 'error',
    what: `${quote(text)} is no action.`,
    instead: `Did you mean "${meant}"?`,
  }
}

/** Short prefixes are not guessed at: AWS has so many that one letter makes another service. */
function describeService(prefix: string, text: string) {
  const prefixes = SERVICES.map((service) => service.prefix).filter((one) => one.length > 4)
  const meant = nearest(prefix, prefixes)
  if (meant === undefined) {
    return {
      level: 'suggestion',
      what: `Fleetkey has no service ${quote(prefix)}, so ${quote(text)} is no action here.`,
      instead: 'Leave it out, unless the same policy is also used in AWS.',
    } as const
  }
  return {
    level: 'error',
    what: `${quote(prefix)} is no service.`,
    instead: `Did you mean "${meant}"?`,
  } as const
}

/** The same name in another service, else the nearest spelling. */
function actionMeant(name: string, text: string): string | undefined {
  const suffix = `:${name.toLowerCase()}`
  const names = ACTIONS.map((action) => action.name)
  return names.find((one) => one.toLowerCase().endsWith(suffix)) ?? nearest(text, names)
}
