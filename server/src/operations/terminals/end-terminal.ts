import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { terminalNotFound } from '@fleetkey/domain/exceptions/terminals'
import { principalName } from '@fleetkey/domain/principal'
import { validate } from '@fleetkey/wire/aws/validation'
import { TERMINAL_ID_PATTERN } from '@fleetkey/wire/terminal/protocol'
import { operation } from '../operation.ts'
import { TerminalResources } from './terminal-resources.ts'

interface Input {
  readonly terminalId: string
}

/** Ends a terminal, with what runs in it, for all its devices. One's own needs no policy. Ours. */
export const endTerminal = operation<Input>({
  name: 'EndTerminal',
  service: 'fleetkey',
  action: 'fleetkey:EndTerminal',
  access: 'write',

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
    const terminal = call.terminals.find(terminalId)
    const isOwn = terminal !== undefined && new TerminalResources(call).isOwn(terminal)
    const name = principalName(call.caller.principal)
    const isEnded = call.terminals.end(
      terminalId,
      isOwn
        ? { cause: 'ended', says: 'You ended the terminal.' }
        : { cause: 'ended-by-other', says: `${name} ended the terminal.` },
    )
    if (!isEnded) throw terminalNotFound(terminalId)
    return {}
  },
})
