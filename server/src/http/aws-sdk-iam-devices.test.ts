import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteConflictException,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  IAMClient,
  InvalidAuthenticationCodeException,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  NoSuchEntityException,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
} from '@aws-sdk/client-iam'
import { authenticatorOf } from '../testing/authenticator.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'

let plane: ControlPlane
let client: IAMClient
before(async () => {
  plane = await startControlPlane()
  const { accessKeyId, secretAccessKey } = plane.root
  client = new IAMClient({
    endpoint: plane.url,
    region: 'on-prem-1',
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  })
  await plane.root.done('CreateUser', { UserName: 'ann' })
})
after(async () => {
  client.destroy()
  await plane.close()
})

describe('the IAM client of the AWS SDK, unmodified', () => {
  it('gives a user a second factor, looks at it and takes it away', async () => {
    const UserName = 'ann'
    const Tags = [{ Key: 'kind', Value: 'phone' }]
    const { VirtualMFADevice } = await client.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone', Path: '/a/', Tags }),
    )
    const SerialNumber = VirtualMFADevice?.SerialNumber ?? ''
    assert.match(SerialNumber, /^arn:aws:iam::\d{12}:mfa\/a\/phone$/)
    // The client has decoded the blob.
    const Base32StringSeed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString(
      'base64',
    )
    const { code } = authenticatorOf({ SerialNumber, Base32StringSeed })
    const codes = (ahead: number) => ({
      UserName,
      SerialNumber,
      AuthenticationCode1: code(Date.now() + ahead),
      AuthenticationCode2: code(Date.now() + ahead + 30_000),
    })
    await assert.rejects(
      client.send(new EnableMFADeviceCommand(codes(-600_000))),
      InvalidAuthenticationCodeException,
    )
    await client.send(new EnableMFADeviceCommand(codes(-30_000)))
    const { MFADevices = [] } = await client.send(new ListMFADevicesCommand({ UserName }))
    const [listed] = MFADevices
    assert.deepEqual([listed?.UserName, listed?.SerialNumber], [UserName, SerialNumber])
    const got = await client.send(new GetMFADeviceCommand({ UserName, SerialNumber }))
    assert.deepEqual(
      [got.UserName, got.SerialNumber, got.EnableDate],
      [UserName, SerialNumber, listed?.EnableDate],
    )
    const { VirtualMFADevices = [] } = await client.send(
      new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }),
    )
    assert.deepEqual(
      VirtualMFADevices.map((one) => [one.SerialNumber, one.User?.UserName]),
      [[SerialNumber, UserName]],
    )

    const more = [{ Key: 'owner', Value: 'ann' }]
    await client.send(new TagMFADeviceCommand({ SerialNumber, Tags: more }))
    await client.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ['kind'] }))
    const tags = await client.send(new ListMFADeviceTagsCommand({ SerialNumber }))
    assert.deepEqual(tags.Tags, more)

    await assert.rejects(
      client.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
      DeleteConflictException,
    )
    plane.clock.aheadMs += 90_000
    await client.send(new ResyncMFADeviceCommand(codes(60_000)))
    await client.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }))
    await assert.rejects(
      client.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber })),
      NoSuchEntityException,
    )
    await client.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
  })
})
