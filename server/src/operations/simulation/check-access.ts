import { instanceNotFound, validationFailure } from '@fleetkey/domain/exceptions'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { OS_USER_PATTERN } from '@fleetkey/domain/os-user'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { validate } from '@fleetkey/wire/aws/validation'
import { momentKeys } from '../context-keys.ts'
import { operation, type Call } from '../operation.ts'
import { readContextEntries } from './context-entries.ts'
import { ReachOf } from './reach.ts'
import { callersOwn, subjectByArn, type Subject } from './subject.ts'

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
    const own = await answer(input, { subject: callersOwn(call), known }, call)
    // The moment is known here: what depends on it is decided.
    return { ...own, Decision: own.Decision === 'allowed' ? 'allowed' : 'denied' }
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
  resources: ({ principalArn }) => [{ arn: principalArn }],
  trail: ({ instanceId, osUser, principalArn }) => ({
    requestParameters: { instanceId, instanceOSUser: osUser, principalArn },
    instanceId,
  }),
  run: async (input, call) => {
    const subject = await subjectByArn(input.principalArn, call)
    return await answer(input, { subject, known: input.context }, call)
  },
})

async function answer(
  { instanceId, osUser }: Input,
  {
    subject,
    known,
  }: { readonly subject: Subject; readonly known: ReadonlyMap<string, ContextValue> },
  { store, realm }: Call,
) {
  const instance = await store.instances.get(instanceId)
  if (instance === undefined) throw instanceNotFound(instanceId)
  const { kind, explanation } = new ReachOf(subject, realm).to(instance, osUser, known)
  return {
    PrincipalArn: subject.arn,
    InstanceId: instanceId,
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
