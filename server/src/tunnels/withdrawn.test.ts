import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { bringingTunnelsTo } from '../testing/bring-tunnel.ts'
import { connectAgent, enrolHost, FACTS, type FakeAgent } from '../testing/fake-agent.ts'
import { knock } from '../testing/tunnel-client.ts'
import { startTunnelPlane, type TunnelPlane } from '../testing/tunnel-plane.ts'
import { until } from '../testing/until.ts'

const ADDRESS = '198.51.100.20'

let made: TunnelPlane
/** Of a site of its own, that each case may take apart. */
let endpointId: string
let agent: FakeAgent
/** Done while the host is asked for its end, which a host can draw out for seconds. */
let meanwhile: (() => Promise<unknown>) | undefined
let users = 0

before(async () => {
  made = await startTunnelPlane()
})
after(() => made.close())

const parameters = () => ({ instanceConnectEndpointId: endpointId, privateIpAddress: ADDRESS })

async function asked(client = made.plane.root) {
  const target = made.sign(client, { parameters: parameters() })
  const { status, body } = await knock(made.plane.port, target)
  return [status, body?.ErrorCode]
}

beforeEach(async () => {
  meanwhile = undefined
  const { plane } = made
  const site = `site-${++users}`
  const host = await enrolHost(plane, { Site: site })
  const honest = bringingTunnelsTo(
    () => plane,
    () => made.echoPort,
  )
  const facts = { ...FACTS, addresses4: [ADDRESS] }
  agent = await connectAgent(plane, host, {
    facts,
    async tunnel(message, whose) {
      const act = meanwhile
      meanwhile = undefined
      await act?.()
      return honest(message, whose)
    },
  })
  const [instance] = (
    await plane.root.done('DescribeInstances', { InstanceIds: [host.instanceId] })
  ).Reservations[0].Instances
  const { InstanceConnectEndpoint: endpoint } = await plane.root.done(
    'CreateInstanceConnectEndpoint',
    { SubnetId: instance.SubnetId },
  )
  endpointId = endpoint.InstanceConnectEndpointId
})

const deleteEndpoint = () =>
  made.plane.root.done('DeleteInstanceConnectEndpoint', { InstanceConnectEndpointId: endpointId })

describe('a tunnel that is being opened', () => {
  it('is let in, when nothing is withdrawn', async () => {
    meanwhile = async () => {}
    assert.deepEqual(await asked(), [101, undefined])
  })

  it('is not let in when the right to it was withdrawn before the host brought its end', async () => {
    const UserName = `leaver-${users}`
    const policy = [{ Effect: 'Allow', Action: 'ec2-instance-connect:OpenTunnel', Resource: '*' }]
    const leaver = await made.plane.user(UserName, policy)
    meanwhile = () => made.plane.root.done('DeleteUserPolicy', { UserName, PolicyName: 'p' })
    assert.deepEqual(await asked(leaver), [403, 'AccessDenied'])
    // It hears of it a moment after the client.
    await until(() => made.sessions.at(-1)?.destroyed ?? true, 'the way to the host is cut')
  })

  it('is not let in when its endpoint was deleted meanwhile', async () => {
    meanwhile = deleteEndpoint
    assert.deepEqual(await asked(), [503, 'EC2InstanceUnavailable'])
    assert.deepEqual(await asked(), [400, 'InvalidInstanceConnectEndpointId.NotFound'])
  })

  it('is not let in when its instance was forgotten meanwhile', async () => {
    const { instanceId } = agent.host
    meanwhile = () => made.plane.root.done('ForgetInstance', { InstanceId: instanceId })
    const [status] = await asked()
    assert.ok(Number(status) >= 400, String(status))
  })

  it('is not let in when its instance went to another site meanwhile', async () => {
    const Resources = [agent.host.instanceId]
    const Tags = [{ Key: 'Site', Value: 'elsewhere' }]
    meanwhile = () => made.plane.root.done('CreateTags', { Resources, Tags })
    assert.deepEqual(await asked(), [400, 'EC2InstanceNotFound'])
  })
})

describe('an open tunnel', () => {
  it('ends with its endpoint: what is deleted leads nowhere any more', async () => {
    const tunnel = await made.open({ parameters: parameters() })
    const other = await made.open()
    await deleteEndpoint()
    assert.deepEqual(await tunnel.closed, { code: 4005, reason: 'its endpoint was deleted' })
    other.send('still here')
    await other.until((bytes) => bytes.toString() === 'still here')
    other.socket.close()
  })

  it('neither ends nor becomes endless when somebody sets the clock', async () => {
    const own = await startTunnelPlane()
    const tunnel = await own.open({ parameters: { maxTunnelDuration: 2 } })
    const idle = await own.open()
    own.plane.clock.aheadMs = 30 * 24 * 3600 * 1000
    await new Promise((resolve) => setTimeout(resolve, 1100))
    idle.send('still here')
    await idle.until((bytes) => bytes.toString() === 'still here')
    own.plane.clock.aheadMs = -30 * 24 * 3600 * 1000
    assert.equal((await tunnel.closed).code, 4001)
    idle.socket.close()
    await own.close()
  })
})
