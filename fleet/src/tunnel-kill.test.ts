import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { whyNoBoto3 } from './aws/aws-programs.ts'
import { listenForTunnels, standIn } from './aws/open-tunnel.ts'
import { closedTunnels } from './closed-tunnels.ts'
import { ECHO, openEchoSession, type EchoSession } from './echo-session.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { ON_LOOPBACK, openPrivateFleet, type PrivateFleet } from './private-fleet.ts'
import { pushKey } from './push-key.ts'
import { generateKey, sshArguments, writeKnownHosts } from './ssh.ts'
import { hostOf, whyNoHosts } from './test-fleet.ts'
import { until } from './until.ts'

// A hundred tunnels, to a host that takes no connection (through its agent) and to one that does (directly), and what they go through is
// killed: each ends and says why, soon; a session that goes through nothing of ours goes on.

const TUNNELS = 100
const AGENT_LOST = 'the agent of the host was lost'

describe(
  'when what carries a hundred tunnels is killed',
  { skip: whyNoHosts() ?? whyNoBoto3() ?? false, timeout: 300_000 },
  () => {
    let fleet: PrivateFleet
    let vault: EnrolledHost
    let web: EnrolledHost
    let direct: EchoSession

    before(async () => {
      fleet = await openPrivateFleet({
        hosts: { vault: {}, web: {} },
        sshdConfig: { vault: `${ON_LOOPBACK}MaxStartups 1000\n`, web: 'MaxStartups 1000\n' },
      })
      vault = hostOf(fleet, 'vault')
      web = hostOf(fleet, 'web')
      const key = await generateKey(fleet.dir, 'ed25519')
      await pushKey(fleet.plane, web, 'deploy', key)
      direct = await openEchoSession(
        sshArguments(web.host, {
          user: 'deploy',
          identityFile: key.identityFile,
          knownHostsFile: await writeKnownHosts(join(fleet.dir, 'known_hosts'), [web.host]),
          command: ECHO,
        }),
      )
    })
    after(async () => {
      direct?.kill()
      await fleet?.close()
    })

    /** All are open: sshd has spoken through each. */
    async function openTunnels(host: EnrolledHost, count: number) {
      const { endpointId, dnsName } = fleet
      const privateIpAddress = host.host.address4
      const options = { endpointId, dnsName, privateIpAddress, most: count }
      const listener = await listenForTunnels(standIn, fleet.plane.root, options)
      const sockets = await Promise.all(
        Array.from({ length: count }, async () => {
          const socket = connect(listener.port, '127.0.0.1')
          const [banner] = (await once(socket, 'data')) as [Buffer]
          assert.match(banner.toString(), /^SSH-2\.0-/)
          return socket
        }),
      )
      const said = /\[\d+\] Encountered error with websocket: \('(.*)',\)$/
      const whys = () => listener.lines.flatMap((line) => said.exec(line)?.[1] ?? [])
      return { sockets, whys, stop: () => listener.stop() }
    }

    /** What AWS's client said of them, each different text once; all must have ended within five seconds. */
    async function endedBy(
      kill: () => Promise<unknown>,
      { through, report }: { through: readonly EnrolledHost[]; report: (text: string) => void },
    ) {
      const each = TUNNELS / through.length
      const hosts = await Promise.all(through.map((host) => openTunnels(host, each)))
      try {
        const ends = hosts
          .flatMap(({ sockets }) => sockets)
          .map(async (socket) => {
            await once(socket.resume(), 'close')
            return performance.now()
          })
        const from = performance.now()
        await kill()
        const slowest = Math.max(...(await Promise.all(ends))) - from
        report(`all ended within ${slowest.toFixed(0)} ms`)
        assert.ok(slowest < 5000, `the last ended after ${slowest} ms`)
        const whys = () => hosts.flatMap((host) => host.whys())
        await until('each told why it ended', () => whys().length === TUNNELS)
        return new Set(whys())
      } finally {
        await Promise.all(hosts.map((host) => host.stop()))
      }
    }

    const arrivals = () => fleet.plane.log().split('"agent arrived"').length

    async function isAsBefore(): Promise<void> {
      for (const host of [vault, web]) {
        const { stop } = await openTunnels(host, 1)
        await stop()
      }
      assert.equal(await direct.echo('still here'), 'still here')
    }

    it('the agents: each that goes through one says so, and is on record', async (t) => {
      const before = closedTunnels(fleet).length
      const kill = () => Promise.all([vault.killAgent(), web.killAgent()])
      const whys = await endedBy(kill, { through: [vault], report: (text) => t.diagnostic(text) })
      assert.equal(await direct.echo('without it'), 'without it')
      assert.deepEqual([...whys], [`Websocket Closure Reason: ${AGENT_LOST}`])
      const closed = () => closedTunnels(fleet).slice(before)
      await until('their ends are on record', () => closed().length === TUNNELS)
      assert.deepEqual([...new Set(closed().map(({ because }) => because))], [AGENT_LOST])
      assert.deepEqual([...new Set(closed().map(({ route }) => route))], ['agent'])
      await Promise.all([vault.startAgent(), web.startAgent()])
      await isAsBefore()
    })

    it('the control plane: each ends, and agents are back within seconds', async (t) => {
      const whys = await endedBy(() => fleet.plane.kill(), {
        through: [vault, web],
        report: (text) => t.diagnostic(text),
      })
      assert.deepEqual([...whys], ['AWS_ERROR_HTTP_CONNECTION_CLOSED'])
      assert.equal(await direct.echo('without it'), 'without it')
      const before = arrivals()
      await fleet.plane.start()
      const started = performance.now()
      await until('the agents are back', () => arrivals() === before + 2, 15_000)
      t.diagnostic(`the agents were back after ${(performance.now() - started).toFixed(0)} ms`)
      await isAsBefore()
    })

    it('the control plane is stopped: each says so', async (t) => {
      const whys = await endedBy(() => fleet.plane.stop(), {
        through: [vault, web],
        report: (text) => t.diagnostic(text),
      })
      assert.deepEqual([...whys], ['Websocket Closure Reason: the server is stopping'])
      assert.equal(await direct.echo('without it'), 'without it')
    })

    it('leaves no connection to sshd behind', async () => {
      const established = async () =>
        (await vault.host.exec(['ss', '-Htn', 'state', 'established', 'sport', '=', ':22'])).stdout
      await until('sshd has no connections', async () => (await established()) === '', 10_000)
    })
  },
)
