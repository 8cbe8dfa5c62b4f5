import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { terminalNotFound } from '@fleetkey/domain/exceptions/terminals'
import { validate } from '@fleetkey/wire/aws/validation'
import { TERMINAL_ID_PATTERN } from '@fleetkey/wire/terminal/protocol'
import { operation } from '../operation.ts'
import { TerminalResources } from './terminal-resources.ts'

interface Input {
  readonly terminalId: string
}

/**
 * Lets somebody see a terminal as it goes on, without a say in it. Asked by its own door only (http/terminal-door.ts), which shows it to
 * them; those who are watched see that they are. Ours.
 */
export const watchTerminal = operation<Input>({
  name: 'WatchTerminal',
  service: 'fleetkey',
  action: 'fleetkey:WatchTerminal',
  access: 'write',
  byOwnDoor: true,

  parse(fields) {
    const v = validate(fields)
    const terminalId = v.requiredString('TerminalId', {
      min: 34,
      max: 34,
      pattern: TERMINAL_ID_PATTERN,
    })
    v.finish(validationFailure)
    return { terminalId }
  },

  resources: async ({ terminalId }, asker) => [
    await new TerminalResources(asker).of(asker.terminals.find(terminalId)),
  ],

  trail: ({ terminalId }) => ({ requestParameters: { terminalId }, facts: { terminalId } }),

  run({ terminalId }, call) {
    if (call.terminals.find(terminalId) === undefined) throw terminalNotFound(terminalId)
    call.origin.watchDoorstep?.putDown(() => call.stillAllowed())
    return {}
  },
})
