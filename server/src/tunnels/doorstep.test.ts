import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { describe, it } from 'node:test'
import { TunnelDoorstep } from './doorstep.ts'

function standing(head = '') {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  return { socket, doorstep: new TunnelDoorstep(socket, Buffer.from(head)) }
}

describe('a client at the door', () => {
  it('may have spoken too early: nothing of it is lost', () => {
    const { socket, doorstep } = standing('a')
    socket.emit('data', Buffer.from('bc'))
    assert.equal(doorstep.leave().toString(), 'abc')
    assert.equal(socket.destroyed, false)
  })

  it('is cut when it says more than 64 KiB', () => {
    const { socket } = standing()
    socket.emit('data', Buffer.alloc(65_536))
    assert.equal(socket.destroyed, false)
    socket.emit('data', Buffer.alloc(1))
    assert.equal(socket.destroyed, true)
  })

  it('is cut when it speaks in crumbs (each byte would cost a hundred, and the more the longer)', () => {
    const { socket } = standing()
    for (let sent = 0; sent < 300; sent++) socket.emit('data', Buffer.alloc(1))
    assert.equal(socket.destroyed, true)
  })
})
