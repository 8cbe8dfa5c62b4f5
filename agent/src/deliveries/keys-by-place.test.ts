import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { LiveKey } from '../delivery.ts'
import { createKeysByPlace } from './keys-by-place.ts'

let clock = { bootId: 'boot', bootNow: 0 }
const keys = createKeysByPlace(() => clock)
const key = (grantId: string, fingerprint: string, deadline: number) =>
  ({ grantId, fingerprint, deadline, bootId: 'boot' }) as LiveKey
const names = (list: readonly LiveKey[]) => list.map(({ grantId }) => grantId).join(' ')

it('keeps the keys of a place, newest first, and those of another place apart', () => {
  assert.equal(names(keys.with('alice', key('1', 'a', 100))), '1')
  assert.equal(names(keys.with('alice', key('2', 'b', 200))), '2 1')
  assert.equal(names(keys.with('bob', key('3', 'a', 100))), '3')
  keys.forgetAll()
})

it('shows a key that was pushed twice once, as the newer grant has it, and the older again after that', () => {
  keys.with('alice', key('1', 'a', 100))
  const newer = key('2', 'a', 50)
  assert.equal(names(keys.with('alice', newer)), '2')
  assert.equal(names(keys.without('alice', newer)), '1')
  keys.forgetAll()
})

it('does not take the newer grant away with the older', () => {
  const older = key('1', 'a', 100)
  keys.with('alice', older)
  keys.with('alice', key('2', 'a', 200))
  assert.equal(names(keys.without('alice', older)), '2')
  keys.forgetAll()
})

it('drops what is past its deadline or of another boot', () => {
  keys.with('alice', key('1', 'a', 100))
  clock = { bootId: 'boot', bootNow: 100 }
  assert.equal(names(keys.with('alice', key('2', 'b', 101))), '2')
  clock = { bootId: 'next', bootNow: 0 }
  assert.equal(names(keys.without('alice', key('9', 'z', 0))), '')
  keys.forgetAll()
})
