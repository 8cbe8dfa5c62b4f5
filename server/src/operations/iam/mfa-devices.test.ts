import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { inflateSync } from 'node:zlib'
import { authenticatorOf, enrolAuthenticator } from '../../testing/authenticator.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())
beforeEach(() => void (plane.clock.aheadMs += 3_600_000))

const now = () => Date.now() + plane.clock.aheadMs

async function refused(name: string, fields: object, code: string): Promise<string> {
  const answer = await plane.root.call(name, fields)
  assert.equal(answer.code, code, answer.text)
  return answer.message
}

async function created(name: string) {
  const fields = { VirtualMFADeviceName: name }
  const { VirtualMFADevice } = await plane.root.done('CreateVirtualMFADevice', fields)
  return { device: VirtualMFADevice, authenticator: authenticatorOf(VirtualMFADevice) }
}

describe('virtual MFA devices', () => {
  it('show their seed and its picture once', async () => {
    const { device } = await created('phone')
    assert.match(device.SerialNumber, /^arn:aws:iam::\d{12}:mfa\/phone$/)
    const seed = Buffer.from(device.Base32StringSeed, 'base64').toString('ascii')
    assert.match(seed, /^[A-Z2-7]{32}$/)
    const png = Buffer.from(device.QRCodePNG, 'base64')
    assert.equal(png.subarray(1, 4).toString('latin1'), 'PNG')
    const width = png.readUInt32BE(16)
    const data = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)))
    assert.equal(data.length, width * (1 + Math.ceil(width / 8)))
    const list = await plane.root.call('ListVirtualMFADevices', {})
    assert.equal(list.body.VirtualMFADevices.length, 1)
    assert.ok(!list.text.includes(seed))
    assert.ok(!(plane.databaseBytes() + plane.log()).includes(seed))
    await refused(
      'CreateVirtualMFADevice',
      { VirtualMFADeviceName: 'PHONE' },
      'EntityAlreadyExists',
    )
  })

  it('are enabled by two codes in a row, and by no others', async () => {
    await plane.root.done('CreateUser', { UserName: 'ann' })
    const { device, authenticator } = await created('ann')
    const enable = (first: number, second: number) => ({
      UserName: 'ann',
      SerialNumber: device.SerialNumber,
      AuthenticationCode1: authenticator.code(now() + first * 1000),
      AuthenticationCode2: authenticator.code(now() + second * 1000),
    })
    await refused('EnableMFADevice', enable(0, 0), 'InvalidAuthenticationCode')
    await refused('EnableMFADevice', enable(0, -30), 'InvalidAuthenticationCode')
    await refused('EnableMFADevice', enable(-300, -270), 'InvalidAuthenticationCode')
    await plane.root.done('EnableMFADevice', enable(-30, 0))
    await refused('EnableMFADevice', enable(0, 30), 'EntityAlreadyExists')
    const { MFADevices } = await plane.root.done('ListMFADevices', { UserName: 'ann' })
    assert.deepEqual(
      MFADevices.map((one: { SerialNumber: string }) => one.SerialNumber),
      [device.SerialNumber],
    )
    const serial = { SerialNumber: device.SerialNumber }
    await refused('DeleteVirtualMFADevice', serial, 'DeleteConflict')
    const assigned = await plane.root.done('ListVirtualMFADevices', {
      AssignmentStatus: 'Assigned',
    })
    assert.equal(assigned.VirtualMFADevices[0].User.UserName, 'ann')
  })

  it('are guessed five times a minute (would be enabled by chance)', async () => {
    await plane.root.done('CreateUser', { UserName: 'ben' })
    const { device } = await created('ben')
    const wrong = {
      UserName: 'ben',
      SerialNumber: device.SerialNumber,
      AuthenticationCode1: '000000',
      AuthenticationCode2: '000000',
    }
    for (let tries = 0; tries < 5; tries++) {
      await refused('EnableMFADevice', wrong, 'InvalidAuthenticationCode')
    }
    await refused('EnableMFADevice', wrong, 'ThrottlingException')
  })

  it('are resynchronised, deactivated and deleted', async () => {
    await plane.root.done('CreateUser', { UserName: 'cat' })
    const { serialNumber, code } = await enrolAuthenticator(plane.root, 'cat', now)
    const named = { UserName: 'cat', SerialNumber: serialNumber }
    const codes = () => ({
      ...named,
      AuthenticationCode1: code(now() - 30_000),
      AuthenticationCode2: code(now()),
    })
    await refused('ResyncMFADevice', codes(), 'InvalidAuthenticationCode')
    plane.clock.aheadMs += 90_000
    await plane.root.done('ResyncMFADevice', codes())
    await plane.root.done('CreateUser', { UserName: 'dan' })
    for (const operation of ['DeactivateMFADevice', 'ResyncMFADevice', 'GetMFADevice']) {
      assert.equal(
        await refused(operation, { ...codes(), UserName: 'dan' }, 'NoSuchEntity'),
        'MFA Device invalid for user.',
      )
    }
    await plane.root.done('DeactivateMFADevice', named)
    await refused('DeactivateMFADevice', named, 'NoSuchEntity')
    await plane.root.done('DeleteVirtualMFADevice', { SerialNumber: serialNumber })
    assert.equal(
      await refused('DeleteVirtualMFADevice', { SerialNumber: serialNumber }, 'NoSuchEntity'),
      `VirtualMFADevice with serial number ${serialNumber} doesn't exist.`,
    )
  })

  it('are shown to the user who has them, without a name', async () => {
    const own = {
      Effect: 'Allow',
      Action: ['iam:ListMFADevices', 'iam:GetMFADevice'],
      Resource: 'arn:aws:iam::*:user/${aws:username}',
    }
    const fay = await plane.user('fay', own)
    const gus = await plane.user('gus', own)
    const { serialNumber: SerialNumber } = await enrolAuthenticator(plane.root, 'fay', now)
    const { MFADevices } = await fay.done('ListMFADevices', {})
    const [device] = MFADevices
    assert.deepEqual([device.UserName, device.SerialNumber], ['fay', SerialNumber])
    assert.ok(Math.abs(device.EnableDate - now() / 1000) < 5)
    assert.deepEqual((await gus.done('ListMFADevices', {})).MFADevices, [])
    assert.deepEqual((await plane.root.done('ListMFADevices', {})).MFADevices, [])

    assert.deepEqual(await fay.done('GetMFADevice', { SerialNumber }), device)
    const named = { SerialNumber, UserName: 'fay' }
    assert.deepEqual(await plane.root.done('GetMFADevice', named), device)
    assert.deepEqual(await plane.root.done('GetMFADevice', { SerialNumber }), device)
    assert.equal((await gus.call('GetMFADevice', { SerialNumber })).code, 'NoSuchEntity')
    assert.equal((await gus.call('GetMFADevice', named)).code, 'AccessDeniedException')
    const spare = (await created('spare')).device.SerialNumber
    assert.deepEqual(await plane.root.done('GetMFADevice', { SerialNumber: spare }), {
      SerialNumber: spare,
    })
    await refused('GetMFADevice', { SerialNumber: `${spare}x` }, 'NoSuchEntity')
  })

  it('are enabled in the words of AWS, or not', async () => {
    await plane.root.done('CreateUser', { UserName: 'hal' })
    const { serialNumber: SerialNumber } = await enrolAuthenticator(plane.root, 'hal', now)
    const again = {
      UserName: 'hal',
      SerialNumber,
      AuthenticationCode1: '000000',
      AuthenticationCode2: '000001',
    }
    assert.equal(
      await refused('EnableMFADevice', again, 'EntityAlreadyExists'),
      'MFA Device is already in use.',
    )
    for (const operation of ['ResyncMFADevice', 'EnableMFADevice']) {
      const device = (await created(`hal-${operation}`)).device
      const fields =
        operation === 'ResyncMFADevice' ? again : { ...again, SerialNumber: device.SerialNumber }
      assert.match(
        await refused(operation, fields, 'InvalidAuthenticationCode'),
        /^Authentication code for device is not valid\./,
      )
    }
    await refused('EnableMFADevice', { ...again, UserName: 'none' }, 'NoSuchEntity')
    await refused('EnableMFADevice', { ...again, AuthenticationCode2: '12' }, 'ValidationException')
  })

  it('have tags that policies can ask for', async () => {
    const VirtualMFADeviceName = 'labelled'
    const Tags = [{ Key: 'team', Value: 'blue' }]
    const made = await plane.root.done('CreateVirtualMFADevice', { VirtualMFADeviceName, Tags })
    const { SerialNumber } = made.VirtualMFADevice
    assert.deepEqual(made.VirtualMFADevice.Tags, Tags)
    assert.deepEqual((await plane.root.done('ListMFADeviceTags', { SerialNumber })).Tags, Tags)
    const client = await plane.user('blue-only', {
      Effect: 'Allow',
      Action: 'iam:DeleteVirtualMFADevice',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
    })
    await plane.root.done('UntagMFADevice', { SerialNumber, TagKeys: ['team'] })
    const { code } = await client.call('DeleteVirtualMFADevice', { SerialNumber })
    assert.equal(code, 'AccessDeniedException')
    await plane.root.done('TagMFADevice', { SerialNumber, Tags })
    await client.done('DeleteVirtualMFADevice', { SerialNumber })
  })

  it('have recovery codes only where there is a device', async () => {
    await plane.root.done('CreateUser', { UserName: 'eve' })
    await refused('CreateRecoveryCodes', { UserName: 'eve' }, 'NoSuchEntity')
  })
})
