import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseCidr } from '@fleetkey/domain/cidr'
import { ownRange } from './own-address.ts'

const rangeOf = (SourceAddress: string, HandedOn = false) => {
  const own = ownRange({ SourceAddress, HandedOn })
  return own.kind === 'known' ? own.range : own.because
}

describe('the address of this browser', () => {
  it('is a range of one, of either family', () => {
    assert.equal(rangeOf('192.0.2.7'), '192.0.2.7/32')
    assert.equal(rangeOf('2001:db8::7'), '2001:db8::7/128')
    for (const address of ['192.0.2.7', '2001:db8::7', 'fe80::1']) {
      assert.equal(parseCidr(rangeOf(address))?.text, rangeOf(address))
    }
  })

  it("is not a proxy's (a rule for it would let in everybody behind it), nor the server's own", () => {
    assert.match(rangeOf('10.0.0.2', true), /sees a proxy \(10\.0\.0\.2\) in your place/)
    assert.match(rangeOf('127.0.0.1'), /very machine/)
    assert.match(rangeOf('::1'), /very machine/)
  })
})
