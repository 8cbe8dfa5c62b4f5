import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CLOSED_SPELLINGS } from '@fleetkey/domain/tunnel-target.cases'
import type { EnrolledHost } from './enrolled-host.ts'
import { fleetkey, type ClientEnvironment } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { plainEnvironment, runProgram } from './run-program.ts'
import { generateKey, ssh, sshArguments, writeKnownHosts, type KeyPair } from './ssh.ts'
import { openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { until } from './until.ts'

const OPEN_TUNNEL = fileURLToPath(new URL('aws/open-tunnel.ts', import.meta.url))
const DNS_NAME = 'tunnels.example.test'

// Real sshd, real agents, and AWS's client on the wire. `open` listens for everybody; `hidden` on loopback only, so that nothing reaches it from
// outside; `berlin` stands at another site. In order: the last ones kill agent and server.

describe('tunnels', { skip: whyNoHosts() ?? false, timeout: 300_000 }, () => {
  let fleet: TestFleet
  let key: KeyPair
  let endpointId: string
  let open: EnrolledHost
  let hidden: EnrolledHost

  before(async () => {
    const onLoopback =
      'ListenAddress 127.0.0.1\nListenAddress ::1\nMaxStartups 200\nMaxSessions 200\n'
    fleet = await openTestFleet({
      hosts: { open: {}, hidden: {}, berlin: { Site: 'berlin' } },
      sshdConfig: { hidden: onLoopback, open: 'MaxStartups 200\n' },
      serverEnvironment: { FLEETKEY_TUNNELS_DNS_NAME: DNS_NAME },
    })
    key = await generateKey(fleet.dir, 'ed25519')
    endpointId = String(select('select endpoint_id as id from endpoints')[0]?.['id'])
    open = hostCalled('open')
    hidden = hostCalled('hidden')
  })
  after(() => fleet?.close())

  function select(sql: string) {
    const db = new DatabaseSync(join(fleet.dir, 'server/data/fleetkey.db'), { readOnly: true })
    try {
      return db.prepare(sql).all()
    } finally {
      db.close()
    }
  }

  const ends = () =>
    select("select record from trail where event_name = 'CloseTunnel' order by seq").map(
      ({ record }) =>
        (JSON.parse(String(record)) as { additionalEventData: Record<string, unknown> })
          .additionalEventData,
    )

  function hostCalled(name: string): EnrolledHost {
    const host = fleet.hosts[name]
    assert.ok(host)
    return host
  }

  async function push(host: EnrolledHost) {
    const argv = ['send-key', host.instanceId, '--os-user', 'ec2-user']
    const file = `${key.identityFile}.pub`
    const { code, stderr } = await fleetkey([...argv, '--public-key', file], {
      env: fleet.plane.root,
    })
    assert.equal(code, 0, stderr)
  }

  const tunnelArguments = (address: string, ...more: readonly string[]) => [
    OPEN_TUNNEL,
    '--instance-connect-endpoint-id',
    endpointId,
    '--instance-connect-endpoint-dns-name',
    DNS_NAME,
    '--connect',
    new URL(fleet.plane.url).host,
    '--private-ip-address',
    address,
    ...more,
  ]

  /** AWS's client by itself; what it prints and how it ends. */
  const tunnel = (
    address: string,
    options: {
      readonly env?: ClientEnvironment
      readonly input?: string
      readonly more?: readonly string[]
    } = {},
  ) => {
    const { env = fleet.plane.root, input = '', more = [] } = options
    return runProgram([process.execPath, ...tunnelArguments(address, ...more)], {
      env: { ...plainEnvironment, ...env },
      input,
    })
  }

  async function refused(
    address: string,
    says: RegExp,
    options: Parameters<typeof tunnel>[1] = {},
  ) {
    const { code, stdout, stderr } = await tunnel(address, options)
    assert.equal(code, 255, `${stdout}${stderr}`)
    assert.match(stderr, /AWS_ERROR_HTTP_WEBSOCKET_UPGRADE_FAILURE/)
    assert.match(stderr, says)
    assert.equal(stdout, '')
  }

  /** A ProxyCommand as AWS's CLI makes one of itself. The credentials stay out of its arguments. */
  async function proxyCommand(): Promise<string> {
    const file = join(fleet.dir, 'open-tunnel')
    const exports = Object.entries(fleet.plane.root).map(([name, value]) => {
      return `export ${name}='${value}'\n`
    })
    const words = [process.execPath, ...tunnelArguments('"$1"', '--remote-port', '"$2"')]
    await writeFile(file, `#!/bin/sh\n${exports.join('')}exec ${words.join(' ')}\n`)
    await chmod(file, 0o700)
    return `ProxyCommand=${file} %h %p`
  }

  async function login(
    host: EnrolledHost,
    command: string,
    options: { readonly input?: string; readonly family?: 4 | 6 } = {},
  ) {
    await push(host)
    const config = [await proxyCommand()]
    const { identityFile } = key
    const { code, stdout, stderr } = await ssh(host.host, {
      user: 'ec2-user',
      identityFile,
      command,
      config,
      timeoutMs: 60_000,
      ...options,
    })
    assert.equal(code, 0, stderr)
    return stdout
  }

  /** A session that goes on counting until it is ended. */
  async function session(host: EnrolledHost, config: readonly string[]): Promise<ChildProcess> {
    const knownHostsFile = await writeKnownHosts(join(fleet.dir, 'known_hosts'), [
      open.host,
      hidden.host,
    ])
    const words = sshArguments(host.host, {
      user: 'ec2-user',
      identityFile: key.identityFile,
      knownHostsFile,
      config,
      command: 'echo ready; exec cat',
    })
    const child = spawn('ssh', words, {
      env: { ...plainEnvironment, HOME: fleet.dir },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    await once(child.stdout, 'data')
    return child
  }

  async function echoes(child: ChildProcess): Promise<void> {
    assert.ok(child.stdin && child.stdout)
    const heard = once(child.stdout, 'data')
    child.stdin.write('still here\n')
    const [bytes] = (await heard) as [Buffer]
    assert.equal(bytes.toString(), 'still here\n')
  }

  it('lead directly where nothing stands between', async () => {
    const before = ends().length
    const connection = await login(open, 'echo $SSH_CONNECTION')
    // sshd sees this machine.
    assert.ok(connection.startsWith(`${fleet.network.address4} `), connection)
    await until('its end is on record', () => ends().length > before)
    assert.equal(ends().at(-1)?.['route'], 'direct')
  })

  for (const family of [4, 6] as const) {
    it(`lead through the agent to a host that listens to nobody outside (IPv${family})`, async () => {
      const { stdout } = await hidden.host.exec(['ss', '-Hltn'])
      const outward = stdout
        .split('\n')
        .filter((line) => line !== '' && !/ (127\.0\.0\.1|\[::1\]):22 /.test(line))
      assert.deepEqual(outward, [])
      const before = ends().length
      const connection = await login(hidden, 'echo $SSH_CONNECTION', { family })
      assert.match(connection, family === 4 ? /^127\.0\.0\.1 / : /^::1 /)
      await until('its end is on record', () => ends().length > before)
      assert.equal(ends().at(-1)?.['route'], 'agent')
      assert.equal(ends().at(-1)?.['instanceId'], hidden.instanceId)
    })
  }

  it('carry megabytes both ways, bit by bit', async () => {
    for (const host of [open, hidden]) {
      const input = 'fleetkey '.repeat(1_000_000)
      const sum = createHash('sha256').update(input).digest('hex')
      assert.equal(await login(host, 'sha256sum', { input }), `${sum}  -\n`)
      const down = await login(host, "yes 'fleetkey ' | tr -d '\\n' | head -c 9000000")
      assert.equal(createHash('sha256').update(down).digest('hex'), sum)
    }
  })

  it('end the direction of a client that has said all, and bring the rest of the answer', async () => {
    // The end of the input goes through the inner connection; sshd answers and closes.
    for (const host of [open, hidden]) {
      const { code, stdout, stderr } = await tunnel(host.host.address4, { input: 'SSH-2.0-x\r\n' })
      assert.match(stdout, /^SSH-2\.0-OpenSSH_/)
      assert.deepEqual([code, stderr], [0, ''])
    }
  })

  it('carry 50 logins at once to a host that takes no connection', async () => {
    const config = [await proxyCommand()]
    await push(hidden)
    const logins = Array.from({ length: 50 }, (_, at) =>
      ssh(hidden.host, {
        user: 'ec2-user',
        identityFile: key.identityFile,
        command: `echo ${at}`,
        config,
        timeoutMs: 110_000,
      }),
    )
    const done = await Promise.all(logins)
    assert.deepEqual(
      done.map(({ code, stdout }) => `${code} ${stdout.trim()}`),
      Array.from({ length: 50 }, (_, at) => `0 ${at}`),
      done.map(({ stderr }) => stderr).join(''),
    )
  })

  describe('are refused', () => {
    it('to an address that no host has, of a metadata service, and of loopback', async () => {
      await refused('10.255.255.1', /No instance at site/)
      for (const address of ['169.254.169.254', '127.0.0.1', '::1', '0x7f.1']) {
        await refused(address, /privateIpAddress is not valid/)
      }
    })

    it('to a port that the host does not allow', () =>
      refused(open.host.address4, /remotePort 8080 .* lead to port 22/, {
        more: ['--remote-port', '8080'],
      }))

    it('to a host of another site', () =>
      refused(hostCalled('berlin').host.address4, /No instance at site 'default'/))

    it('by policy', async () => {
      const statement = (Condition: object) => ({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'ec2-instance-connect:OpenTunnel',
          Resource: `arn:aws:ec2:*:*:instance-connect-endpoint/${endpointId}`,
          Condition,
        },
      })
      const key = (name: string) => `ec2-instance-connect:${name}`
      const near = await makeUser(
        fleet.plane,
        'near',
        statement({ IpAddress: { [key('privateIpAddress')]: `${open.host.address4}/32` } }),
      )
      const brief = await makeUser(
        fleet.plane,
        'brief',
        statement({ NumericLessThanEquals: { [key('maxTunnelDuration')]: 600 } }),
      )
      const input = 'x\r\n'
      assert.equal((await tunnel(open.host.address4, { env: near, input })).code, 0)
      await refused(hidden.host.address4, /AccessDenied.*not authorized/, { env: near })
      await refused(open.host.address4, /AccessDenied/, { env: brief })
      const short = { env: brief, input, more: ['--max-tunnel-duration', '600'] }
      assert.equal((await tunnel(open.host.address4, short)).code, 0)
    })

    it('with a wrong secret', async () => {
      const env = { ...fleet.plane.root, AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) }
      await refused(open.host.address4, /"ErrorCode":"InvalidSignature"/, { env })
    })

    it(`by the agent itself, in any of ${CLOSED_SPELLINGS.length} spellings, and when nothing listens`, async () => {
      // What the agent is made of, on the host, with the host's own addresses.
      const agent = '/opt/fleetkey/agent/src'
      const code = `
        import { findAddresses } from '${agent}/facts.ts'
        import { connectTarget } from '${agent}/tunnels/connect-target.ts'
        import { closedPart } from '/opt/fleetkey/domain/src/tunnel-target.ts'
        import { CLOSED_SPELLINGS } from '/opt/fleetkey/domain/src/tunnel-target.cases.ts'
        const own = findAddresses()
        const facts = { addresses4: [...own, ...CLOSED_SPELLINGS], addresses6: [], tunnelPorts: [22] }
        const taken = CLOSED_SPELLINGS.filter((address) => closedPart({ address, port: 22 }, facts) === undefined)
        const refusal = await connectTarget({ address: own[0], port: 9 }).catch(({ code }) => code)
        console.log(JSON.stringify({ own, taken, refusal }))`
      const nodeInHost = process.execPath.replace(/^.*(?=\/node_modules)/, '/opt/fleetkey')
      const { stdout, stderr } = await hidden.host.exec([nodeInHost, '--input-type=module', '-'], {
        input: code,
      })
      assert.deepEqual(
        JSON.parse(stdout),
        {
          own: [hidden.host.address4, hidden.host.address6].toSorted(),
          taken: [],
          refusal: 'target-unreachable',
        },
        stderr,
      )
    })
  })

  it('end promptly when the agent is killed; direct sessions do not notice, and the agent comes back', async () => {
    const viaTunnel = [await proxyCommand()]
    await Promise.all([push(open), push(hidden)])
    const direct = await session(open, [])
    const tunnelled: ChildProcess[] = []
    for (let round = 0; round < 10; round++) {
      await push(hidden)
      tunnelled.push(
        ...(await Promise.all(Array.from({ length: 10 }, () => session(hidden, viaTunnel)))),
      )
    }
    await Promise.all(tunnelled.map(echoes))
    const before = ends().length
    const exits = tunnelled.map(async (child) => {
      let stderr = ''
      child.stderr?.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
      await once(child, 'close')
      return stderr
    })
    const killedAt = performance.now()
    await Promise.all([hidden.killAgent(), open.killAgent()])
    const said = await Promise.all(exits)
    assert.ok(performance.now() - killedAt < 5000, `${performance.now() - killedAt} ms`)
    for (const stderr of said) {
      assert.match(stderr, /Websocket Closure Reason: the agent of the host was lost/)
    }
    await until('their ends are on record', () => ends().length === before + 100)
    for (const { because } of ends().slice(before)) {
      assert.equal(because, 'the agent of the host was lost')
    }
    await echoes(direct)
    const backAt = performance.now()
    await Promise.all([hidden.startAgent(), open.startAgent()])
    assert.ok(performance.now() - backAt < 10_000)
    assert.match(await login(hidden, 'echo $SSH_CONNECTION'), /^127/)
    await echoes(direct)
    direct.kill()
  })

  it('end promptly when the server is killed; direct sessions do not notice, and agents come back', async () => {
    const viaTunnel = [await proxyCommand()]
    await Promise.all([push(open), push(hidden)])
    const direct = await session(open, [])
    const tunnelled = await Promise.all([
      session(open, viaTunnel),
      session(hidden, viaTunnel),
      session(hidden, viaTunnel),
    ])
    const exits = tunnelled.map((child) => once(child, 'close'))
    const killedAt = performance.now()
    await fleet.plane.kill()
    await Promise.all(exits)
    assert.ok(performance.now() - killedAt < 5000)
    // Nothing of them is left on the host.
    await until('sshd has ended them', async () => {
      const { stdout } = await hidden.host.exec(['ss', '-Htn', 'state', 'established'])
      return !stdout.includes(':22 ')
    })
    await echoes(direct)
    const arrivals = () => fleet.plane.log().split('"agent arrived"').length
    const before = arrivals()
    await fleet.plane.start()
    await until('the agents are back', () => arrivals() === before + 3, 15_000)
    assert.match(await login(hidden, 'echo $SSH_CONNECTION'), /^127/)
    await echoes(direct)
    direct.kill()
  })
})
