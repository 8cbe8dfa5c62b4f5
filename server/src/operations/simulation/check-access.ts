import { instanceNotFound } from '@fleetkey/domain/exceptions/instances'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { OS_USER_PATTERN } from '@fleetkey/domain/os-user'
import type { Realm } from '@fleetkey/domain/realm'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { validate } from '@fleetkey/wire/aws/validation'
import type { TaggedInstance } from '../../store/store.ts'
import { momentKeys } from '../context-keys.ts'
import { operation, type Call } from '../operation.ts'
import { readContextEntries } from './context-entries.ts'
import { ReachOf } from './reach.ts'
import { callersOwn, subjectByArn, subjectResource, type Subject } from './subject.ts'

interface Input {
  readonly instanceId: string
  readonly osUser: string
  readonly context: ReadonlyMap<string, ContextValue>
}

/**
 * May I push a key to this instance for this user, from here and now? Decided as the push would be, opening nothing. Needs no permission:
 * whoever asks could as well try. Ours.
 */
export const checkOwnAccess = operation<Input>({
  name: 'CheckOwnAccess',
  service: 'fleetkey',
  action: 'fleetkey:CheckOwnAccess',
  needsNoPermission: true,
  access: 'read',
  parse: parseQuestion,
  resources: () => [{ arn: '*' }],
  trail: ({ instanceId, osUser }) => ({
    requestParameters: { instanceId, instanceOSUser: osUser },
    instanceId,
  }),
  async run(input, call) {
    const known = new Map([...ownMoment(call), ...input.context])
    const instance = await call.store.instances.get(input.instanceId)
    // As with a push: whether there is such an instance is told only to who may reach it.
    const target = instance ?? { instanceId: input.instanceId, tags: {} }
    const own = answer(input.osUser, { subject: callersOwn(call), known, target }, call.realm)
    // The moment is known here: what depends on it is decided.
    if (own.Decision !== 'allowed') return { ...own, Decision: 'denied' }
    if (instance === undefined) throw instanceNotFound(input.instanceId)
    return own
  },
})

/** The same of somebody else: a user, or a role. Keys of the moment count as they are given. Ours. */
export const checkAccess = operation<Input & { principalArn: string }>({
  name: 'CheckAccess',
  service: 'fleetkey',
  action: 'fleetkey:CheckAccess',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const principalArn = v.requiredString('PrincipalArn', { min: 20, max: 2048 })
    v.finish(validationFailure)
    return { ...parseQuestion(fields), principalArn }
  },
  resources: async ({ principalArn }, asker) => [await subjectResource(principalArn, asker)],
  trail: ({ instanceId, osUser, principalArn }) => ({
    requestParameters: { instanceId, instanceOSUser: osUser, principalArn },
    instanceId,
  }),
  run: async (input, call) => {
    const subject = await subjectByArn(input.principalArn, call)
    const target = await call.store.instances.get(input.instanceId)
    if (target === undefined) throw instanceNotFound(input.instanceId)
    return answer(input.osUser, { subject, known: input.context, target }, call.realm)
  },
})

function answer(
  osUser: string,
  asked: {
    readonly subject: Subject
    readonly known: ReadonlyMap<string, ContextValue>
    readonly target: TaggedInstance
  },
  realm: Realm,
) {
  const { subject, known, target } = asked
  const { kind, explanation } = new ReachOf(subject, realm).to(target, osUser, known)
  return {
    PrincipalArn: subject.arn,
    InstanceId: target.instanceId,
    InstanceOSUser: osUser,
    Decision: kind,
    Explanation: explanation,
  }
}

/** As a push would come over this very connection. */
function ownMoment(call: Call) {
  const { caller, origin, secureTransport, now } = call
  return momentKeys({ origin, secureTransport, now: now(), mfaAt: caller.session?.mfaAt })
}

function parseQuestion(fields: Fields): Input {
  const v = validate(fields)
  const instanceId = v.requiredString('InstanceId', {
    min: 10,
    max: 32,
    pattern: INSTANCE_ID_PATTERN,
  })
  const osUser = v.requiredString('InstanceOSUser', { min: 1, max: 32, pattern: OS_USER_PATTERN })
  const context = readContextEntries(v)
  v.finish(validationFailure)
  return { instanceId, osUser, context }
}
