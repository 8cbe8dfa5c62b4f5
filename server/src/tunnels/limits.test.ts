import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { createTunnelSlots } from './limits.ts'

const refuses = (take: () => unknown, says: RegExp) =>
  assert.throws(take, (error) => {
    assert.ok(error instanceof ServiceException)
    assert.deepEqual([error.code, error.status], ['ThrottlingException', 429])
    assert.match(error.message, says)
    return true
  })

describe('the slots of tunnels', () => {
  it('are limited for each caller, each instance and the server, and each refusal says which', () => {
    const slots = createTunnelSlots({ perNode: 4, perCaller: 2, perInstance: 3 })
    const leave = [slots.take('alice', 'i-1'), slots.take('alice', 'i-1')]
    refuses(() => slots.take('alice', 'i-2'), /You have 2 tunnels open/)
    slots.take('bob', 'i-1')
    refuses(() => slots.take('carol', 'i-1'), /3 tunnels lead to i-1/)
    slots.take('carol', 'i-2')
    refuses(() => slots.take('dave', 'i-3'), /This server has 4 tunnels/)
    leave[0]?.()
    slots.take('alice', 'i-2')
    assert.equal(slots.taken, 4)
  })

  it('are given back once, whoever asks twice', () => {
    const slots = createTunnelSlots({ perNode: 2, perCaller: 2, perInstance: 2 })
    const leave = slots.take('alice', 'i-1')
    slots.take('alice', 'i-1')
    leave()
    leave()
    assert.equal(slots.taken, 1)
    slots.take('alice', 'i-1')
    refuses(() => slots.take('alice', 'i-1'), /This server/)
  })
})
