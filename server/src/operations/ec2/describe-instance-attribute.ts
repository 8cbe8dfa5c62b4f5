import { instanceArn, joinTokenArn } from '@fleetkey/domain/arn'
import {
  instanceIdMalformed,
  instanceIdNotFound,
  invalidParameterValue,
} from '@fleetkey/domain/exceptions/ec2'
import type { Tags } from '@fleetkey/domain/instance'
import type { Asker, Resource } from '../operation.ts'
import { ec2Operation } from './ec2-operation.ts'
import { isInstanceId } from './instance-ids.ts'
import { HOST_TYPE } from './inventory.ts'
import { mintJoin } from './mint-join.ts'
import { requestTagKeys } from './tag-specifications.ts'

interface Input {
  readonly instanceId: string
  readonly attribute: 'userData' | 'instanceType'
}

/**
 * `userData` of a pending instance: with what a host becomes it. There is a new one-time join token in it each time, and the one before
 * is void, so that it is a write here and needs `fleetkey:CreateJoinToken` too: policies that only let people look around have `ec2:Describe*`.
 * An instance that has joined has none. EC2 API reference, "DescribeInstanceAttribute".
 */
export const describeInstanceAttribute = ec2Operation<Input>({
  name: 'DescribeInstanceAttribute',
  action: 'ec2:DescribeInstanceAttribute',
  access: 'write',
  answersSecret: true,
  needs: ['InstanceId', 'Attribute'],

  parse(v) {
    const instanceId = v.requiredString('InstanceId')
    if (!isInstanceId(instanceId)) throw instanceIdMalformed(instanceId)
    const attribute = v.requiredString('Attribute', { max: 64 })
    if (attribute !== 'userData' && attribute !== 'instanceType') {
      throw invalidParameterValue(
        'Attribute is userData or instanceType; DescribeInstances tells the rest.',
      )
    }
    return { instanceId, attribute }
  },

  async resources({ instanceId, attribute }, asker): Promise<readonly Resource[]> {
    const { realm } = asker
    const { tags } = (await find(instanceId, asker)) ?? {}
    const instance = { arn: instanceArn(realm, instanceId), ...(tags && { tags }) }
    if (attribute !== 'userData') return [instance]
    // Whoever enrols a host decides its tags, and policies can say which: here they are those of the instance.
    const join = {
      arn: joinTokenArn(realm, '*'),
      actions: ['fleetkey:CreateJoinToken'],
      context: requestTagKeys(tags ?? {}),
    }
    return [instance, join]
  },

  trail: ({ instanceId, attribute }) => ({
    requestParameters: { instanceId, attribute },
    instanceId,
  }),

  async run({ instanceId, attribute }, call) {
    const { store, now } = call
    const found = await find(instanceId, call)
    if (found === undefined) throw instanceIdNotFound(instanceId)
    if (attribute === 'instanceType') {
      return { InstanceId: instanceId, InstanceType: { Value: found.instanceType } }
    }
    const pending = await store.pendingInstances.get(instanceId, now())
    const join = pending && (await mintJoin(pending, call))
    return {
      InstanceId: instanceId,
      UserData: join === undefined ? {} : { Value: join.userData.toBase64() },
    }
  },
})

async function find(
  instanceId: string,
  { store, now }: Asker,
): Promise<{ readonly tags: Tags; readonly instanceType: string } | undefined> {
  const found =
    (await store.pendingInstances.get(instanceId, now())) ?? (await store.instances.get(instanceId))
  return found && { tags: found.tags, instanceType: found.launch?.instanceType ?? HOST_TYPE }
}
