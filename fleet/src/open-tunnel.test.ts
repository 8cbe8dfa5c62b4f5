import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { connect, isIPv6 } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { whyNoBoto3 } from './aws/aws-programs.ts'
import { awsUser, type AwsUser } from './aws/aws-user.ts'
import {
  listenForTunnels,
  openTunnelCommand,
  openTunnelEnvironment,
  type OpenTunnelOptions,
} from './aws/cli-v2-tunnel.ts'
import { openSdk } from './aws/sdk.ts'
import type { AwsClient } from './aws/aws-client.ts'
import type { EnrolledHost } from './enrolled-host.ts'
import type { ClientEnvironment } from './fleetkey.ts'
import { makeUser } from './make-user.ts'
import { openPrivateFleet, type PrivateFleet } from './private-fleet.ts'
import { mustRun, plainEnvironment, runProgram } from './run-program.ts'
import { generateKey, sshArguments, writeKnownHosts, type KeyPair } from './ssh.ts'
import { whyNoHosts } from './test-fleet.ts'

// AWS CLI v2's `open-tunnel` (a stand-in for it, byte for byte: aws/cli-v2-tunnel.py) to hosts that take no connection from outside.

const GIGABYTE = 2 ** 30
const OS_USER = 'deploy'

describe('a tunnel as the AWS CLI opens it', { skip: why() ?? false, timeout: 600_000 }, () => {
  let fleet: PrivateFleet
  let vault: EnrolledHost
  let sdk: AwsClient
  let root: AwsUser
  let key: KeyPair
  let tunnel: OpenTunnelOptions
  let knownHostsFile: string

  before(async () => {
    fleet = await openPrivateFleet()
    vault = await fleet.startPrivateHost('vault', { sshdConfig: 'MaxStartups 100\n' })
    sdk = openSdk(fleet.plane.caFile)
    root = awsUser(sdk, fleet.plane.root)
    key = await generateKey(fleet.dir, 'ed25519')
    knownHostsFile = await writeKnownHosts(join(fleet.dir, 'known_hosts'), [vault.host])
    tunnel = await findTunnel(vault.instanceId)
  })
  after(async () => {
    await sdk?.close()
    await fleet?.close()
  })

  /** What `aws ec2-instance-connect ssh` asks before it opens one, and how it chooses. */
  async function findTunnel(instanceId: string): Promise<OpenTunnelOptions> {
    const { Reservations } = await root.done('ec2:DescribeInstances', { InstanceIds: [instanceId] })
    const [instance] = Reservations[0].Instances
    const { InstanceConnectEndpoints } = await root.pages('ec2:DescribeInstanceConnectEndpoints', {
      Filters: [
        {
          Name: 'state',
          Values: ['create-complete', 'update-in-progress', 'update-failed', 'update-complete'],
        },
        { Name: 'vpc-id', Values: [instance.VpcId] },
      ],
    })
    const [endpoint] = InstanceConnectEndpoints
    assert.equal(endpoint.SubnetId, instance.SubnetId)
    return {
      endpointId: endpoint.InstanceConnectEndpointId,
      dnsName: endpoint.DnsName,
      privateIpAddress: instance.PrivateIpAddress,
    }
  }

  async function push(instanceId = vault.instanceId): Promise<void> {
    await root.done('ec2-instance-connect:SendSSHPublicKey', {
      InstanceId: instanceId,
      InstanceOSUser: OS_USER,
      SSHPublicKey: key.publicKey,
    })
  }

  /** Words for OpenSSH's programs; nothing in the command needs a shell's quotes. */
  function throughTunnel(options: OpenTunnelOptions = tunnel): readonly string[] {
    const command = openTunnelCommand(options).join(' ')
    assert.match(command, /^[\w ./:=-]+$/)
    return [`ProxyCommand=${command}`]
  }

  const sshWords = (command: string) =>
    sshArguments(vault.host, {
      user: OS_USER,
      identityFile: key.identityFile,
      knownHostsFile,
      config: throughTunnel(),
      command,
    })

  const environment = (client: ClientEnvironment = fleet.plane.root) =>
    openTunnelEnvironment(client)

  async function bare(
    options: Partial<OpenTunnelOptions>,
    client?: ClientEnvironment,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return runProgram(openTunnelCommand({ ...tunnel, ...options }), {
      env: { ...environment(client), OPEN_TUNNEL_COUNTS: '1' },
    })
  }

  it('has a host that takes no connection from anywhere', async () => {
    const { stdout } = await vault.host.exec(['ss', '-Hltn'])
    const places = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/)[3] ?? '')
    assert.ok(places.length > 0)
    for (const place of places) assert.match(place, /^(127\.0\.0\.1|\[::1\]):22$/)
    for (const address of [vault.host.address4, vault.host.address6]) {
      const socket = connect({ host: address, port: 22, family: isIPv6(address) ? 6 : 4 })
      const [failure] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
      assert.equal(failure.code, 'ECONNREFUSED')
    }
  })

  it('carries ssh, whose exit code is passed on', async () => {
    await push()
    const { code, stdout } = await runProgram(['ssh', ...sshWords('cat; exit 5')], {
      input: 'there and back',
      env: environment(),
    })
    assert.equal(stdout, 'there and back')
    assert.equal(code, 5)
  })

  it('carries it to the IPv6 address too', async () => {
    await push()
    const { host } = vault
    const words = sshArguments(host, {
      user: OS_USER,
      identityFile: key.identityFile,
      knownHostsFile,
      family: 6,
      config: throughTunnel({ ...tunnel, privateIpAddress: host.address6 }),
      command: 'echo $SSH_CONNECTION',
    })
    const { code, stdout, stderr } = await runProgram(['ssh', ...words], { env: environment() })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^::1 \d+ ::1 22$|:.* 22$/m)
  })

  it('carries 1 GB each way, unchanged', async (t) => {
    const file = join(fleet.dir, 'gigabyte')
    const back = join(fleet.dir, 'gigabyte-back')
    const sent = await makeNoise(file, GIGABYTE)
    await push()
    const scp = ['-q', ...optionsOf(sshWords('')), '--']
    const there = `${OS_USER}@${vault.host.address4}:gigabyte`
    for (const [from, to] of [
      [file, there],
      [there, back],
    ] as const) {
      await push()
      const started = performance.now()
      const words = [...scp, from, to]
      await mustRun(['scp', ...words], { env: environment(), timeoutMs: 240_000 })
      const seconds = (performance.now() - started) / 1000
      t.diagnostic(`${to === there ? 'up' : 'down'}: ${(GIGABYTE / 1e6 / seconds).toFixed(0)} MB/s`)
    }
    assert.equal(await hashOf(back), sent)
    const { stdout } = await vault.host.exec(['sha256sum', `/home/${OS_USER}/gigabyte`], {
      timeoutMs: 60_000,
    })
    assert.equal(stdout.split(' ')[0], sent)
    await vault.host.exec(['rm', `/home/${OS_USER}/gigabyte`])
  })

  it('carries fifty connections at once', async () => {
    const listener = await listenForTunnels(fleet.plane.root, tunnel, 50)
    try {
      await push()
      const sessions = await openSessions(listener.port, 50)
      // All are open now; each still has its own bytes.
      const echoes = await Promise.all(sessions.map((session, n) => session.echo(`word ${n}`)))
      assert.deepEqual(
        echoes,
        sessions.map((_, n) => `word ${n}`),
      )
      assert.deepEqual(await Promise.all(sessions.map((session) => session.end())), zeros(50))
    } finally {
      await listener.stop()
    }
  })

  it('carries rsync', async () => {
    const tree = join(fleet.dir, 'tree/')
    await mustRun(['mkdir', '-p', `${tree}deep/er`])
    for (let n = 0; n < 20; n++) await writeFile(`${tree}deep/er/${n}`, `file ${n}\n`.repeat(n))
    await push()
    // rsync splits the shell's words itself: the one with blanks comes from a file.
    const config = join(fleet.dir, 'ssh_config')
    await writeFile(config, configOf(sshWords('')))
    await mustRun(
      ['rsync', '-a', '-e', `ssh -F ${config}`, tree, `${OS_USER}@${vault.host.address4}:tree/`],
      { env: environment() },
    )
    const { stdout } = await vault.host.exec(['sh', '-c', 'cat /home/deploy/tree/deep/er/19'])
    assert.equal(stdout, 'file 19\n'.repeat(19))
  })

  it('ends with 1000 when the input ends, whatever is sent after it', async () => {
    // sshd speaks first; a client that says nothing more gets its banner and the end.
    const { code, stdout, stderr } = await bare({})
    assert.match(stdout, /^SSH-2\.0-OpenSSH/)
    assert.equal(code, 0, stderr)
  })

  it('ends when the time asked for is over, and says so', async () => {
    const child = spawnTunnel({ maxTunnelDuration: 2 })
    const [code] = (await once(child, 'close')) as [number]
    assert.equal(code, 255)
    assert.match(child.stderrText(), /Websocket Closure Reason: .*2 seconds/)
  })

  describe('refuses', () => {
    const refusal = async (options: Partial<OpenTunnelOptions>, client?: ClientEnvironment) => {
      const { code, stdout, stderr } = await bare(options, client)
      assert.equal(code, 255)
      assert.equal(stdout, '')
      const [, body = ''] = /^(\{.*\})$/m.exec(stderr) ?? []
      assert.match(stderr, /AWS_ERROR_HTTP_WEBSOCKET_UPGRADE_FAILURE/)
      return JSON.parse(body) as { ErrorCode: string; Message: string }
    }

    it('a port that is not open to tunnels', async () => {
      const { ErrorCode, Message } = await refusal({ remotePort: 8443 })
      assert.equal(ErrorCode, 'InvalidParameter')
      assert.match(Message, /remotePort 8443 .* lead to port 22 /)
    })

    it('an address that is no instance', async () => {
      for (const privateIpAddress of ['127.0.0.1', '169.254.169.254', fleet.network.address4]) {
        await refusal({ privateIpAddress })
      }
    })

    it('who may not open any, and says why', async () => {
      const eve = await makeUser(fleet.plane, 'eve', {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'ec2-instance-connect:OpenTunnel',
            Resource: '*',
            Condition: { NumericEquals: { 'ec2-instance-connect:remotePort': '3389' } },
          },
        ],
      })
      const { ErrorCode, Message } = await refusal({}, eve)
      assert.match(ErrorCode, /^AccessDenied/)
      assert.match(
        Message,
        /user\/eve is not authorized to perform: ec2-instance-connect:OpenTunnel/,
      )
    })
  })

  function spawnTunnel(options: Partial<OpenTunnelOptions>) {
    const [program, ...args] = openTunnelCommand({ ...tunnel, ...options })
    const child = spawn(program, args, { env: environment() })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    return Object.assign(child, { stderrText: () => stderr })
  }

  /** Logged in over the listener, each in a shell that repeats what it is told. */
  async function openSessions(port: number, count: number) {
    const hosts = await writeKnownHosts(join(fleet.dir, 'known_hosts_local'), [
      { ...vault.host, address4: '127.0.0.1', port },
    ])
    return Promise.all(
      Array.from({ length: count }, async () => {
        const words = sshArguments(
          { ...vault.host, address4: '127.0.0.1', port },
          {
            user: OS_USER,
            identityFile: key.identityFile,
            knownHostsFile: hosts,
            config: ['ConnectTimeout=60'],
            command: 'echo ready; exec cat',
          },
        )
        return session(spawn('ssh', words, { env: plainEnvironment }))
      }),
    )
  }
})

function why(): string | undefined {
  return whyNoHosts() ?? whyNoBoto3()
}

interface Session {
  echo(text: string): Promise<string>
  end(): Promise<number | null>
}

async function session(child: ChildProcess): Promise<Session> {
  const ended = once(child, 'close') as Promise<[number | null]>
  let [stdout, stderr] = ['', '']
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const line = async (): Promise<string> => {
    while (!stdout.includes('\n')) {
      const more = once(child.stdout ?? child, 'data') as Promise<[Buffer]>
      const [data] = await Promise.race([more, ended.then(() => [undefined] as const)])
      if (data === undefined) throw new Error(`ssh ended: ${stderr}`)
      stdout += data.toString()
    }
    const cut = stdout.indexOf('\n')
    const first = stdout.slice(0, cut)
    stdout = stdout.slice(cut + 1)
    return first
  }
  assert.equal(await line(), 'ready')
  return {
    async echo(text) {
      child.stdin?.write(`${text}\n`)
      return line()
    },
    async end() {
      child.stdin?.end()
      const [code] = await ended
      return code
    },
  }
}

/** The `-o`, `-i` and `-F` words alone, for scp. */
function optionsOf(words: readonly string[]): readonly string[] {
  return words.slice(0, words.indexOf('-l')).map((word) => (word === '-p' ? '-P' : word))
}

function configOf(words: readonly string[]): string {
  const lines = words.flatMap((word, at) =>
    words[at - 1] === '-o' ? [word.replace('=', ' ')] : [],
  )
  const identity = words[words.indexOf('-i') + 1]
  return `${lines.join('\n')}\nIdentityFile ${identity}\n`
}

const zeros = (count: number) => Array.from({ length: count }, () => 0)

/** Bytes that no error could repeat or reorder unseen, as fast as the machine encrypts. Returns their SHA-256. */
async function makeNoise(file: string, size: number): Promise<string> {
  const key = createHash('sha256').update(file).digest('hex').slice(0, 32)
  await writeFile(`${file}.zero`, '')
  await mustRun(['truncate', '-s', String(size), `${file}.zero`])
  await mustRun(
    [
      'openssl',
      'enc',
      '-aes-128-ctr',
      '-nosalt',
      '-K',
      key,
      '-iv',
      key,
      '-in',
      `${file}.zero`,
      '-out',
      file,
    ],
    { timeoutMs: 60_000 },
  )
  await chmod(file, 0o600)
  return hashOf(file)
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash)
  return hash.digest('hex')
}
