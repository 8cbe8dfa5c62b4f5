import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleOrder } from '../testing/control-plane.ts'
import { OrderFreshness } from './order-freshness.ts'

const NOW = 1_800_000_000_000

describe('an order', () => {
  it('counts once', () => {
    const fresh = new OrderFreshness()
    const order = sampleOrder({ linkNonce: fresh.openLink() })
    assert.equal(fresh.consume(order), true)
    assert.equal(fresh.consume(order), false)
    assert.equal(fresh.consume({ ...order, issuedAt: order.issuedAt + 1 }), false)
  })

  it('counts on the link that it was signed for, and on no other', () => {
    const fresh = new OrderFreshness()
    assert.equal(fresh.consume(sampleOrder({ linkNonce: '' })), false)
    const linkNonce = fresh.openLink()
    assert.match(linkNonce, /^[0-9a-f]{32}$/)
    const next = fresh.openLink()
    assert.notEqual(next, linkNonce)
    assert.equal(fresh.consume(sampleOrder({ linkNonce })), false)
    assert.equal(fresh.consume(sampleOrder({ linkNonce: next })), true)
  })

  it('does not count when it is a minute older than the newest, whatever the clock of the host says', () => {
    const fresh = new OrderFreshness()
    const linkNonce = fresh.openLink()
    const signedAt = (issuedAt: number) => fresh.consume(sampleOrder({ linkNonce, issuedAt }))
    assert.equal(signedAt(NOW), true)
    assert.equal(signedAt(NOW - 60_000), true)
    assert.equal(signedAt(NOW - 60_001), false)
    assert.equal(signedAt(5), false)
  })

  it('that comes again after a minute of others is refused for its age, so that it need not be remembered', () => {
    const fresh = new OrderFreshness()
    const linkNonce = fresh.openLink()
    const first = sampleOrder({ linkNonce, issuedAt: NOW })
    assert.equal(fresh.consume(first), true)
    for (let at = 1; at <= 100; at++) {
      assert.equal(fresh.consume(sampleOrder({ linkNonce, issuedAt: NOW + at * 1000 })), true)
      assert.equal(fresh.consume(first), false)
    }
  })

  it('is refused rather than another forgotten, when there are more of them than any server sends', () => {
    const fresh = new OrderFreshness()
    const linkNonce = fresh.openLink()
    const order = (number: number, issuedAt = NOW) =>
      sampleOrder({ linkNonce, issuedAt, tunnelId: number.toString(16).padStart(32, '0') })
    for (let number = 0; number < 16_384; number++) assert.ok(fresh.consume(order(number)))
    assert.equal(fresh.consume(order(16_384)), false)
    assert.equal(fresh.consume(order(0)), false)
    assert.equal(fresh.consume(order(16_385, NOW + 60_001)), true)
  })
})
