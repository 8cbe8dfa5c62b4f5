import { call } from '../api/call.ts'
import { bySamePush } from './by-same-push.ts'
import type { SshSession } from './ssh-session.ts'

/** A terminal of the console that is open now. */
export interface FoundTerminal {
  readonly terminalId: string
  /** One's own is opened; somebody else's is watched. */
  readonly isOwn: boolean
}

interface Answer {
  readonly Terminals: readonly {
    readonly TerminalId: string
    readonly Mine: boolean
    readonly GrantId: string
  }[]
}

type Ask = (input: object, signal: AbortSignal) => Promise<Answer>

/** The open terminal that the session is of: both are by the same push. Undefined when there is none, or one may not see it. */
export async function findTerminal(
  { instanceId, requestId, state }: Pick<SshSession, 'instanceId' | 'requestId' | 'state'>,
  signal: AbortSignal,
  ask: Ask = askServer,
): Promise<FoundTerminal | undefined> {
  if (state === 'ended') return undefined
  const list = async () => (await ask({ InstanceId: instanceId }, signal)).Terminals
  const found = await bySamePush(requestId, list, ({ GrantId }) => GrantId)
  return found && { terminalId: found.TerminalId, isOwn: found.Mine }
}

const askServer: Ask = (input, signal) => call<Answer>('fleetkey', 'ListTerminals', input, signal)
