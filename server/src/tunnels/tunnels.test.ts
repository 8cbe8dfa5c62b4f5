import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, beforeEach, describe, it } from 'node:test'
import { generatePrivateKey } from '../secrets/ed25519.ts'
import { dialBack, orderOf } from '../testing/bring-tunnel.ts'
import { connectAgent, enrolHost, FACTS } from '../testing/fake-agent.ts'
import { knock } from '../testing/tunnel-client.ts'
import { startTunnelPlane, type TunnelPlane } from '../testing/tunnel-plane.ts'

const OURS = 'fleetkey-tunnel-1'

let made: TunnelPlane
before(async () => {
  made = await startTunnelPlane()
})
after(() => made.close())
beforeEach(() => {
  made.behaviour = {}
})

/** The last end on record, once there is one more than before. */
function nextEnd() {
  const before = made.plane.trail().filter((one) => one.eventName === 'CloseTunnel').length
  return async () => (await made.closed(before + 1)).at(-1)
}

describe('an open tunnel', () => {
  it('carries bytes both ways, and ends with 1000 when both directions have ended', async () => {
    const tunnel = await made.open()
    tunnel.send('SSH-2.0-test\r\n')
    await tunnel.until((bytes) => bytes.toString() === 'SSH-2.0-test\r\n')
    tunnel.end()
    assert.deepEqual(await tunnel.closed, { code: 1000, reason: '' })
    assert.deepEqual(tunnel.notices, [])
  })

  it('tells a client that asks for it by which route, and when the other direction ends', async () => {
    const tunnel = await made.open({ subprotocol: OURS })
    for (let sent = 0; sent < 40; sent++) tunnel.send('x'.repeat(50_000))
    tunnel.end()
    assert.equal((await tunnel.closed).code, 1000)
    assert.equal(tunnel.received().length, 2_000_000)
    assert.equal(tunnel.ends(), 1)
    assert.deepEqual(tunnel.notices, [{ kind: 'open', route: 'agent', endsInSeconds: 86_400 }])
  })

  it('goes on in one direction when the other has ended', async () => {
    const tunnel = await made.open({ subprotocol: OURS })
    const session = made.sessions.at(-1)
    assert.ok(session)
    session.unpipe().resume()
    session.end('that is all from here')
    await tunnel.until((bytes) => bytes.toString() === 'that is all from here')
    tunnel.send('not from me')
    const [bytes] = (await once(session, 'data')) as [Buffer]
    assert.equal(bytes.toString(), 'not from me')
    tunnel.end()
    assert.equal((await tunnel.closed).code, 1000)
  })

  it('ends for AWS’s client when the target has ended (it hears of nothing else)', async () => {
    const tunnel = await made.open()
    made.sessions.at(-1)?.end('bye')
    assert.deepEqual(await tunnel.closed, { code: 1000, reason: '' })
    assert.equal(tunnel.received().toString(), 'bye')
    assert.equal(tunnel.ends(), 0)
  })

  it('ends with a reason when the target breaks off', async () => {
    const tunnel = await made.open()
    const end = nextEnd()
    made.sessions.at(-1)?.resetAndDestroy()
    const { code, reason } = await tunnel.closed
    assert.equal(code, 1011)
    assert.match(reason, /^the target broke off/)
    assert.match(String((await end())?.['because']), /^the target broke off/)
  })

  it('ends the target when the client is killed', async () => {
    const tunnel = await made.open()
    const session = made.sessions.at(-1)
    const end = nextEnd()
    tunnel.socket.terminate()
    if (session !== undefined && !session.readableEnded) await once(session, 'end')
    assert.equal((await end())?.['because'], 'the client was lost')
  })

  it('is not bothered by 100,000 messages of length zero (AWS’s client sends them until it is closed)', async () => {
    const other = await made.open()
    const tunnel = await made.open({ subprotocol: OURS })
    made.sessions.at(-1)?.unpipe()
    for (let sent = 0; sent < 100_000; sent++) tunnel.end()
    other.send('still here')
    await other.until((bytes) => bytes.toString() === 'still here')
    made.sessions.at(-1)?.end()
    assert.equal((await tunnel.closed).code, 1000)
    other.socket.close()
  })

  it('keeps little of what a slow reader does not take, and others do not wait for it', async () => {
    const slow = await made.open({ subprotocol: OURS })
    const session = made.sessions.at(-1)
    assert.ok(session)
    slow.socket.pause()
    session.unpipe()
    let written = 0
    const chunk = Buffer.alloc(65_536)
    const before = process.memoryUsage().rss
    // Until even the kernels on the way have enough: nothing was taken for 200 ms.
    for (let last = -1; last !== written;) {
      last = written
      while (session.writableLength < 4_000_000) {
        session.write(chunk)
        written += chunk.length
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    assert.ok(written > 1_000_000)
    assert.ok(written < 60_000_000, `${written} bytes are under way`)
    assert.ok(process.memoryUsage().rss - before < 100_000_000)

    const quick = await made.open()
    quick.send('quick')
    await quick.until((bytes) => bytes.toString() === 'quick')
    quick.socket.close()

    slow.socket.resume()
    await slow.arrived(written)
    slow.socket.close()
  })

  it('takes no message of more than 128 KiB at once', async () => {
    const tunnel = await made.open()
    tunnel.send(Buffer.alloc(128 * 1024 + 1))
    assert.equal((await tunnel.closed).code, 1009)
  })

  it('ends when its instance is forgotten', async () => {
    const facts = { ...FACTS, addresses4: ['198.51.100.9'] }
    const host = await enrolHost(made.plane)
    const agent = await connectAgent(made.plane, host, {
      facts,
      tunnel: (message) => {
        const socket = dialBack(made.plane, host, orderOf(message).tunnelId)
        socket.once('open', () => socket.resume())
        return undefined
      },
    })
    const tunnel = await made.open({ parameters: { privateIpAddress: '198.51.100.9' } })
    await made.plane.root.done('ForgetInstance', { InstanceId: host.instanceId })
    assert.deepEqual(await tunnel.closed, {
      code: 4004,
      reason: 'the instance is enrolled no more',
    })
    await agent.closed
  })
})

describe('the end that an agent brings', () => {
  /** Opens a tunnel and lets the test bring its end; answers with what became of the knock. */
  async function bringing(bring: (tunnelId: string) => Promise<void>) {
    const brought = Promise.withResolvers<void>()
    made.behaviour = {
      async tunnel(message) {
        await bring(orderOf(message).tunnelId)
        brought.resolve()
        return {
          kind: 'refused',
          exchange: message.exchange,
          refusal: { code: 'target-unreachable', message: 'That was it.' },
        }
      },
    }
    const [answer] = await Promise.all([knock(made.plane.port, made.sign()), brought.promise])
    return answer
  }

  /** How a dial-back ended: 0 when it was taken. */
  async function taken(...args: Parameters<typeof dialBack>): Promise<number> {
    const socket = dialBack(...args)
    return new Promise((resolve) => {
      socket.once('open', () => resolve(0))
      socket.once('unexpected-response', (_request, { statusCode = -1 }) => resolve(statusCode))
    })
  }

  it('is taken once', async () => {
    const seen: number[] = []
    const { status } = await bringing(async (tunnelId) => {
      seen.push(await taken(made.plane, made.agent.host, tunnelId))
      seen.push(await taken(made.plane, made.agent.host, tunnelId))
    })
    assert.deepEqual([status, ...seen], [101, 0, 403])
  })

  it('is refused with any other proof', async () => {
    const other = await enrolHost(made.plane)
    const seen: number[] = []
    const { status, body } = await bringing(async (tunnelId) => {
      const { host } = made.agent
      for (const lies of [
        { key: generatePrivateKey() },
        { deployment: 'other' },
        { instanceId: other.instanceId },
        { tunnelId: 'ab'.repeat(16) },
      ]) {
        seen.push(await taken(made.plane, host, tunnelId, lies))
      }
      seen.push(await taken(made.plane, other, tunnelId))
      seen.push(await taken(made.plane, { ...host, key: other.key }, tunnelId))
      for (const proof of ['', 'x', Buffer.from('{}').toString('base64'), 'A'.repeat(16_000)]) {
        const headers = { 'x-fleetkey-tunnel-proof': proof }
        seen.push((await knock(made.plane.port, '/agent/tunnel', headers)).status)
      }
    })
    assert.deepEqual(seen, Array(10).fill(403))
    assert.deepEqual([status, body?.Message?.endsWith('That was it.')], [503, true])
  })

  it('is refused when nobody waits for it any more', async () => {
    let tunnelId = ''
    await bringing(async (id) => void (tunnelId = id))
    assert.equal(await taken(made.plane, made.agent.host, tunnelId), 403)
  })
})

describe('a client that goes while the target is dialled', () => {
  it('leaves nothing behind', async () => {
    const sessions = made.sessions.length
    const asked = Promise.withResolvers<string>()
    made.behaviour = {
      tunnel: (message) => {
        asked.resolve(orderOf(message).tunnelId)
        return undefined
      },
    }
    const controller = new AbortController()
    const leaving = knock(made.plane.port, made.sign(), {}, controller.signal)
    const tunnelId = await asked.promise
    controller.abort()
    await assert.rejects(leaving)
    for (;;) {
      const record = made.plane.trail().at(-1)
      if (record?.eventName === 'OpenTunnel' && record.phase === 'outcome') {
        assert.equal(record.errorCode, 'RequestCanceledException')
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const socket = dialBack(made.plane, made.agent.host, tunnelId)
    const [, { statusCode }] = (await once(socket, 'unexpected-response')) as [
      unknown,
      { statusCode: number },
    ]
    assert.equal(statusCode, 403)
    assert.equal(made.sessions.length, sessions)
  })
})

describe('limits', () => {
  it('refuse the one tunnel too many, before anything is spent on it', async () => {
    const tunnels = await Promise.all(Array.from({ length: 40 }, () => made.open()))
    const orders = made.agent.told.filter(({ kind }) => kind === 'tunnel').length
    const { status, body } = await knock(made.plane.port, made.sign())
    assert.deepEqual([status, body?.ErrorCode], [429, 'Throttling'])
    assert.match(body?.Message ?? '', /40 tunnels lead to i-/)
    assert.equal(made.agent.told.filter(({ kind }) => kind === 'tunnel').length, orders)
    const [first] = tunnels
    first?.socket.terminate()
    for (;;) {
      if ((await knock(made.plane.port, made.sign())).status === 101) break
    }
    for (const { socket } of tunnels) socket.terminate()
  })
})

describe('a server that stops', () => {
  it('ends its tunnels with a reason, and records it', async () => {
    const own = await startTunnelPlane()
    const tunnel = await own.open({ subprotocol: OURS })
    const plain = await own.open()
    await own.plane.restart()
    const stopping = { code: 1001, reason: 'the server is stopping' }
    assert.deepEqual([await tunnel.closed, await plain.closed], [stopping, stopping])
    assert.deepEqual(tunnel.notices.at(-1), { kind: 'ending', because: 'stopping', inSeconds: 0 })
    const ends = await own.closed(2)
    assert.deepEqual(
      ends.map(({ because }) => because),
      ['the server is stopping', 'the server is stopping'],
    )
    await own.close()
  })
})

describe('a tunnel in time', () => {
  // A plane of its own: others' tunnels would end too.
  let made: TunnelPlane
  before(async () => {
    made = await startTunnelPlane()
  })
  after(() => made.close())

  it('ends when its time is over, and says so before', async () => {
    const parameters = { maxTunnelDuration: 100 }
    const tunnel = await made.open({ subprotocol: OURS, parameters })
    const plain = await made.open({ parameters })
    made.plane.clock.passedMs = 91_000
    await tunnel.noticed(2)
    const [, notice] = tunnel.notices
    assert.deepEqual(Object.entries(notice ?? {}).slice(0, 2), [
      ['kind', 'ending'],
      ['because', 'duration'],
    ])
    made.plane.clock.passedMs = 100_000
    const over = { code: 4001, reason: "the tunnel's time is over: 100 seconds" }
    assert.deepEqual(await tunnel.closed, over)
    assert.deepEqual(await plain.closed, over)
    assert.deepEqual(plain.notices, [])
    const ends = await made.closed(2)
    assert.deepEqual(
      ends.map(({ because }) => because),
      [over.reason, over.reason],
    )
    assert.equal(tunnel.notices.length, 2)
  })

  it('ends when nothing moved for too long, and says so before', async () => {
    const tunnel = await made.open({ subprotocol: OURS })
    made.plane.clock.passedMs += 14_395_000
    await tunnel.noticed(2)
    tunnel.send('still here')
    await tunnel.until((bytes) => bytes.toString() === 'still here')
    // It moved: its time begins anew, and so does what is said of it.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    made.plane.clock.passedMs += 14_370_000
    await tunnel.noticed(3)
    made.plane.clock.passedMs += 60_000
    assert.deepEqual(await tunnel.closed, {
      code: 4002,
      reason: 'nothing moved for 14400 seconds',
    })
  })
})
