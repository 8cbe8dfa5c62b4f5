import { instanceArn } from '@fleetkey/domain/arn'
import { instanceIdNotFound, validationFailure } from '@fleetkey/domain/exceptions'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from './operation.ts'

/** Ends an enrolment: the agent's key is believed no more and its link is cut. Sessions on the host go on. */
export const forgetInstance = operation<{ instanceId: string }>({
  name: 'ForgetInstance',
  service: 'fleetkey',
  action: 'fleetkey:ForgetInstance',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const instanceId = v.requiredString('InstanceId', {
      min: 10,
      max: 32,
      pattern: INSTANCE_ID_PATTERN,
    })
    v.finish(validationFailure)
    return { instanceId }
  },
  async resources({ instanceId }, { realm, store }) {
    const instance = await store.instances.get(instanceId)
    return [{ arn: instanceArn(realm, instanceId), ...(instance && { instance }) }]
  },
  trail: ({ instanceId }) => ({ requestParameters: { instanceId }, instanceId }),
  async run({ instanceId }, { store, dropAgent }) {
    if (!(await store.instances.forget(instanceId))) throw instanceIdNotFound(instanceId)
    dropAgent(instanceId)
    return {}
  },
})
