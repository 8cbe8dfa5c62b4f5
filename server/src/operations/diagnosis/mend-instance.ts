import { instanceArn } from '@fleetkey/domain/arn'
import { instanceNotFound } from '@fleetkey/domain/exceptions/instances'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { FIX_NAMES, isFixName, type FixName } from '@fleetkey/domain/fix'
import { INSTANCE_ID_PATTERN, type Instance } from '@fleetkey/domain/instance'
import { OS_USER_PATTERN } from '@fleetkey/domain/os-user'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'
import { findOnHost } from './host-findings.ts'
import { shownDiagnosis, shownFinding } from './shown-finding.ts'

interface Input {
  readonly instanceId: string
  readonly fixes: readonly FixName[]
  readonly osUser: string | undefined
  readonly dryRun: boolean
}

/**
 * Has the agent of an instance mend what it can mend safely on its host (domain/src/fix.ts), or say what it would do. The answer has what
 * came of each fix, and what the host looks like now. Ours.
 */
export const mendInstance = operation<Input, Instance>({
  name: 'MendInstance',
  service: 'fleetkey',
  action: 'fleetkey:MendInstance',
  access: 'write',

  parse(fields) {
    const v = validate(fields)
    const instanceId = v.requiredString('InstanceId', {
      min: 10,
      max: 32,
      pattern: INSTANCE_ID_PATTERN,
    })
    const names = v.stringList('Fixes', { min: 1, max: FIX_NAMES.length })
    const osUser = v.optionalString('OSUser', { min: 1, max: 32, pattern: OS_USER_PATTERN })
    const dryRun = v.optionalBoolean('DryRun') ?? false
    v.finish(validationFailure)
    const fixes = [...new Set(names)].filter(isFixName)
    if (fixes.length !== new Set(names).size) {
      throw validationFailure(`Fixes must be of ${FIX_NAMES.join(', ')}.`)
    }
    return { instanceId, fixes, osUser, dryRun }
  },

  async resources({ instanceId }, { realm, store }) {
    const instance = await store.instances.get(instanceId)
    return [{ arn: instanceArn(realm, instanceId), ...(instance && { instance }) }]
  },

  trail: ({ instanceId, fixes, osUser, dryRun }) => ({
    requestParameters: {
      instanceId,
      fixes,
      dryRun,
      ...(osUser === undefined ? {} : { instanceOSUser: osUser }),
    },
    instanceId,
  }),

  async prepare({ instanceId }, { store }) {
    const instance = await store.instances.get(instanceId)
    if (instance === undefined) throw instanceNotFound(instanceId)
    return instance
  },

  async run({ fixes, osUser, dryRun }, call, instance) {
    const { hostDoctor, principalArn, requestId, intent } = call
    if (intent === undefined) throw new Error('a mending without an intent')
    const request = { instance, fixes, osUser, dryRun, principalArn, requestId, intent }
    const mended = await hostDoctor.mend(request)
    const question = osUser === undefined ? {} : { osUser }
    const after = dryRun ? [] : await findOnHost(instance, question, call)
    return {
      InstanceId: instance.instanceId,
      DryRun: dryRun,
      Mends: mended.map(shownFinding),
      ...shownDiagnosis(after),
    }
  },

  // What was done, not all that was seen.
  trailAnswer: ({ Mends }: { readonly Mends: readonly unknown[] }) => ({ mends: Mends }),
})
