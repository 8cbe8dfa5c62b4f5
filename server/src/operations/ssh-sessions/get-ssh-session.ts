import { sshSessionNotFound } from '@fleetkey/domain/exceptions/instances'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { SSH_SESSION_ID_PATTERN } from '@fleetkey/domain/ssh-session'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'
import { SessionResources } from './session-resource.ts'
import { shownSession } from './shown-session.ts'

/** One session. */
export const getSshSession = operation<{ readonly sessionId: string }>({
  name: 'GetSSHSession',
  service: 'fleetkey',
  action: 'fleetkey:GetSSHSession',
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const sessionId = v.requiredString('SessionId', { pattern: SSH_SESSION_ID_PATTERN })
    v.finish(validationFailure)
    return { sessionId }
  },

  async resources({ sessionId }, asker) {
    const session = await asker.store.sshSessions.get(sessionId)
    // Whether there is one is told only to who may see all.
    if (session === undefined) return [{ arn: '*' }]
    const { instanceId } = session
    const recorded = { instanceId, facts: { sessionId } }
    return [{ ...(await new SessionResources(asker).of(session)), recorded }]
  },

  trail: ({ sessionId }) => ({ requestParameters: { sessionId } }),

  async run({ sessionId }, call) {
    const session = await call.store.sshSessions.get(sessionId)
    if (session === undefined) throw sshSessionNotFound(sessionId)
    const instance = await call.store.instances.get(session.instanceId)
    return { Session: shownSession(session, { instance, presence: call.presence }) }
  },
})
