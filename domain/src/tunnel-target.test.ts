import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { CLOSED_SPELLINGS, OPEN_ADDRESSES } from './tunnel-target.cases.ts'
import { closedPart, isTunnelAddress } from './tunnel-target.ts'

const HOST = {
  addresses4: ['192.0.2.7', '10.0.0.5'],
  addresses6: ['2001:db8::7'],
  tunnelPorts: [22, 2222],
}

describe('the address of a tunnel', () => {
  for (const address of OPEN_ADDRESSES) {
    it(`may be ${address}`, () => assert.equal(isTunnelAddress(address), true))
  }

  it(`is none of ${CLOSED_SPELLINGS.length} spellings (each leads to another place for some parser)`, () => {
    assert.ok(new Set(CLOSED_SPELLINGS).size >= 200)
    assert.deepEqual(CLOSED_SPELLINGS.filter(isTunnelAddress), [])
  })

  it('is the one spelling that the system itself would write', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), fc.string()), (text) => {
        if (!isTunnelAddress(text)) return
        assert.notEqual(isIP(text), 0)
        const host = new URL(`http://${isIP(text) === 6 ? `[${text}]` : text}`).hostname
        assert.equal(host.replace(/^\[(.*)\]$/, '$1'), text)
      }),
      { numRuns: 5000 },
    )
  })

  it('is any address of a machine as the system writes it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { minLength: 7, maxLength: 7 }), (groups) => {
        const long = `2a00:${groups.map((group) => group.toString(16)).join(':')}`
        const { hostname } = new URL(`http://[${long}]`)
        assert.equal(isTunnelAddress(hostname.slice(1, -1)), true, hostname)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the target of a tunnel', () => {
  const closed = (address: string, port = 22) => closedPart({ address, port }, HOST)

  it('is an address that the host reported and a port that it allows', () => {
    assert.equal(closed('192.0.2.7'), undefined)
    assert.equal(closed('10.0.0.5', 2222), undefined)
    assert.equal(closed('2001:db8::7'), undefined)
  })

  it('is no other machine, and no other port', () => {
    assert.equal(closed('192.0.2.8'), 'address')
    assert.equal(closed('2001:db8::8'), 'address')
    assert.equal(closed('192.0.2.7', 23), 'port')
    assert.equal(
      closedPart({ address: '192.0.2.7', port: 22 }, { ...HOST, tunnelPorts: [] }),
      'port',
    )
  })

  it('is none that a host reported to lead astray (it can only speak for itself)', () => {
    for (const spelling of CLOSED_SPELLINGS) {
      const lying = { addresses4: [spelling], addresses6: [spelling], tunnelPorts: [22] }
      assert.equal(closedPart({ address: spelling, port: 22 }, lying), 'address', spelling)
    }
  })
})
