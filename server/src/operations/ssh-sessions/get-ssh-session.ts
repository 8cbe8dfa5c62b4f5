import { sshSessionNotFound } from '@fleetkey/domain/exceptions/instances'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { SSH_SESSION_ID_PATTERN } from '@fleetkey/domain/ssh-session'
import { validate } from '@fleetkey/wire/aws/validation'
import type { SshSessionRow } from '../../store/ssh-session-store.ts'
import { operation, type Asker } from '../operation.ts'
import { namedSessions } from './named-sessions.ts'
import { SessionResources } from './session-resource.ts'
import { shownSession } from './shown-session.ts'

interface Input {
  readonly sessionId: string
}

const ACTION = 'fleetkey:GetSSHSession'

/** One session. */
export const getSshSession = operation<Input>({
  name: 'GetSSHSession',
  service: 'fleetkey',
  action: ACTION,
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const sessionId = v.requiredString('SessionId', { pattern: SSH_SESSION_ID_PATTERN })
    v.finish(validationFailure)
    return { sessionId }
  },

  async resources(input, asker) {
    const resources = new SessionResources(asker)
    const found = await named(input, asker, resources)
    // Whether there is one is told only to who may see all.
    if (found.length === 0) return [{ arn: '*' }]
    const asked = found.map(async (session) => ({
      ...(await resources.of(session)),
      recorded: { instanceId: session.instanceId, facts: { sessionId: session.sessionId } },
    }))
    return await Promise.all(asked)
  },

  trail: ({ sessionId }) => ({ requestParameters: { sessionId } }),

  async run(input, call) {
    const resources = new SessionResources(call)
    const [session, another] = await named(input, call, resources)
    if (session === undefined) throw sshSessionNotFound(input.sessionId)
    if (another !== undefined) {
      throw validationFailure(
        `Hosts tell of different sessions with the id ${input.sessionId}, which one of them made up: ${session.instanceId}, ${another.instanceId}. List those of each instance instead.`,
      )
    }
    const instance = await resources.instance(session.instanceId)
    return { Session: shownSession(session, { instance, presence: call.presence }) }
  },
})

const named = (
  { sessionId }: Input,
  asker: Asker,
  resources: SessionResources,
): Promise<readonly SshSessionRow[]> =>
  namedSessions([sessionId], { action: ACTION, asker, resources })
