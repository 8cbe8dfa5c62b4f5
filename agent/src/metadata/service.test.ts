import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { metadataItems } from './items.ts'
import { isFromThisHost, openMetadataService, type MetadataService } from './service.ts'

let service: MetadataService | undefined
afterEach(async () => {
  await service?.close()
  service = undefined
})

const items = () =>
  metadataItems({
    instanceId: 'i-0123456789abcdef0',
    hostname: 'web-1',
    address: undefined,
    place: undefined,
    signer: undefined,
    keys: new Map(),
  })

const open = async () => {
  service = await openMetadataService({ host: '127.0.0.1', port: 0, items })
  return service.port
}

async function ask(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }).end()
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return { status: response.statusCode, text, headers: response.headers }
}

/** All that comes back for these bytes, and how long it took, in milliseconds. */
async function exchange(port: number, bytes: string) {
  const began = performance.now()
  const socket = connect({ host: '127.0.0.1', port }).setEncoding('latin1')
  let text = ''
  socket.on('data', (chunk: string) => (text += chunk))
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return { text, ms: performance.now() - began }
}

const TOKEN_PATH = '/latest/api/token'
const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '5' }

describe('the metadata service', () => {
  it('answers a session over HTTP', async () => {
    const port = await open()
    const { text: token } = await ask(port, 'PUT', TOKEN_PATH, ttl)
    const session = { 'x-aws-ec2-metadata-token': token }
    const got = await ask(port, 'GET', '/latest/meta-data/instance-id/', session)
    assert.deepEqual([got.status, got.text], [200, 'i-0123456789abcdef0'])
    assert.equal(got.headers['content-type'], 'text/plain')
    const asked = await ask(port, 'HEAD', '/latest/meta-data/instance-id/', session)
    assert.deepEqual([asked.status, asked.text, asked.headers['content-length']], [200, '', '19'])
    assert.equal((await ask(port, 'GET', '/latest/meta-data/instance-id/')).status, 401)
  })

  it('cuts off who sends too much, or too slowly', async () => {
    const port = await open()
    const long = await exchange(port, `GET / HTTP/1.1\r\nx: ${'y'.repeat(5000)}\r\n\r\n`)
    assert.doesNotMatch(long.text, /^HTTP\/1\.1 [23]/)
    const slow = await exchange(port, 'GET / HTTP/1.1\r\nx: ')
    assert.ok(slow.ms < 2500, `${slow.ms} ms`)
    assert.equal(slow.text, '')
    const idle = await exchange(port, 'PUT / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab')
    assert.ok(idle.ms < 5000, `${idle.ms} ms`)
    const nonsense = await exchange(port, '\0\0\0\r\n\r\n')
    assert.equal(nonsense.text, '')
  })

  it('answers sshd, however many connections a user of the host holds (would else keep everybody out)', async () => {
    const port = await open()
    const held = Array.from({ length: 400 }, () =>
      connect({ host: '127.0.0.1', port }).on('error', () => {}),
    )
    await Promise.all(held.slice(0, 200).map((socket) => once(socket, 'connect')))
    const { status } = await ask(port, 'PUT', TOKEN_PATH, ttl)
    assert.equal(status, 200)
    for (const socket of held) socket.destroy()
  })

  it('ends with its connections', async () => {
    const port = await open()
    const socket = connect({ host: '127.0.0.1', port })
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    await service?.close()
    service = undefined
    await closed
    await assert.rejects(ask(port, 'GET', '/'), { code: 'ECONNREFUSED' })
  })

  it('says so when the place is taken', async () => {
    const port = await open()
    await assert.rejects(openMetadataService({ host: '127.0.0.1', port, items }), {
      code: 'EADDRINUSE',
    })
  })
})

describe('who is on this host', () => {
  const localAddress = '169.254.169.254'
  const own = () => ['169.254.169.254', '192.0.2.7', '2001:db8::7']
  const isOurs = (remoteAddress: string | undefined) =>
    isFromThisHost({ remoteAddress, localAddress }, own)

  it('comes from an address of it', () => {
    for (const address of ['169.254.169.254', '127.0.0.1', '127.8.8.8', '192.0.2.7', '2001:db8::7'])
      assert.ok(isOurs(address), address)
  })

  it('is no neighbour, and no container with a network of its own', () => {
    for (const address of ['192.0.2.8', '172.17.0.2', '169.254.169.253', '2001:db8::8', undefined])
      assert.ok(!isOurs(address), String(address))
    assert.ok(!isOurs('::ffff:127.0.0.1.example'))
  })
})
