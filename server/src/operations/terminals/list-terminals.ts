import { instanceName } from '@fleetkey/domain/instance'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import { validate } from '@fleetkey/wire/aws/validation'
import type { ListedTerminal } from '../../terminals/terminals.ts'
import { operation, type Call } from '../operation.ts'
import { SessionResources } from '../ssh-sessions/session-resource.ts'
import { TerminalResources } from './terminal-resources.ts'

interface Input {
  readonly instanceId: string | undefined
  readonly mine: boolean
}

/** Also what it takes to be told of them. */
export const LIST_TERMINALS = 'fleetkey:ListTerminals'

/**
 * The terminals that are open in browsers now, newest first: the caller's own, and those on instances that they may ask about. Naming one
 * instance asks about that one, and is refused to who may not. Ours.
 */
export const listTerminals = operation<Input>({
  name: 'ListTerminals',
  service: 'fleetkey',
  action: LIST_TERMINALS,
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const instanceId = v.optionalString('InstanceId', { max: 32, pattern: INSTANCE_ID_PATTERN })
    const mine = v.optionalBoolean('Mine') ?? false
    v.finish(validationFailure)
    return { instanceId, mine }
  },

  async resources({ instanceId, mine }, asker) {
    if (instanceId === undefined) return [{ arn: '*', isOwn: true }]
    const resource = await new SessionResources(asker).ofInstance(instanceId)
    return [mine ? { ...resource, isOwn: true } : resource]
  },

  trail: ({ instanceId, mine }) => ({
    requestParameters: {
      ...(instanceId !== undefined && { instanceId }),
      ...(mine && { mine }),
    },
    ...(instanceId !== undefined && { instanceId }),
  }),

  async run(input, call) {
    const resources = new TerminalResources(call)
    const shown: object[] = []
    for (const terminal of call.terminals.list().toReversed()) {
      // oxlint-disable-next-line no-await-in-loop -- each instance is read once
      if (await isShown(terminal, { input, resources, call })) {
        shown.push(shownTerminal(terminal, resources.isOwn(terminal)))
      }
    }
    return { Terminals: shown }
  },
})

async function isShown(
  terminal: ListedTerminal,
  parts: { readonly input: Input; readonly resources: TerminalResources; readonly call: Call },
): Promise<boolean> {
  const { input, resources, call } = parts
  if (input.instanceId !== undefined && terminal.instanceId !== input.instanceId) return false
  if (input.mine && !resources.isOwn(terminal)) return false
  return call.isAllowed([LIST_TERMINALS], await resources.of(terminal), {})
}

/** One of `Terminals`. */
export function shownTerminal(terminal: ListedTerminal, isOwn: boolean): OutputStructure {
  const { instance } = terminal
  return {
    TerminalId: terminal.terminalId,
    InstanceId: terminal.instanceId,
    InstanceName: instanceName(instance),
    InstanceOSUser: terminal.osUser,
    UserName: terminal.userName,
    PrincipalArn: terminal.principalArn,
    Mine: isOwn,
    StartTime: new Date(terminal.startedAt),
    IdleSeconds: Math.round(terminal.idleMs / 1000),
    Devices: terminal.attached,
    Watching: terminal.watching,
    Recorded: terminal.isRecorded,
    GrantId: terminal.grantRequestId,
  }
}
