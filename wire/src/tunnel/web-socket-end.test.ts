import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import type { TunnelEnding } from './tunnel-end.ts'
import { webSocketEnd, type TunnelWebSocket } from './web-socket-end.ts'

/** A WebSocket in the test's hands. */
class FakeSocket extends EventEmitter implements TunnelWebSocket {
  bufferedAmount = 0
  readonly CLOSED = 3 as const
  readyState: 0 | 1 | 2 | 3 = 1
  isPaused = false
  readonly calls: string[] = []
  readonly sent: (() => void)[] = []
  send(data: Uint8Array, _options: { binary: true }, sent: () => void) {
    this.calls.push(`send ${data.length}`)
    this.sent.push(sent)
  }
  close(code: number, reason: string) {
    this.calls.push(`close ${code} ${reason}`)
  }
  terminate() {
    this.calls.push('terminate')
  }
  pause() {
    this.isPaused = true
  }
  resume() {
    this.isPaused = false
  }
}

function opened(options: Partial<Parameters<typeof webSocketEnd>[1]> = {}) {
  const socket = new FakeSocket()
  const end = webSocketEnd(socket, { peer: 'the client', ...options })
  const heard: unknown[] = []
  const endings: TunnelEnding[] = []
  end.listen({
    data: (bytes) => void heard.push(bytes.length),
    ended: () => void heard.push('ended'),
    drained: () => void heard.push('drained'),
    closed: (ending) => void endings.push(ending),
  })
  const message = (length: number) => socket.emit('message', Buffer.alloc(length), true)
  return { socket, end, heard, endings, message }
}

describe('a WebSocket as the end of a tunnel', () => {
  it('takes binary messages for bytes, and the first of length zero for their end', () => {
    const { heard, message } = opened()
    message(3)
    message(0)
    assert.deepEqual(heard, [3, 'ended'])
  })

  it('passes over further messages of length zero (AWS’s client sends 10,000 a second)', () => {
    const { socket, heard, message } = opened()
    const start = performance.now()
    for (let sent = 0; sent < 170_000; sent++) message(0)
    assert.deepEqual(heard, ['ended'])
    assert.deepEqual(socket.calls, [])
    assert.ok(performance.now() - start < 2000)
  })

  it('is closed for bytes after their end (nobody would take them)', () => {
    const { socket, message } = opened()
    message(0)
    message(1)
    assert.deepEqual(socket.calls, ['close 1008 bytes after their end'])
  })

  it('is closed for text, but where notices are taken', () => {
    const strict = opened()
    strict.socket.emit('message', Buffer.from('{}'), false)
    assert.deepEqual(strict.socket.calls, ['close 1008 a message that is none of a tunnel'])
    const notices: string[] = []
    const told = opened({ notice: (text) => void notices.push(text) })
    told.socket.emit('message', Buffer.from('{}'), false)
    assert.deepEqual([told.socket.calls, notices], [[], ['{}']])
  })

  it('has enough above 128 KiB, and takes more again below 32 KiB', () => {
    const { socket, end, heard } = opened()
    assert.equal(end.write(Buffer.alloc(10)), true)
    socket.bufferedAmount = 128 * 1024 + 1
    assert.equal(end.write(Buffer.alloc(10)), false)
    socket.bufferedAmount = 32 * 1024 + 1
    socket.sent[1]?.()
    assert.deepEqual(heard, [])
    socket.bufferedAmount = 32 * 1024
    socket.sent[1]?.()
    assert.deepEqual(heard, ['drained'])
    socket.sent[1]?.()
    assert.deepEqual(heard, ['drained'])
  })

  it('says the end of a direction with a message of length zero', () => {
    const { socket, end } = opened()
    end.end()
    assert.deepEqual(socket.calls, ['send 0'])
  })

  it('ends the whole where the peer knows no other end (AWS’s client)', () => {
    const { socket, end, endings } = opened({ endsWhole: true })
    end.end()
    assert.deepEqual(socket.calls, ['close 1000 '])
    socket.emit('close', 1000, Buffer.alloc(0))
    assert.deepEqual(endings, [{ code: 1000, text: '' }])
  })

  it('is read to its end once it is closed, also when it was paused (the close of the peer would never come)', () => {
    const { socket, end } = opened()
    end.pause()
    assert.equal(socket.isPaused, true)
    end.close({ code: 1001, text: 'the server is stopping' })
    assert.equal(socket.isPaused, false)
    end.pause()
    assert.equal(socket.isPaused, false)
    end.close({ code: 1000, text: '' })
    end.end()
    assert.equal(end.write(Buffer.alloc(1)), true)
    assert.deepEqual(socket.calls, ['close 1001 the server is stopping'])
  })

  it('cuts a reason to what a close frame takes, between characters', () => {
    const { socket, end } = opened()
    end.close({ code: 1011, text: 'ü'.repeat(100) })
    assert.deepEqual(socket.calls, [`close 1011 ${'ü'.repeat(61)}`])
  })

  const endings: readonly (readonly [string, number, string, TunnelEnding])[] = [
    ['that both directions ended', 1000, '', { code: 1000, text: '' }],
    ['nothing (AWS’s client in listener mode)', 1005, '', { code: 1000, text: '' }],
    ['nothing more, being killed', 1006, '', { code: 1011, text: 'the client was lost' }],
    ['why', 1001, 'the server is stopping', { code: 1001, text: 'the server is stopping' }],
    ['a code alone', 1009, '', { code: 1009, text: 'the client ended it (1009)' }],
  ]
  for (const [what, code, reason, expected] of endings) {
    it(`ends as its peer says ${what}`, () => {
      const { socket, endings: heard } = opened()
      socket.emit('error', new Error('x'))
      socket.emit('close', code, Buffer.from(reason))
      assert.deepEqual(heard, [expected])
    })
  }

  it('says so to who listens later that it is gone already', async () => {
    const socket = new FakeSocket()
    const end = webSocketEnd(socket, { peer: 'the agent' })
    socket.emit('close', 1006, Buffer.alloc(0))
    const ending = await new Promise((resolve) =>
      end.listen({ data() {}, ended() {}, drained() {}, closed: resolve }),
    )
    assert.deepEqual(ending, { code: 1011, text: 'the agent was lost' })
  })

  it('says that it is lost, when it was so before it became an end (an agent that breaks off while the client is let in)', async () => {
    const socket = new FakeSocket()
    socket.readyState = 3
    const end = webSocketEnd(socket, { peer: 'the agent' })
    const endings: TunnelEnding[] = []
    end.listen({
      data() {},
      ended() {},
      drained() {},
      closed: (ending) => void endings.push(ending),
    })
    await Promise.resolve()
    assert.deepEqual(endings, [{ code: 1011, text: 'the agent was lost' }])
    assert.equal(end.write(Buffer.alloc(1)), true)
    assert.deepEqual(socket.calls, [])
  })
})
