import { instanceArn } from '@fleetkey/domain/arn'
import { instanceIdNotFound } from '@fleetkey/domain/exceptions/ec2'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { validate } from '@fleetkey/wire/aws/validation'
import { endInstance } from './ec2/end-instance.ts'
import { listInventory } from './ec2/inventory.ts'
import { operation } from './operation.ts'

/** What TerminateInstances does, for one instance. */
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
  async resources({ instanceId }, { realm, store, now }) {
    const instance =
      (await store.instances.get(instanceId)) ??
      (await store.pendingInstances.get(instanceId, now()))
    return [{ arn: instanceArn(realm, instanceId), ...(instance && { tags: instance.tags }) }]
  },
  trail: ({ instanceId }) => ({ requestParameters: { instanceId }, instanceId }),
  async run({ instanceId }, call) {
    const item = (await listInventory(call)).find((one) => one.instanceId === instanceId)
    if (item === undefined) throw instanceIdNotFound(instanceId)
    await endInstance(item, call)
    return {}
  },
})
