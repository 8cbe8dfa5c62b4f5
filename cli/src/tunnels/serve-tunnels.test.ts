import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { WebSocket } from 'ws'
import { forgetRoute, keepRoute } from './routes.ts'
import { FakeApi } from '../api/fake-api.ts'
import { FakeDoor } from '../testing/fake-door.ts'

const FLEETKEY = new URL('../../bin/fleetkey', import.meta.url).pathname
const ID = 'i-0123456789abcdef0'

/** A door and an API on one port, as the server is; the door's far end is a program that answers in capitals. */
describe('fleetkey tunnel and proxy', () => {
  const home = mkdtempSync(join(tmpdir(), 'fleetkey-tunnel-'))
  let door: FakeDoor
  let api: FakeApi
  let env: Record<string, string>
  let front: Server
  const children: ChildProcess[] = []

  before(async () => {
    door = new FakeDoor((socket: WebSocket) =>
      socket.on('message', (data: Buffer) => {
        if (data.length > 0) socket.send(Buffer.from(String(data).toUpperCase()))
        if (data.length === 0 || String(data) === 'bye') socket.send(Buffer.alloc(0))
      }),
    )
    api = new FakeApi({
      DescribeInstances: () => ({ body: described() }),
      DescribeInstanceConnectEndpoints: () => ({
        body: {
          InstanceConnectEndpoints: [
            { InstanceConnectEndpointId: 'eice-1', SubnetId: 'subnet-2' },
            { InstanceConnectEndpointId: 'eice-2', SubnetId: 'subnet-1' },
          ],
        },
      }),
    })
    const there = await door.open()
    const opened = await api.open()
    const apiPort = Number(new URL(opened['FLEETKEY_ENDPOINT'] ?? '').port)
    front = createServer((client) => {
      client.once('data', (first) => {
        const port = first.toString('latin1').startsWith('GET /openTunnel')
          ? Number(there.port)
          : apiPort
        const server = connect(port, '127.0.0.1')
        server.write(first)
        client.pipe(server).pipe(client)
        for (const [one, other] of [
          [client, server],
          [server, client],
        ] as const)
          one.on('error', () => other.destroy()).on('close', () => other.destroy())
      })
      client.on('error', () => client.destroy())
    })
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
    const { port } = front.address() as AddressInfo
    const { PATH = '' } = process.env
    env = {
      ...opened,
      FLEETKEY_ENDPOINT: `http://127.0.0.1:${port}`,
      HOME: home,
      FLEETKEY_HOME: home,
      PATH,
    }
  })
  const start = (argv: readonly string[]) => {
    const child = spawn(FLEETKEY, argv, { env })
    children.push(child)
    return child
  }
  after(() => {
    for (const child of children) child.kill()
    front.close()
    door.close()
    api.close()
    rmSync(home, { recursive: true })
  })

  it('carry many connections at once, count them, and end with Ctrl-C', async () => {
    const child = start(['tunnel', 'web-1', '--local-port', '0', '--max-duration', '8h'])
    const said = textOf(child, 'stderr')
    const port = Number(await said.until(/127\.0\.0\.1:(\d+) for web-1 port 2222/))
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, number) => exchange(port, `number ${number}`)),
    )
    assert.deepEqual(
      answers,
      Array.from({ length: 30 }, (_, number) => `NUMBER ${number}`),
    )
    await said.until(/(\[30\] done: \d+ bytes there, \d+ bytes back)/)
    const queries = door.asked.map(({ url }) => new URL(url ?? '', 'http://x').searchParams)
    assert.equal(queries[0]?.get('instanceConnectEndpointId'), 'eice-2', 'that of its own subnet')
    assert.equal(queries[0]?.get('maxTunnelDuration'), '28800')
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGINT')
    assert.equal(await ended, 0)
    await assert.rejects(exchange(port, 'x'))
  })

  it('say why a connection was refused, and go on', async () => {
    const child = start(['tunnel', 'web-1', '--local-port', '0'])
    const said = textOf(child, 'stderr')
    const port = Number(await said.until(/127\.0\.0\.1:(\d+)/))
    door.refusal = {
      status: 403,
      body: { ErrorCode: 'AccessDeniedException', Message: 'You may not.' },
    }
    assert.equal(await exchange(port, 'x'), '')
    await said.until(/(\[1\] You may not\.)/)
    door.refusal = undefined
    assert.equal(await exchange(port, 'x'), 'X')
    child.kill('SIGINT')
  })

  it('join a pipe to a port: what is left is heard after our end', async () => {
    const { code, out } = await piped(['proxy', 'web-1', '--via', 'tunnel'], 'hello')
    assert.deepEqual({ code, out }, { code: 0, out: 'HELLO' })
  })

  it('end our output when the host has ended its own, while we go on (ssh waits for that)', async () => {
    // A pipe, as ssh makes them; those of spawn are sockets, which can be ended without being closed.
    const script = '"$0" proxy web-1 --via tunnel | { cat; echo END; }'
    const child = spawn('/bin/sh', ['-c', script, FLEETKEY], { env })
    children.push(child)
    const said = textOf(child, 'stdout')
    child.stdin.write('bye')
    await said.until(/(BYEEND)/)
    assert.equal(child.exitCode, null)
    child.stdin.end()
    await new Promise((resolve) => child.once('close', resolve))
  })

  it('fall back to a tunnel when nobody answers directly, say so, and remember it', async () => {
    forgetRoute(env, ID)
    const first = await piped(['proxy', 'web-1'], 'a')
    assert.equal(first.out, 'A')
    assert.match(first.err, /127\.0\.0\.9 port 2222 did not answer; going through a tunnel/)
    const again = await piped(['proxy', 'web-1'], 'b')
    assert.deepEqual([again.out, again.err], ['B', ''])
  })

  it('find the endpoint anew when the remembered one is refused', async () => {
    keepRoute(env, ID, { kind: 'tunnel', endpointId: 'eice-9' })
    const asked = door.asked.length
    door.refusal = {
      status: 400,
      body: { ErrorCode: 'InvalidParameter', Message: 'No such endpoint.' },
    }
    const refused = await piped(['proxy', 'web-1'], 'a')
    assert.equal(refused.code, 73)
    assert.match(refused.err, /No such endpoint/)
    assert.equal(door.asked.length, asked + 2)
    door.refusal = undefined
    assert.equal((await piped(['proxy', 'web-1', '--via', 'tunnel'], 'a')).out, 'A')
  })

  it('say that there is no direct way, with a code of its own', async () => {
    const { code, err } = await piped(['proxy', 'web-1', '--via', 'direct'], '')
    assert.equal(code, 89)
    assert.match(err, /no direct way[\s\S]*--via tunnel/)
  })

  async function piped(argv: readonly string[], input: string) {
    const child = start(argv)
    const [out, err] = [textOf(child, 'stdout'), textOf(child, 'stderr')]
    child.stdin.end(input)
    const code = await new Promise((resolve) => child.once('close', resolve))
    return { code, out: out.all(), err: err.all() }
  }
})

function described() {
  const instance = {
    InstanceId: ID,
    State: { Code: 16, Name: 'running' },
    // Loopback, where nothing listens: refused at once.
    PrivateIpAddress: '127.0.0.9',
    VpcId: 'vpc-1',
    SubnetId: 'subnet-1',
    LaunchTime: 1_795_000_000,
    Tags: [{ Key: 'Name', Value: 'web-1' }],
    Fleetkey: {
      Hostname: 'web-1',
      Os: 'Debian',
      Architecture: 'x86_64',
      AgentVersion: '0.1.0',
      Addresses4: ['127.0.0.9'],
      Addresses6: [],
      SshPort: 2222,
      SshdVersion: 'OpenSSH_9.2p1',
      HostKeys: [],
      Delivery: 'command',
      Lock: { kind: 'locked' },
      Problems: [],
      Link: { State: 'connected' },
    },
  }
  return { Reservations: [{ Instances: [instance] }] }
}

function textOf(child: ChildProcess, name: 'stdout' | 'stderr') {
  let text = ''
  child[name]?.on('data', (chunk) => (text += String(chunk)))
  return {
    all: () => text,
    async until(pattern: RegExp): Promise<string> {
      const deadline = Date.now() + 15_000
      for (;;) {
        const found = pattern.exec(text)?.[1]
        if (found !== undefined) return found
        if (Date.now() > deadline) throw new Error(`never said ${pattern}: ${text}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
  }
}

/** Says something, ends its direction, and answers with all that comes back. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    // Refused after we spoke: what was said lies unread, and the kernel resets.
    socket.on('error', (error: Error & { code?: string }) => {
      if (error.code !== 'ECONNRESET') reject(error)
    })
    socket.on('close', () => resolve(answer))
    socket.on('end', () => socket.destroy())
    socket.end(text)
  })
}
