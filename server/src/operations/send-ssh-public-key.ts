import { instanceArn } from '@fleetkey/domain/arn'
import { instanceNotFound, instanceStateInvalid } from '@fleetkey/domain/exceptions/instances'
import { invalidArgs } from '@fleetkey/domain/exceptions/request'
import { INSTANCE_ID_PATTERN, type Instance } from '@fleetkey/domain/instance'
import { OS_USER_PATTERN } from '@fleetkey/domain/os-user'
import { validate } from '@fleetkey/wire/aws/validation'
import {
  formatSshPublicKey,
  parseSshPublicKey,
  sshFingerprint,
  type SshPublicKey,
} from '@fleetkey/wire/ssh/public-key'
import { SshKeyRefusal } from '@fleetkey/wire/ssh/ssh-key-refusal'
import type { PreparedDelivery } from '../agents/deliver-grant.ts'
import { digests } from '../secrets/digests.ts'
import { operation } from './operation.ts'

interface Input {
  readonly instanceId: string
  readonly osUser: string
  readonly key: SshPublicKey
  readonly availabilityZone: string | undefined
}

interface Prepared {
  readonly instance: Instance
  readonly delivery: PreparedDelivery
}

/**
 * Pushes a public key to one instance for one OS user, for 60 seconds. `Success` means that the key is usable on the host now.
 * EC2 Instance Connect API reference, "SendSSHPublicKey".
 */
export const sendSshPublicKey = operation<Input, Prepared>({
  name: 'SendSSHPublicKey',
  service: 'ec2-instance-connect',
  action: 'ec2-instance-connect:SendSSHPublicKey',
  access: 'write',
  answersAgain: true,

  parse(fields) {
    const v = validate(fields)
    const instanceId = v.requiredString('InstanceId', {
      min: 10,
      max: 32,
      pattern: INSTANCE_ID_PATTERN,
    })
    const osUser = v.requiredString('InstanceOSUser', { min: 1, max: 32, pattern: OS_USER_PATTERN })
    const keyText = v.requiredString('SSHPublicKey', { min: 80, max: 4096, secret: true })
    const availabilityZone = v.optionalString('AvailabilityZone', {
      min: 6,
      max: 32,
      pattern: /^(\w+-){2,3}\d+\w+$/,
    })
    v.finish(invalidArgs)
    return { instanceId, osUser, key: parseKey(keyText), availabilityZone }
  },

  async resources({ instanceId }, { realm, store, now }) {
    const instance = await store.instances.get(instanceId)
    const arn = instanceArn(realm, instanceId)
    if (instance !== undefined) return [{ arn, instance }]
    const pending = await store.pendingInstances.get(instanceId, now())
    return [{ arn, ...(pending && { tags: pending.tags }) }]
  },

  context: ({ osUser }) => ({ 'ec2:osuser': osUser }),

  trail: ({ instanceId, osUser, key, availabilityZone }) => ({
    requestParameters: {
      instanceId,
      instanceOSUser: osUser,
      sSHPublicKey: formatSshPublicKey(key),
      ...(availabilityZone === undefined ? {} : { availabilityZone }),
    },
    facts: { instanceId, osUser, fingerprint: sshFingerprint(key, (blob) => digests.sha256(blob)) },
    instanceId,
  }),

  async prepare({ instanceId, osUser }, { deliveries, store, now }, [resource]) {
    const instance = resource?.instance
    if (instance === undefined) {
      const pending = await store.pendingInstances.get(instanceId, now())
      throw pending === undefined ? instanceNotFound(instanceId) : notJoined(instanceId)
    }
    return { instance, delivery: await deliveries.prepare(instance, osUser) }
  },

  async run({ osUser, key }, call, { instance, delivery }) {
    const { deliveries, requestId, principalArn, origin, intent } = call
    if (intent === undefined) throw new Error('a grant without an intent')
    const { sourceAddress } = origin
    const request = { instance, osUser, key, principalArn, requestId, sourceAddress }
    await deliveries.deliver(request, delivery, intent)
    return { RequestId: requestId, Success: true }
  },
})

const notJoined = (instanceId: string) =>
  instanceStateInvalid(
    `Instance ${instanceId} is pending: no host has joined as it yet. Start one with the user data that "fleetkey instances user-data ${instanceId}" prints.`,
  )

/** The text is never echoed: somebody may have pasted a private key. */
function parseKey(text: string): SshPublicKey {
  try {
    return parseSshPublicKey(text)
  } catch (error) {
    if (error instanceof SshKeyRefusal) throw invalidArgs(error.message)
    throw error
  }
}
