import { ACTIONS } from '../actions/catalogue.ts'
import type { CatalogueAction, ResourceType } from '../actions/service.ts'
import { matchesAction, type ActionPattern } from '../match-action.ts'
import type { Statement } from '../statement.ts'
import { ANY_FIELD, ANY_WORD, patternsOverlap } from './overlap.ts'

const lowered = ACTIONS.map((action) => ({ action, name: action.name.toLowerCase() }))

/** The actions of the catalogue that an entry stands for. */
export function actionsOf(entry: ActionPattern): readonly CatalogueAction[] {
  return lowered.filter(({ name }) => matchesAction(entry, name)).map(({ action }) => action)
}

/** The actions of the catalogue that a statement is about. */
export function reachedActions({
  action: { element, entries },
}: Statement): readonly CatalogueAction[] {
  return lowered
    .filter(
      ({ name }) => entries.some((entry) => matchesAction(entry, name)) === (element === 'Action'),
    )
    .map(({ action }) => action)
}

/** Could the entry, as it is written, match the ARN of such a resource? Variables stand for any text. */
export function fitsResourceType(entryText: string, type: ResourceType): boolean {
  return patternsOverlap(withVariablesOpen(entryText), patternOf(type))
}

/** Does one of the entries match a resource that the action is asked for? */
export function fitsAction(entryTexts: readonly string[], { resources }: CatalogueAction): boolean {
  if (resources.length === 0) return entryTexts.includes('*')
  return resources.some((type) => entryTexts.some((text) => fitsResourceType(text, type)))
}

const withVariablesOpen = (text: string) => text.replace(/\$\{[^}]*\}/g, '*')

/** No name or ID has a colon in it. */
function patternOf({ arn }: ResourceType): string {
  return arn
    .replace('${Partition}', 'aws')
    .replace(/\$\{(Region|Account)\}/g, ANY_WORD)
    .replace(/\$\{[^}]*\}/g, ANY_FIELD)
}
