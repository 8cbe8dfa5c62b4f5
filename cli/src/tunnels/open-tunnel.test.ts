import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { readPresignedSigV4 } from '@fleetkey/wire/aws/sigv4-presigned'
import { deriveSigningKey, verifySigV4 } from '@fleetkey/wire/aws/sigv4'
import type { TunnelNotice } from '@fleetkey/wire/tunnel/protocol'
import type { TunnelEnd, TunnelEnding } from '@fleetkey/wire/tunnel/tunnel-end'
import type { WebSocket } from 'ws'
import { digests } from '../api/digests.ts'
import { Failure } from '../failure.ts'
import { FakeDoor } from '../testing/fake-door.ts'
import { carry } from './carry.ts'
import { openTunnel, type TunnelTarget } from './open-tunnel.ts'

const TARGET: TunnelTarget = {
  endpointId: 'eice-0123456789abcdef0',
  instanceId: 'i-0123456789abcdef0',
  address: 'fd77::1',
  port: 22,
  maxSeconds: undefined,
}
const CREDENTIALS = { accessKeyId: 'ASIATEST', secretAccessKey: 'secret', sessionToken: 'to/ken+=' }

describe('openTunnel', () => {
  let door: FakeDoor
  let endpoint: URL
  let behave: (socket: WebSocket) => void
  let notices: TunnelNotice[]

  before(async () => {
    door = new FakeDoor((socket) => behave(socket))
    endpoint = await door.open()
  })
  after(() => door.close())
  beforeEach(() => {
    behave = () => {}
    notices = []
    door.refusal = undefined
    door.asked.length = 0
  })

  const open = (target: Partial<TunnelTarget> = {}) =>
    openTunnel(
      { ...TARGET, ...target },
      {
        settings: { endpoint, region: 'on-prem-1', credentials: CREDENTIALS, caFile: undefined },
        now: () => Date.now(),
        notice: (notice) => notices.push(notice),
      },
    )

  it('presigns what is asked for, with the session token, and offers our protocol', async () => {
    await open({ maxSeconds: 900 })
    const [request] = door.asked
    assert.ok(request)
    const query = new URL(request.url ?? '', endpoint).searchParams
    assert.equal(query.get('instanceConnectEndpointId'), TARGET.endpointId)
    assert.equal(query.get('privateIpAddress'), 'fd77::1')
    assert.equal(query.get('remotePort'), '22')
    assert.equal(query.get('instanceId'), TARGET.instanceId)
    assert.equal(query.get('maxTunnelDuration'), '900')
    assert.equal(request.headers['sec-websocket-protocol'], 'fleetkey-tunnel-1')
    assert.equal(request.headers['sec-websocket-extensions'], undefined)
    const claim = readPresignedSigV4(
      {
        method: 'GET',
        target: request.url ?? '',
        headers: [['Host', request.headers.host ?? '']],
        body: new Uint8Array(),
      },
      Date.now(),
      { services: new Set(['ec2-instance-connect']), region: 'on-prem-1' },
    )
    assert.equal(claim.sessionToken, CREDENTIALS.sessionToken)
    assert.ok(
      verifySigV4(claim, deriveSigningKey(CREDENTIALS.secretAccessKey, claim, digests), digests),
    )
  })

  it('loses nothing that the host says at once, before anybody listens', async () => {
    behave = (socket) => {
      socket.send('{"kind":"open","route":"agent","endsInSeconds":60}')
      socket.send(Buffer.from('SSH-2.0-host\r\n'))
    }
    const far = await open()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const heard = listening(far)
    far.resume()
    assert.equal(await heard.first, 'SSH-2.0-host\r\n')
    assert.deepEqual(notices, [{ kind: 'open', route: 'agent', endsInSeconds: 60 }])
  })

  it('ends each direction for itself', async () => {
    const ends: number[] = []
    behave = (socket) =>
      socket.on('message', (data: Buffer) => {
        ends.push(data.length)
        if (data.length > 0) return
        // Answers after the client has no more to say, as `sort` does.
        socket.send(Buffer.from('late'))
        socket.send(Buffer.alloc(0))
      })
    const near = new Near()
    const carried = carry(near, await open())
    near.listener?.data(Buffer.from('early'))
    near.listener?.ended()
    assert.deepEqual(await carried, { there: 5, back: 4 })
    assert.equal(Buffer.concat(near.written).toString(), 'late')
    assert.deepEqual(ends, [5, 0])
  })

  it('stops reading when the program here takes no more, and goes on when it does', async () => {
    let sent = 0
    behave = (socket) => {
      const more = () => {
        if (socket.readyState !== socket.OPEN) return
        sent += 65_536
        socket.send(Buffer.alloc(65_536), () => setImmediate(more))
      }
      more()
    }
    const near = new Near()
    near.takes = false
    const far = await open()
    const carried = carry(near, far)
    await settledAt(() => sent)
    const kept = near.bytes
    assert.ok(kept < 512 * 1024, `${kept} bytes were taken`)
    near.takes = true
    near.listener?.drained()
    const before = near.bytes
    while (near.bytes < before + 8 * 1024 * 1024) await new Promise((go) => setTimeout(go, 5))
    near.listener?.closed({ code: 1000, text: '' })
    await carried
  })

  it('says why it ended before its time, with a code of its own', async () => {
    behave = (socket) => socket.close(1008, 'the tunnel has lasted as long as it may (1 h)')
    const carried = carry(new Near(), await open())
    await assert.rejects(carried, (error: unknown) => {
      assert.ok(error instanceof Failure)
      assert.equal(error.exitCode, 88)
      assert.match(error.message, /as long as it may/)
      return true
    })
  })

  it('notices that the server has gone without a word', async () => {
    behave = (socket) => socket.terminate()
    await assert.rejects(carry(new Near(), await open()), /the server was lost/)
  })

  const refusals = {
    AccessDeniedException: [403, 77],
    InvalidParameter: [400, 73],
    ThrottlingException: [400, 75],
    ExpiredTokenException: [403, 79],
  } as const
  for (const [ErrorCode, [status, exitCode]] of Object.entries(refusals)) {
    it(`passes on a refusal: ${ErrorCode}`, async () => {
      door.refusal = { status, body: { ErrorCode, Message: 'Because of this.' } }
      await assert.rejects(open(), (error: unknown) => {
        assert.ok(error instanceof Failure)
        assert.deepEqual([error.message, error.exitCode], ['Because of this.', exitCode])
        return true
      })
    })
  }

  it('takes no megabytes of a refusal', async () => {
    door.refusal = { status: 400, body: { Message: 'x'.repeat(1_000_000) } }
    await assert.rejects(open(), /status 400 and no reason/)
  })

  it('says that nothing listens there', async () => {
    const closed = new FakeDoor(() => {})
    const gone = await closed.open()
    closed.close()
    const settings = { endpoint: gone, region: 'x-1', credentials: CREDENTIALS, caFile: undefined }
    const opening = openTunnel(TARGET, { settings, now: () => Date.now(), notice() {} })
    await assert.rejects(
      opening,
      (error: unknown) => error instanceof Failure && error.exitCode === 81,
    )
  })
})

/** A program's end whose appetite the test sets. */
class Near implements TunnelEnd {
  takes = true
  readonly written: Uint8Array[] = []
  bytes = 0
  listener: Parameters<TunnelEnd['listen']>[0] | undefined

  write(bytes: Uint8Array): boolean {
    this.bytes += bytes.length
    if (this.bytes < 1000) this.written.push(bytes)
    return this.takes
  }
  end() {}
  pause() {}
  resume() {}
  close(_ending: TunnelEnding) {}
  listen(listener: Parameters<TunnelEnd['listen']>[0]) {
    this.listener = listener
  }
}

function listening(end: TunnelEnd): { readonly first: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>()
  end.listen({
    data: (bytes) => resolve(Buffer.from(bytes).toString()),
    ended() {},
    drained() {},
    closed: ({ text }) => resolve(`closed: ${text}`),
  })
  return { first: promise }
}

/** Waits until a number has stopped growing. */
async function settledAt(read: () => number): Promise<void> {
  let before = -1
  while (read() !== before) {
    before = read()
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
