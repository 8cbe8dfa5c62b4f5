import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import { createLiveness } from './liveness.ts'

class FakeSocket extends EventEmitter {
  readonly OPEN = 1 as const
  readyState: 0 | 1 | 2 | 3 = 1
  isPaused = false
  readonly pings: string[] = []
  ping(data: string) {
    this.pings.push(data)
  }
}

function watched(sent = 0) {
  const socket = new FakeSocket()
  const traffic = { sent }
  const liveness = createLiveness(socket as never, () => traffic.sent, 0)
  let second = 0
  return {
    socket,
    traffic,
    /** Looks every second until then. */
    look: (until: number) => {
      while (second < until - 1) liveness.look(++second * 1000)
      return liveness.look((second = until) * 1000)
    },
    jump: (to: number) => liveness.look((second = to) * 1000),
  }
}

describe('the peer of a tunnel', () => {
  it('is pinged every 20 seconds', () => {
    const { socket, look } = watched()
    look(41)
    assert.deepEqual(socket.pings, ['0', '0'])
  })

  it('is dead when it was silent for 45 seconds', () => {
    const { look } = watched()
    assert.equal(look(45), true)
    assert.equal(look(46), false)
  })

  for (const event of ['message', 'ping', 'pong']) {
    it(`lives while there is a ${event}`, () => {
      const { socket, look } = watched()
      look(40)
      socket.emit(event, Buffer.from('0'))
      look(41)
      assert.equal(look(86), true)
      assert.equal(look(87), false)
    })
  }

  it('may be as slow as it likes with what it was sent (back-pressure is no death)', () => {
    const { traffic, look } = watched()
    traffic.sent = 1000
    assert.equal(look(3600), true)
  })

  it('is dead when it was silent after it had read everything', () => {
    const { socket, traffic, look } = watched()
    traffic.sent = 1000
    look(20)
    assert.deepEqual(socket.pings, ['1000'])
    socket.emit('pong', Buffer.from('1000'))
    look(21)
    assert.equal(look(66), true)
    assert.equal(look(67), false)
    traffic.sent = 1001
    assert.equal(look(68), true)
  })

  it('is not expected to be heard while it is not read', () => {
    const { socket, look } = watched()
    socket.isPaused = true
    assert.equal(look(100), true)
    socket.isPaused = false
    assert.equal(look(145), true)
    assert.equal(look(146), false)
  })

  it('did not die in a time that this machine slept through, or that its clock skipped', () => {
    const { look, jump } = watched()
    look(30)
    assert.equal(jump(3630), true)
    assert.equal(look(3645), true)
    assert.equal(look(3646), false)
    const back = watched()
    back.look(30)
    assert.equal(back.jump(0), true)
    assert.equal(back.look(15), true)
    assert.equal(back.look(16), false)
  })

  it('is not pinged any more once it closes', () => {
    const { socket, look } = watched()
    socket.readyState = 2
    look(30)
    assert.deepEqual(socket.pings, [])
  })

  it('cannot claim to have read what it was not sent (would be called dead while it is slow)', () => {
    const { socket, traffic, look } = watched()
    socket.emit('pong', Buffer.from('x'))
    traffic.sent = 10
    look(1)
    assert.equal(look(100), true)
  })
})
