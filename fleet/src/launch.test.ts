import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { runAws } from './aws/aws-cli.ts'
import { whyNoAwsCli } from './aws/aws-programs.ts'
import { fleetkey, fleetkeyJson } from './fleetkey.ts'
import { bootFromImage, INSTALL_IN_HOST, runUserData } from './launched-host.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { until } from './until.ts'

// Launch one with AWS's CLI, start a host with the user data, log in: what docs/operate/launch.md says.

const skip = whyNoHosts() ?? whyNoAwsCli() ?? false

describe('launching a host of yours', { skip, timeout: 120_000 }, () => {
  let fleet: TestFleet
  before(async () => {
    fleet = await openTestFleet({
      hosts: {},
      serverSettings: { launch: { install: INSTALL_IN_HOST } },
    })
  })
  after(() => fleet?.close())

  async function aws(...argv: readonly string[]) {
    const { code, stdout, stderr } = await runAws(fleet.plane.root, ['ec2', ...argv])
    assert.equal(code, 0, stderr)
    // oxlint-disable-next-line typescript/no-explicit-any -- the test says what it expects in it
    return JSON.parse(stdout) as any
  }
  const stateOf = async (id: string) =>
    (await aws('describe-instances', '--instance-ids', id)).Reservations[0].Instances[0].State.Name
  const userDataOf = async (id: string) => {
    const argv = ['--instance-id', id, '--attribute', 'userData']
    const { UserData } = await aws('describe-instance-attribute', ...argv)
    return Buffer.from(UserData.Value, 'base64')
  }
  const isRunning = (id: string) =>
    until('it runs', async () => (await stateOf(id)) === 'running', 20_000)

  async function logIn(name: string): Promise<string> {
    const { code, stdout, stderr } = await fleetkey(['ssh', `deploy@${name}`, '--', 'hostname'], {
      env: fleet.plane.root,
    })
    assert.equal(code, 0, stderr)
    return stdout
  }

  it('joins by itself with the user data and the user data of its launcher, and lets one in', async () => {
    const theirs = '#!/bin/sh\necho "$(hostname) was here" >/root/theirs\n'
    const tags = 'ResourceType=instance,Tags=[{Key=Name,Value=web-7},{Key=env,Value=dev}]'
    const asked = ['--tag-specifications', tags, '--user-data', theirs]
    const image = ['--image-id', 'fleetkey-host', '--count', '1']
    const { Instances } = await aws('run-instances', ...image, ...asked)
    const [{ InstanceId: id, State }] = Instances
    assert.deepEqual(State, { Code: 0, Name: 'pending' })
    const { code: early } = await fleetkey(['ssh', 'deploy@web-7'], { env: fleet.plane.root })
    assert.notEqual(early, 0)

    const host = await bootFromImage(fleet.network, { name: 'cloud-1', users: ['deploy'] })
    await runUserData(host, await userDataOf(id))
    await isRunning(id)
    const waiting = ['ec2', 'wait', 'instance-running', '--instance-ids', id]
    assert.equal((await runAws(fleet.plane.root, waiting)).code, 0)
    assert.equal(await logIn('web-7'), 'cloud-1\n')
    assert.equal(await host.readFile('/root/theirs'), 'cloud-1 was here\n')
    const { Reservations } = await aws('describe-instances', '--filters', 'Name=tag:env,Values=dev')
    assert.equal(Reservations[0].Instances[0].InstanceId, id)

    await aws('terminate-instances', '--instance-ids', id)
    assert.equal(await stateOf(id), 'terminated')
    const { code } = await fleetkey(['ssh', 'deploy@web-7', '--', 'true'], {
      env: fleet.plane.root,
    })
    assert.equal(code, 68)
  })

  it('lets no second host in by user data that was used, or was asked for again since', async () => {
    const launched = (await fleetkeyJson(['instances', 'launch', '--name', 'web-8'], {
      env: fleet.plane.root,
    })) as { instanceId: string }[]
    const id = launched[0]?.instanceId ?? ''
    const former = await userDataOf(id)
    const latter = await userDataOf(id)
    const host = await bootFromImage(fleet.network, { name: 'cloud-2', users: ['deploy'] })
    await assert.rejects(runUserData(host, former), /exit 73\n.*join token is not valid/)
    await runUserData(host, latter)
    await isRunning(id)
    assert.equal(await logIn('web-8'), 'cloud-2\n')
    const copy = await bootFromImage(fleet.network, { name: 'cloud-3', users: ['deploy'] })
    await assert.rejects(runUserData(copy, latter), /join token is not valid/)
  })
})
