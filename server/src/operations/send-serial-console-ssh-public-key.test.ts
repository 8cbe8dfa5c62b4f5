import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { enrolHost } from '../testing/fake-agent.ts'

let plane: ControlPlane
let instanceId = ''
before(async () => {
  plane = await startControlPlane()
  instanceId = (await enrolHost(plane)).instanceId
})
after(() => plane.close())

const KEY = `ssh-ed25519 ${'A'.repeat(68)}`
const ask = (fields: object) => plane.root.call('SendSerialConsoleSSHPublicKey', fields)

describe('SendSerialConsoleSSHPublicKey', () => {
  it('is refused as where the account has serial access off, and recorded', async () => {
    const answer = await ask({ InstanceId: instanceId, SSHPublicKey: KEY, SerialPort: 0 })
    assert.deepEqual([answer.status, answer.code], [400, 'SerialConsoleAccessDisabledException'])
    const last = plane.trail().at(-1)
    assert.deepEqual(
      [last?.eventName, last?.errorCode, last?.event.requestParameters],
      [
        'SendSerialConsoleSSHPublicKey',
        'SerialConsoleAccessDisabledException',
        { instanceId, serialPort: 0 },
      ],
    )
  })

  it('is checked before, as in AWS', async () => {
    for (const broken of [
      { InstanceId: 'x', SSHPublicKey: KEY },
      { InstanceId: instanceId },
      { InstanceId: instanceId, SSHPublicKey: 'short' },
      { InstanceId: instanceId, SSHPublicKey: KEY, SerialPort: 1 },
    ]) {
      assert.equal((await ask(broken)).code, 'InvalidArgsException')
    }
  })
})
