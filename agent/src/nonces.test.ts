import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Nonces } from './nonces.ts'
import { createFakeClock } from './testing/agent-parts.ts'

const make = () => {
  const clock = createFakeClock()
  return { clock, nonces: new Nonces(clock) }
}

it('takes a nonce back once', () => {
  const { nonces } = make()
  const nonce = nonces.issue('alice')
  assert.match(nonce, /^[0-9a-f]{32}$/)
  assert.ok(nonces.consume(nonce, 'alice'))
  assert.ok(!nonces.consume(nonce, 'alice'))
})

it('takes it back through the end of ten seconds, and no later', () => {
  const { nonces, clock } = make()
  const [first, second] = [nonces.issue('alice'), nonces.issue('alice')]
  clock.advance(1000)
  assert.ok(nonces.consume(first, 'alice'))
  clock.advance(1)
  assert.ok(!nonces.consume(second, 'alice'))
})

it('is used up by an attempt for another account', () => {
  const { nonces } = make()
  const nonce = nonces.issue('alice')
  assert.ok(!nonces.consume(nonce, 'root'))
  assert.ok(!nonces.consume(nonce, 'alice'))
})

it('drops the oldest beyond 1024 (a flood of prepares must not hold memory)', () => {
  const { nonces } = make()
  const first = nonces.issue('alice')
  const second = nonces.issue('alice')
  for (let more = 0; more < 1023; more++) nonces.issue('bob')
  assert.ok(!nonces.consume(first, 'alice'))
  assert.ok(nonces.consume(second, 'alice'))
})
