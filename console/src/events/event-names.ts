import { OWN_EVENTS } from '@fleetkey/domain/own-event'
import { ACTIONS } from '@fleetkey/iam/actions/catalogue'

/** Every name that an event may have: our own first, which nobody guesses, then sign-ins and calls. */
export const EVENT_NAMES: readonly string[] = [
  ...new Set([
    ...OWN_EVENTS,
    'ConsoleLogin',
    ...ACTIONS.map(({ name }) => name.slice(name.indexOf(':') + 1)),
  ]),
]
