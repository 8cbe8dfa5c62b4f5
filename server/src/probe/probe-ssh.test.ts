import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { after, before, describe, it, type TestContext } from 'node:test'
import { beginKeyExchange, readPackets } from './key-exchange.ts'
import { probeSsh } from './probe-ssh.ts'

let dir = ''
before(() => (dir = mkdtempSync(`${tmpdir()}/fleetkey-probe-`)))
after(() => rmSync(dir, { recursive: true }))

async function listen(test: TestContext, answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    answer(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const knock = (port: number, keyTypes: readonly string[] = [], withinMs = 10_000) =>
  probeSsh({ address: '127.0.0.1', port }, { keyTypes, withinMs })

describe('a knock at a port', () => {
  it('finds sshd by what it says', async (test) => {
    const port = await listen(test, (socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'))
    assert.deepEqual(await knock(port), {
      kind: 'sshd',
      banner: 'SSH-2.0-OpenSSH_9.2p1',
      hostKey: undefined,
      from: '127.0.0.1',
    })
  })

  it('tells nothing of what else is there', async (test) => {
    const port = await listen(test, (socket) => socket.write('-ERR secret of redis\r\n'))
    assert.deepEqual(await knock(port), { kind: 'other', from: '127.0.0.1' })
    const silent = await listen(test, () => {})
    assert.deepEqual(await knock(silent, [], 100), { kind: 'other', from: '127.0.0.1' })
    const flood = await listen(test, (socket) => socket.write('x'.repeat(100_000)))
    assert.deepEqual(await knock(flood), { kind: 'other', from: '127.0.0.1' })
  })

  it('tells refused from cut', async (test) => {
    const cut = await listen(test, (socket) => socket.resetAndDestroy())
    assert.deepEqual(await knock(cut), { kind: 'reset' })
    const ended = await listen(test, (socket) => socket.end())
    assert.deepEqual(await knock(ended), { kind: 'reset' })
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    assert.deepEqual(await knock(port), { kind: 'refused' })
  })

  it('hears why sshd drops it', async (test) => {
    for (const [line, because] of [
      ['Exceeded MaxStartups\r\n', 'startups'],
      ['Not allowed at this time\r\n', 'unsaid'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time
      const port = await listen(test, (socket) => socket.end(line))
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual(await knock(port), { kind: 'dropped', because, from: '127.0.0.1' })
    }
  })

  it('takes garbage after the banner for no sshd', async (test) => {
    const port = await listen(test, (socket) => {
      socket.write('SSH-2.0-x\r\n')
      socket.write(Buffer.alloc(64, 0xff))
    })
    assert.deepEqual(await knock(port, ['ssh-ed25519']), { kind: 'other', from: '127.0.0.1' })
  })
})

describe('the host key of a real sshd', () => {
  /** sshd(8), -i: serves one connection that somebody else has taken. */
  async function serve(test: TestContext, keyFile: string): Promise<number> {
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
    return listen(test, (socket) => {
      const arguments_ = ['-i', '-e', '-f', '/dev/null', '-h', keyFile]
      const sshd = spawn('/usr/sbin/sshd', arguments_, { stdio: [socket, socket, 'ignore'] })
      sshd.once('exit', () => socket.destroy())
      test.after(() => sshd.kill())
    })
  }
  const make = (type: string, bits: readonly string[]): string => {
    const file = `${dir}/${type}${bits.join('')}`
    const made = spawnSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-f', file])
    assert.equal(made.status, 0, String(made.stderr))
    return file
  }

  for (const [type, bits] of [
    ['ed25519', []],
    ['rsa', ['-b', '2048']],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '384']],
    ['ecdsa', ['-b', '521']],
  ] as const)
    it(`is proven: ${type} ${bits.join(' ')}`, async (test) => {
      const file = make(type, bits)
      const key = readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
      const port = await serve(test, file)
      const found = await knock(port, [key.split(' ')[0] ?? ''])
      assert.ok(found.kind === 'sshd', found.kind)
      assert.equal(found.hostKey, key)
      assert.match(found.banner, /^SSH-2\.0-OpenSSH/)
    })

  it('is not taken from somebody who shows it without having it', async (test) => {
    const behind = await serve(test, make('ed25519', ['-C', 'y']))
    const port = await listen(test, (client) => {
      const server = connect(behind, '127.0.0.1').on('error', () => {})
      test.after(() => server.destroy())
      client.pipe(server)
      server.on('data', (bytes: Buffer) => {
        // The answer's last byte is one of the signature; the packets are views of the same memory.
        if (!bytes.includes('SSH-')) {
          const reply = readPackets(bytes).find((payload) => payload[0] === 31)
          if (reply) reply[reply.length - 1] = (reply.at(-1) ?? 0) ^ 1
        }
        client.write(bytes)
      })
    })
    assert.deepEqual(await knock(port, ['ssh-ed25519']), { kind: 'other', from: '127.0.0.1' })
  })

  it('is not known when it has none of the types asked for', async (test) => {
    const found = await knock(await serve(test, make('ed25519', ['-C', 'x'])), ['ssh-rsa'])
    assert.ok(found.kind === 'sshd' && found.hostKey === undefined)
  })
})

describe('packets of SSH', () => {
  it('are read whole, and none is made of a part', () => {
    const { kexInit, ecdhInit, kexInitPayload } = beginKeyExchange(
      ['ssh-ed25519'],
      new Uint8Array(16),
    )
    const both = Buffer.concat([kexInit, ecdhInit])
    assert.equal(kexInit.length % 8, 0)
    assert.deepEqual(Buffer.from(readPackets(both)[0] ?? []), kexInitPayload)
    assert.equal(readPackets(both).length, 2)
    assert.equal(readPackets(both.subarray(0, both.length - 1)).length, 1)
  })

  it('of a length that cannot be are refused', () => {
    for (const bytes of [
      [0xff, 0xff, 0xff, 0xff, 4],
      [0, 0, 0, 4, 4],
    ]) {
      assert.throws(() => readPackets(Uint8Array.from(bytes)), /not a packet/)
    }
  })
})
