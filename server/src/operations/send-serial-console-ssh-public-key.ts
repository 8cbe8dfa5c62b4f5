import { instanceArn } from '@fleetkey/domain/arn'
import { invalidArgs } from '@fleetkey/domain/exceptions/request'
import { serialConsoleAccessDisabled } from '@fleetkey/domain/exceptions/instances'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from './operation.ts'

interface Input {
  readonly instanceId: string
  readonly serialPort: number
}

/**
 * Access to serial consoles is off for the account, always: there is none here. Who asks wrongly, or may not, learns that first, as in AWS.
 * EC2 Instance Connect API reference, "SendSerialConsoleSSHPublicKey".
 */
export const sendSerialConsoleSshPublicKey = operation<Input>({
  name: 'SendSerialConsoleSSHPublicKey',
  service: 'ec2-instance-connect',
  action: 'ec2-instance-connect:SendSerialConsoleSSHPublicKey',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const instanceId = v.requiredString('InstanceId', {
      min: 10,
      max: 32,
      pattern: INSTANCE_ID_PATTERN,
    })
    v.requiredString('SSHPublicKey', { min: 80, max: 4096, secret: true })
    const serialPort = v.optionalInteger('SerialPort', { min: 0, max: 0 }) ?? 0
    v.finish(invalidArgs)
    return { instanceId, serialPort }
  },
  async resources({ instanceId }, { realm, store }) {
    const instance = await store.instances.get(instanceId)
    return [{ arn: instanceArn(realm, instanceId), ...(instance && { instance }) }]
  },
  trail: ({ instanceId, serialPort }) => ({
    requestParameters: { instanceId, serialPort },
    instanceId,
  }),
  run() {
    throw serialConsoleAccessDisabled()
  },
})
