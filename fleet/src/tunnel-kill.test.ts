import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { whyNoBoto3 } from './aws/aws-programs.ts'
import {
  listenForTunnels,
  type OpenTunnelOptions,
  type TunnelListener,
} from './aws/cli-v2-tunnel.ts'
import { startEnrolledHost, type EnrolledHost } from './enrolled-host.ts'
import { fleetkey, fleetkeyJson } from './fleetkey.ts'
import { openPrivateFleet, type PrivateFleet } from './private-fleet.ts'
import { plainEnvironment } from './run-program.ts'
import { generateKey, sshArguments, writeKnownHosts } from './ssh.ts'
import { whyNoHosts } from './test-fleet.ts'
import { until } from './until.ts'

// A hundred tunnels through one agent, and what they go through is killed: each ends and says why, soon; sessions beside them go on.

const TUNNELS = 100

describe(
  'when what carries a hundred tunnels is killed',
  { skip: why() ?? false, timeout: 300_000 },
  () => {
    let fleet: PrivateFleet
    let vault: EnrolledHost
    let web: EnrolledHost
    let tunnel: OpenTunnelOptions
    let direct: Direct

    before(async () => {
      fleet = await openPrivateFleet()
      ;[vault, web] = await Promise.all([
        fleet.startPrivateHost('vault', { sshdConfig: 'MaxStartups 1000\n' }),
        startEnrolledHost(fleet.network, fleet.plane, { name: 'web', users: ['deploy'] }),
      ])
      const [endpoint] = (await fleetkeyJson(['endpoints', 'list'], {
        env: fleet.plane.root,
      })) as { endpointId: string }[]
      assert.ok(endpoint)
      tunnel = {
        endpointId: endpoint.endpointId,
        dnsName: fleet.dnsName,
        privateIpAddress: vault.host.address4,
      }
      direct = await openDirect()
    })
    after(async () => {
      direct?.child.kill()
      await fleet?.close()
    })

    /** An ssh session that goes through nothing of ours. */
    async function openDirect(): Promise<Direct> {
      const key = await generateKey(fleet.dir, 'ed25519')
      const { code, stderr } = await fleetkey(
        [
          'send-key',
          web.instanceId,
          '--os-user',
          'deploy',
          '--public-key',
          `${key.identityFile}.pub`,
        ],
        { env: fleet.plane.root },
      )
      assert.equal(code, 0, stderr)
      const words = sshArguments(web.host, {
        user: 'deploy',
        identityFile: key.identityFile,
        knownHostsFile: await writeKnownHosts(join(fleet.dir, 'known_hosts'), [web.host]),
        command: 'exec cat',
      })
      const session = direct_(spawn('ssh', words, { env: plainEnvironment }))
      assert.equal(await session.echo('begin'), 'begin')
      return session
    }

    /** All of them are open: sshd has spoken through each. */
    async function openTunnels(): Promise<{
      listener: TunnelListener
      sockets: readonly Socket[]
    }> {
      const listener = await listenForTunnels(fleet.plane.root, tunnel, TUNNELS)
      const sockets = await Promise.all(
        Array.from({ length: TUNNELS }, async () => {
          const socket = connect(listener.port, '127.0.0.1')
          const [banner] = (await once(socket, 'data')) as [Buffer]
          assert.match(banner.toString(), /^SSH-2\.0-/)
          return socket
        }),
      )
      return { listener, sockets }
    }

    /** Each end, in milliseconds after `kill` had been called; what AWS's client said of each. */
    async function endsAfter(kill: () => Promise<void>) {
      const { listener, sockets } = await openTunnels()
      try {
        const ends = sockets.map(async (socket) => {
          await once(socket.resume(), 'close')
          return performance.now()
        })
        const from = performance.now()
        await kill()
        const after = (await Promise.all(ends)).map((at) => at - from)
        const said = /^\[\d+\] Encountered error with websocket: (.*)$/
        await until('each tunnel told why it ended', () => whys(listener, said).length === TUNNELS)
        return { slowest: Math.max(...after), whys: new Set(whys(listener, said)) }
      } finally {
        await listener.stop()
      }
    }

    it('the agent: each says that it is gone', async (t) => {
      const { slowest, whys: said } = await endsAfter(() => vault.killAgent())
      t.diagnostic(`all ended within ${slowest.toFixed(0)} ms`)
      assert.ok(slowest < 5000, `the last ended after ${slowest} ms`)
      assert.equal(said.size, 1)
      assert.match([...said][0] ?? '', /^Websocket Closure Reason: .*agent/)
      await vault.startAgent()
      await openAndClose()
    })

    it('the control plane: each ends, direct sessions go on, agents are back', async (t) => {
      const { slowest, whys: said } = await endsAfter(() => fleet.plane.kill())
      t.diagnostic(`all ended within ${slowest.toFixed(0)} ms`)
      assert.ok(slowest < 5000, `the last ended after ${slowest} ms`)
      assert.deepEqual([...said], ['AWS_ERROR_HTTP_CONNECTION_CLOSED'])
      assert.equal(await direct.echo('without it'), 'without it')
      await fleet.plane.start()
      const started = performance.now()
      await until('the agent is back', () => isConnected(), 15_000)
      t.diagnostic(`the agent was back after ${(performance.now() - started).toFixed(0)} ms`)
      await openAndClose()
    })

    it('the control plane is stopped: each says so', async () => {
      const { whys: said } = await endsAfter(() => fleet.plane.stop())
      assert.deepEqual([...said], ['Websocket Closure Reason: the server is stopping'])
      await fleet.plane.start()
      assert.equal(await direct.echo('still'), 'still')
    })

    it('leaves no connection to sshd behind', async () => {
      const established = async () =>
        (await vault.host.exec(['ss', '-Htn', 'state', 'established', 'sport', '=', ':22'])).stdout
      await until('sshd has no connections', async () => (await established()) === '', 10_000)
    })

    async function isConnected(): Promise<boolean> {
      const { code, stdout } = await fleetkey(
        ['instances', 'show', vault.instanceId, '--output', 'json'],
        {
          env: fleet.plane.root,
        },
      )
      return code === 0 && /"state":\s*"connected"/.test(stdout)
    }

    async function openAndClose(): Promise<void> {
      const listener = await listenForTunnels(fleet.plane.root, tunnel, 1)
      try {
        const socket = connect(listener.port, '127.0.0.1')
        await once(socket, 'data')
        socket.destroy()
      } finally {
        await listener.stop()
      }
    }
  },
)

function why(): string | undefined {
  return whyNoHosts() ?? whyNoBoto3()
}

function whys(listener: TunnelListener, pattern: RegExp): string[] {
  return listener.lines.flatMap((line) => pattern.exec(line)?.[1] ?? [])
}

interface Direct {
  readonly child: ChildProcess
  echo(text: string): Promise<string>
}

function direct_(child: ChildProcess): Direct {
  return {
    child,
    async echo(text) {
      child.stdin?.write(text)
      const [data] = (await once(child.stdout ?? child, 'data')) as [Buffer]
      return data.toString()
    },
  }
}
