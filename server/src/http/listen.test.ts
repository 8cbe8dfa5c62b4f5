import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { AGENT_LINK_PATH } from '@fleetkey/wire/agent/agent-link'
import { exchange } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'

const BODY_LIMIT = 512 * 1024

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane(
    {},
    { listen: { host: '127.0.0.1', port: 0, idlePerAddress: 16 } },
  )
})
after(() => plane.close())

const isAlive = async () => {
  const answer = await exchange({ port: plane.port, method: 'GET', path: '/healthz' })
  assert.deepEqual(answer.body, { status: 'ok' })
}

describe('the listener', () => {
  it('holds so many connections on which nobody asks of one address, the latest, and takes nothing from others (would use up its files)', async () => {
    const held = async (localAddress: string) => {
      const socket = connect({ port: plane.port, host: '127.0.0.1', localAddress })
      const ended = once(socket, 'close')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return { socket, ended }
    }
    const other = await held('127.0.0.9')
    const first = await held('127.0.0.8')
    const more = []
    // oxlint-disable-next-line no-await-in-loop -- in their order
    for (let count = 0; count < 16; count++) more.push(await held('127.0.0.8'))
    await first.ended
    const asked = async ({ socket }: { readonly socket: Socket }) => {
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
      const [answer] = await once(socket, 'data')
      assert.match(String(answer), /^HTTP\/1\.1 200 /)
    }
    await asked(other)
    // One that is asked on is idle anew.
    const [longest, next] = more
    assert.ok(longest && next)
    await asked(longest)
    const last = await held('127.0.0.8')
    await next.ended
    await asked(longest)
    for (const { socket } of [other, last, ...more]) socket.destroy()
  })

  it('takes a body of 512 KiB and refuses one byte more before reading it', async () => {
    const padded = (length: number) => {
      const body = `{"x":"${'y'.repeat(length - 8)}"}`
      assert.equal(body.length, length)
      return plane.root.send(plane.root.sign('GetCallerIdentity', {}, { body }))
    }
    assert.equal((await padded(BODY_LIMIT - 1)).status, 200)
    assert.equal((await padded(BODY_LIMIT)).status, 200)
    const answer = await padded(BODY_LIMIT + 1)
    assert.deepEqual([answer.status, answer.code], [413, 'RequestEntityTooLargeException'])
    assert.equal(answer.message, 'The request is larger than 524288 bytes.')
  })

  it('refuses a body over the limit that does not say its length', async () => {
    const headers = { 'transfer-encoding': 'chunked' }
    const body = 'x'.repeat(BODY_LIMIT + 1)
    const answer = await exchange({ port: plane.port, method: 'POST', path: '/', headers }, body)
    assert.equal(answer.status, 413)
  })

  it('refuses headers over 16 KiB', async () => {
    const headers = { 'x-long': 'x'.repeat(17 * 1024) }
    const answer = await exchange({ port: plane.port, method: 'POST', path: '/', headers })
    assert.equal(answer.status, 431)
  })

  it('refuses JSON that is nested to exhaust the stack', async () => {
    const body = `{"x":${'['.repeat(32_000)}${']'.repeat(32_000)}}`
    const answer = await plane.root.send(plane.root.sign('GetCallerIdentity', {}, { body }))
    assert.deepEqual([answer.status, answer.code], [400, 'SerializationException'])
    const enrolment = await exchange(
      { port: plane.port, method: 'POST', path: '/agent/enrol' },
      '['.repeat(60_000),
    )
    assert.deepEqual([enrolment.status, enrolment.code], [400, 'SerializationException'])
    await isAlive()
  })

  it('has nothing at any other path', async () => {
    for (const [method, path] of [
      ['PUT', '/'],
      ['HEAD', '/healthz'],
      ['POST', '//'],
      ['POST', '/healthz'],
      ['GET', '/agent/enrol'],
      ['GET', '/agent/link'],
      ['GET', '/../../etc/passwd'],
    ] as const) {
      const answer = await exchange({ port: plane.port, method, path })
      assert.equal(answer.status, 404, `${method} ${path}`)
    }
  })

  it('tells everybody from where it connects, in the format of AWS', async () => {
    const answer = await exchange({ port: plane.port, method: 'GET', path: '/ip-ranges.json' })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.match(String(answer.body['syncToken']), /^\d{10}$/)
    assert.deepEqual(answer.body['prefixes'], [
      {
        ip_prefix: '203.0.113.0/24',
        region: 'on-prem-1',
        service: 'EC2_INSTANCE_CONNECT',
        network_border_group: 'on-prem-1',
      },
    ])
    assert.deepEqual(answer.body['ipv6_prefixes'], [])
  })

  it('answers a request without a body, type or signature', async () => {
    const answer = await exchange({ port: plane.port, method: 'POST', path: '/' })
    assert.deepEqual([answer.status, answer.code], [400, 'MissingAuthenticationTokenException'])
    assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/)
    assert.ok(answer.headers['date'], 'SDKs correct their clocks by it')
  })

  it('refuses a target that is given twice (two readers could act on different ones)', async () => {
    const signed = plane.root.sign('GetCallerIdentity', {})
    const lines = Object.entries({ ...signed.headers, 'X-Amz-Target': 'AmazonEC2.CreateTags' })
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const answer = await raw(
      `POST / HTTP/1.1\r\n${head}content-length: 2\r\nconnection: close\r\n\r\n{}`,
    )
    assert.match(answer, /InvalidSignatureException/)
  })
})

describe('an upgrade', () => {
  const upgrade = (target: string, more = '') =>
    `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${more}\r\n`

  it('is refused on any other path, however it is spelled', async () => {
    for (const target of ['/', '//', '//agent/link', 'http://x/agent/link', '/agent/link/', '*']) {
      assert.match(await raw(upgrade(target)), /^HTTP\/1\.1 40[04] /, target)
    }
    await isAlive()
  })

  it('is refused without a WebSocket key', async () => {
    assert.match(await raw(upgrade(AGENT_LINK_PATH)), /^HTTP\/1\.1 400 /)
  })

  it('is ended by the server although the peer keeps its half open (would fill the table of sockets)', async () => {
    const socket = connect({ port: plane.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.resume()
    socket.on('error', () => {})
    const ended = new Promise((resolve) => socket.once('end', resolve))
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')))
    socket.write(upgrade('/nowhere'))
    await ended
    // Written to a socket that is gone, this is answered by a reset, which the next write meets.
    const writing = setInterval(() => socket.write('more'), 5)
    const waited = new Promise((resolve) => setTimeout(resolve, 1000, 'open').unref())
    assert.equal(await Promise.race([closed, waited]), 'closed')
    clearInterval(writing)
  })

  it('survives a peer that resets while it is refused (an error nobody hears ends the process)', async () => {
    for (let round = 0; round < 5; round++) {
      const socket = connect(plane.port, '127.0.0.1')
      socket.on('error', () => {})
      await new Promise((resolve) => socket.once('connect', resolve))
      // Gone before the server writes its answer.
      socket.write(upgrade('/nowhere'), () => socket.resetAndDestroy())
      await new Promise((resolve) => socket.once('close', resolve))
      await isAlive()
    }
    await isAlive()
  })
})

function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket: Socket = connect(plane.port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => (answer += part))
    socket.on('error', reject)
    socket.on('end', () => resolve(answer))
  })
}
