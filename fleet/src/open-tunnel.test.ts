import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { connect, isIPv6 } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { whyNoBoto3 } from './aws/aws-programs.ts'
import {
  listenForTunnels,
  openTunnelCommand,
  openTunnelEnvironment,
  tunnelClients,
  type OpenTunnelOptions,
  type TunnelClient,
} from './aws/open-tunnel.ts'
import { closedTunnels } from './closed-tunnels.ts'
import { ECHO, openEchoSession } from './echo-session.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import { hashFile, writeNoise } from './noise.ts'
import { ON_LOOPBACK, openPrivateFleet, type PrivateFleet } from './private-fleet.ts'
import { pushKey } from './push-key.ts'
import { mustRun, runProgram } from './run-program.ts'
import { generateKey, sshArguments, writeKnownHosts, type KeyPair } from './ssh.ts'
import { hostOf, whyNoHosts } from './test-fleet.ts'
import { until } from './until.ts'

// What tunnels carry and how they end. `vault` takes no connection from anywhere, `web` does.

const GIGABYTE = 2 ** 30
const AT_ONCE = 50
const USER = 'deploy'

describe('tunnels', { skip: whyNoHosts() ?? whyNoBoto3() ?? false, timeout: 600_000 }, () => {
  let fleet: PrivateFleet
  let vault: EnrolledHost
  let web: EnrolledHost
  let key: KeyPair
  let knownHostsFile: string

  before(async () => {
    fleet = await openPrivateFleet({
      hosts: { vault: {}, web: {} },
      sshdConfig: { vault: `${ON_LOOPBACK}MaxStartups 100\n` },
    })
    vault = hostOf(fleet, 'vault')
    web = hostOf(fleet, 'web')
    key = await generateKey(fleet.dir, 'ed25519')
    knownHostsFile = await writeKnownHosts(join(fleet.dir, 'known_hosts'), [vault.host, web.host])
  })
  after(() => fleet?.close())

  it('are the only way to a host that takes no connection', async () => {
    const { stdout } = await vault.host.exec(['ss', '-Hltn'])
    const places = stdout.trim().split('\n')
    assert.ok(places.length > 0)
    for (const place of places) assert.match(place, / (127\.0\.0\.1|\[::1\]):22 /)
    for (const host of [vault.host.address4, vault.host.address6]) {
      const socket = connect({ host, port: 22, family: isIPv6(host) ? 6 : 4 })
      const [failure] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
      assert.equal(failure.code, 'ECONNREFUSED')
    }
  })

  for (const client of tunnelClients())
    describe(`as ${client.name} opens them`, () => casesOf(client))

  function casesOf(client: TunnelClient): void {
    const to = (host: EnrolledHost, more: Partial<OpenTunnelOptions> = {}): OpenTunnelOptions => ({
      endpointId: fleet.endpointId,
      dnsName: fleet.dnsName,
      privateIpAddress: host.host.address4,
      ...more,
    })
    const environment = () => openTunnelEnvironment(fleet.plane.root)
    const push = (host: EnrolledHost) => pushKey(fleet.plane, host, USER, key)

    function wordsFor(host: EnrolledHost, family: 4 | 6, command: string): readonly string[] {
      const { address4, address6 } = host.host
      const privateIpAddress = family === 4 ? address4 : address6
      const proxy = openTunnelCommand(client, to(host, { privateIpAddress })).join(' ')
      // A shell takes it as it is.
      assert.match(proxy, /^[\w ./:=-]+$/)
      return sshArguments(host.host, {
        user: USER,
        identityFile: key.identityFile,
        knownHostsFile,
        family,
        config: [`ProxyCommand=${proxy}`],
        command,
      })
    }

    async function bare(options: OpenTunnelOptions) {
      return runProgram(openTunnelCommand(client, options), { env: environment() })
    }

    for (const family of [4, 6] as const) {
      it(`lead through the agent to who takes no connection (IPv${family})`, async () => {
        const closed = closedTunnels(fleet).length
        await push(vault)
        const words = wordsFor(vault, family, 'echo $SSH_CONNECTION')
        const { code, stdout, stderr } = await runProgram(['ssh', ...words], { env: environment() })
        assert.equal(code, 0, stderr)
        assert.match(
          stdout,
          family === 4 ? /^127\.0\.0\.1 \d+ 127\.0\.0\.1 22$/m : /^::1 \d+ ::1 22$/m,
        )
        await until('its end is on record', () => closedTunnels(fleet).length > closed)
        const { route, instanceId } = closedTunnels(fleet).at(-1) ?? {}
        assert.deepEqual({ route, instanceId }, { route: 'agent', instanceId: vault.instanceId })
      })
    }

    it('lead directly where nothing stands between', async () => {
      const closed = closedTunnels(fleet).length
      await push(web)
      const words = wordsFor(web, 4, 'echo $SSH_CONNECTION')
      const { code, stdout, stderr } = await runProgram(['ssh', ...words], { env: environment() })
      assert.equal(code, 0, stderr)
      // sshd sees the control plane.
      assert.ok(stdout.startsWith(`${fleet.network.address4} `), stdout)
      await until('its end is on record', () => closedTunnels(fleet).length > closed)
      assert.equal(closedTunnels(fleet).at(-1)?.route, 'direct')
    })

    it('carry ssh, whose exit code is passed on', async () => {
      await push(vault)
      const { code, stdout } = await runProgram(['ssh', ...wordsFor(vault, 4, 'cat; exit 5')], {
        input: 'there and back',
        env: environment(),
      })
      assert.deepEqual({ code, stdout }, { code: 5, stdout: 'there and back' })
    })

    it('carry 1 GB each way, unchanged', async (t) => {
      const [file, back] = [join(fleet.dir, 'gigabyte'), join(fleet.dir, 'gigabyte-back')]
      const sent = await writeNoise(file, GIGABYTE)
      const there = `${USER}@${vault.host.address4}:gigabyte`
      for (const [way, from, into] of [
        ['up', file, there],
        ['down', there, back],
      ] as const) {
        await push(vault)
        const started = performance.now()
        await mustRun(['scp', '-q', ...optionsOf(wordsFor(vault, 4, '')), '--', from, into], {
          env: environment(),
          timeoutMs: 240_000,
        })
        const seconds = (performance.now() - started) / 1000
        t.diagnostic(`${way}: ${(GIGABYTE / 1e6 / seconds).toFixed(0)} MB/s`)
      }
      assert.equal(await hashFile(back), sent)
      const copy = `/home/${USER}/gigabyte`
      const { stdout } = await vault.host.exec(['sha256sum', copy], { timeoutMs: 60_000 })
      assert.equal(stdout.split(' ')[0], sent)
      await vault.host.exec(['rm', copy])
      await rm(back)
    })

    it('carry megabytes directly, unchanged', async () => {
      await push(web)
      const file = join(fleet.dir, 'megabytes')
      const sent = await writeNoise(file, 2 ** 24)
      const copies = [`${file}-there`, `${file}-back`] as const
      const there = `${USER}@${web.host.address4}:megabytes`
      for (const [from, into] of [
        [file, there],
        [there, copies[1]],
      ] as const) {
        await push(web)
        await mustRun(['scp', '-q', ...optionsOf(wordsFor(web, 4, '')), '--', from, into], {
          env: environment(),
        })
      }
      assert.equal(await hashFile(copies[1]), sent)
    })

    it(`carry ${AT_ONCE} sessions at once to who takes no connection`, async () => {
      const listener = await listenForTunnels(client, fleet.plane.root, {
        ...to(vault),
        most: AT_ONCE,
      })
      try {
        await push(vault)
        const local = { ...vault.host, address4: '127.0.0.1', port: listener.port }
        const words = sshArguments(local, {
          user: USER,
          identityFile: key.identityFile,
          knownHostsFile: await writeKnownHosts(join(fleet.dir, 'known_hosts_local'), [local]),
          config: ['ConnectTimeout=60'],
          command: ECHO,
        })
        const sessions = await Promise.all(
          Array.from({ length: AT_ONCE }, () => openEchoSession(words)),
        )
        // All are open now; each still has its own bytes.
        const own = sessions.map((_, at) => `word ${at}`)
        const echoes = sessions.map((session, at) => session.echo(own[at] ?? ''))
        assert.deepEqual(await Promise.all(echoes), own)
        const codes = await Promise.all(sessions.map((session) => session.end()))
        assert.deepEqual(codes, Array(AT_ONCE).fill(0))
      } finally {
        await listener.stop()
      }
    })

    it('carry rsync', async () => {
      const tree = join(fleet.dir, 'tree')
      await mkdir(join(tree, 'deep/er'), { recursive: true })
      for (let n = 0; n < 20; n++) {
        await writeFile(join(tree, `deep/er/${n}`), `file ${n}\n`.repeat(n))
      }
      // rsync splits the words for its shell by itself: those with blanks come from a file.
      const config = join(fleet.dir, 'ssh_config')
      await writeFile(config, configOf(wordsFor(vault, 4, '')))
      const [shell, there] = [`ssh -F ${config}`, `${USER}@${vault.host.address4}:tree/`]
      for (const [from, into] of [
        [`${tree}/`, there],
        [there, `${tree}-back/`],
      ] as const) {
        await push(vault)
        await mustRun(['rsync', '-a', '-e', shell, from, into], { env: environment() })
      }
      await mustRun(['diff', '-r', tree, `${tree}-back`])
      await rm(`${tree}-back`, { recursive: true })
    })

    it('end with 1000 when the input ends, whatever is sent after it, and bring the rest', async () => {
      for (const host of [web, vault]) {
        // sshd speaks first; a client that has said all gets its banner and the end.
        const { code, stdout, stderr } = await bare(to(host))
        assert.match(stdout, /^SSH-2\.0-OpenSSH/)
        assert.equal(code, 0, stderr)
      }
    })

    it('end when the time asked for is over, and say so', async () => {
      const command = openTunnelCommand(client, to(vault, { maxTunnelDuration: 2 }))
      const [program, ...args] = command
      // Its input goes on.
      const child = spawn(program, args, { env: environment(), stdio: ['pipe', 'ignore', 'pipe'] })
      const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
      assert.equal(code, 255)
      assert.match(said, /Websocket Closure Reason: .*2 seconds/)
    })
  }
})

/** The `-o` and `-i` words and the port, as scp spells them. */
function optionsOf(words: readonly string[]): readonly string[] {
  return words.slice(0, words.indexOf('-l')).map((word) => (word === '-p' ? '-P' : word))
}

function configOf(words: readonly string[]): string {
  const options = words.filter((_, at) => words[at - 1] === '-o')
  const identity = words[words.indexOf('-i') + 1]
  const lines = options.map((option) => option.replace('=', ' '))
  return [...lines, `IdentityFile ${identity}`, ''].join('\n')
}
