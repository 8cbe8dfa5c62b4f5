import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { parseCidr } from '@fleetkey/domain/cidr'
import fc from 'fast-check'
import { createSourceOf } from './source.ts'

const TRUSTED = ['10.0.0.2', '10.1.0.0/24', '2001:db8:ffff::/64'].flatMap(
  (text) => parseCidr(text) ?? [],
)
const sourceOf = createSourceOf(TRUSTED)

interface Sent {
  readonly peer?: string
  readonly encrypted?: boolean
  readonly trusts?: typeof sourceOf
}

/** Of a request with these header lines, by default from a trusted proxy. */
function source(lines: readonly (readonly [string, string])[], sent: Sent = {}) {
  const { peer = '10.0.0.2', encrypted = false, trusts = sourceOf } = sent
  const socket = { remoteAddress: peer, encrypted } as unknown as Socket
  return trusts({ rawHeaders: lines.flat(), socket })
}
const handedOn = (...lists: string[]) =>
  source(lists.map((list) => ['X-Forwarded-For', list] as const))
const isUnknown = ({ sourceAddress, isOfProxy }: ReturnType<typeof source>) =>
  sourceAddress === '10.0.0.2' && isOfProxy

describe('the source of a request', () => {
  it('is the peer, whatever the headers say, unless that is a trusted proxy', () => {
    const lines = [
      ['X-Forwarded-For', '192.0.2.7'],
      ['X-Forwarded-Proto', 'https'],
      ['Forwarded', 'for=192.0.2.7;proto=https'],
      ['X-Real-IP', '192.0.2.7'],
    ] as const
    for (const peer of ['198.51.100.1', '10.0.0.3', '10.1.1.1', '::1', '2001:db8:fffe::1', '']) {
      assert.deepEqual(source(lines, { peer }), {
        sourceAddress: peer,
        isOfProxy: false,
        proxyAddress: undefined,
        isSecure: false,
      })
    }
    const nobody = createSourceOf([])
    assert.equal(source(lines, { trusts: nobody }).sourceAddress, '10.0.0.2')
    assert.equal(source(lines, { peer: '::ffff:192.0.2.1' }).sourceAddress, '192.0.2.1')
  })

  it('is what a trusted proxy saw, and that proxy is told too', () => {
    assert.deepEqual(handedOn('192.0.2.7'), {
      sourceAddress: '192.0.2.7',
      isOfProxy: false,
      proxyAddress: '10.0.0.2',
      isSecure: false,
    })
    const dual = source([['x-forwarded-for', '192.0.2.7']], { peer: '::ffff:10.0.0.2' })
    assert.deepEqual([dual.sourceAddress, dual.proxyAddress], ['192.0.2.7', '10.0.0.2'])
  })

  it('is the rightmost that no trusted proxy is: what stands left of it anybody may have written', () => {
    assert.equal(handedOn('203.0.113.9, 192.0.2.7').sourceAddress, '192.0.2.7')
    assert.equal(handedOn('10.1.0.9, 192.0.2.7, 10.1.0.3').sourceAddress, '192.0.2.7')
    assert.equal(handedOn('203.0.113.9', '192.0.2.7 , 10.1.0.3').sourceAddress, '192.0.2.7')
    assert.equal(handedOn('192.0.2.7', '10.1.0.3', '10.1.0.4').sourceAddress, '192.0.2.7')
    const words = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constant('10.1.0.3'))
    fc.assert(
      fc.property(
        fc.array(words),
        fc.constantFrom('', ', 10.1.0.3', ',10.1.0.3,10.0.0.2'),
        (forged, hops) => {
          const own = `192.0.2.7${hops}`
          assert.equal(handedOn([...forged, own].join(',')).sourceAddress, '192.0.2.7')
          assert.equal(handedOn(...forged, own).sourceAddress, '192.0.2.7')
        },
      ),
    )
  })

  it('is one of a trusted proxy where nothing else is in the list', () => {
    const { sourceAddress, isOfProxy } = handedOn('10.1.0.9, 10.1.0.3')
    assert.deepEqual([sourceAddress, isOfProxy], ['10.1.0.9', true])
  })

  it('is read in every spelling of an address, with a port and a zone, and told in one', () => {
    const spellings = {
      '192.0.2.7': ['192.0.2.7:50123', '::ffff:192.0.2.7', '[::ffff:192.0.2.7]:1', ' 192.0.2.7\t'],
      '2001:db8::7': ['2001:DB8:0:0::7', '[2001:db8::7]', '[2001:db8::7]:443', '2001:db8::7%eth0'],
      'fe80::1': ['fe80::1%eth0', '[fe80::1%2]:443'],
    }
    for (const [address, all] of Object.entries(spellings)) {
      for (const entry of all) assert.equal(handedOn(entry).sourceAddress, address, entry)
    }
    const six = source([['x-forwarded-for', '2001:db8::7']], { peer: '2001:db8:ffff::3' })
    assert.deepEqual([six.sourceAddress, six.isOfProxy], ['2001:db8::7', false])
  })

  it('ends at what is no address, at the proxy that wrote it', () => {
    const wrong = [
      ['', ' ', ',', 'unknown', '_hidden', 'localhost', 'evil.example', '"192.0.2.7"'],
      ['192.0.2', '192.0.2.256', '192.0.2.07', '0300.0.2.7', '3221225991', '192.0.2.7/32'],
      ['0.0.0.0/0', '192.0.2.7:x', '192.0.2.7:123456', '[192.0.2.7', '2001:db8::7]', '[::7]x'],
      ['2001:db8::7::1', '1:2:3:4:5:6:7:8:9', '::ffff:c000:207', '192.0.2.7 203.0.113.9'],
      ['192.0.2.7;', 'for=192.0.2.7', '192.0.2.7\u0000', `2001:db8::7%${'x'.repeat(80)}`],
    ].flat()
    for (const entry of wrong) {
      assert.ok(isUnknown(handedOn(entry)), entry)
      assert.ok(isUnknown(handedOn(`192.0.2.7, ${entry}`)), `after an address: ${entry}`)
      assert.equal(handedOn(`${entry}, 192.0.2.7`).sourceAddress, '192.0.2.7', entry)
    }
  })

  it('is found in no more hops than there are proxies, however long the list', () => {
    const hops = (count: number) => Array.from({ length: count }, () => '10.1.0.3')
    assert.equal(handedOn(['192.0.2.7', ...hops(7)].join()).sourceAddress, '192.0.2.7')
    assert.equal(handedOn(['192.0.2.7', ...hops(8)].join()).isOfProxy, true)
    assert.ok(isUnknown(handedOn(','.repeat(16_000))))
  })

  it('is the proxy itself where that hands nothing on: a check whether we are alive', () => {
    const { sourceAddress, isOfProxy, proxyAddress } = source([])
    assert.deepEqual([sourceAddress, isOfProxy, proxyAddress], ['10.0.0.2', true, undefined])
  })
})

describe('whether it came over TLS', () => {
  const isSecure = (more: readonly (readonly [string, string])[], sent: Sent = {}) =>
    source([['X-Forwarded-For', '192.0.2.7'], ...more], sent).isSecure
  const scheme = (...values: string[]) =>
    isSecure(
      values.map((value) => ['X-Forwarded-Proto', value] as const),
      { encrypted: true },
    )

  it('is what the trusted proxy says of it, each hop of them', () => {
    for (const one of ['https', 'HTTPS', ' https ', 'wss', 'https, https']) assert.ok(scheme(one))
    assert.ok(scheme('https', 'https'))
    for (const one of ['http', '', 'ws', 'https, http', 'http, https', 'httpsx', 'on']) {
      assert.equal(scheme(one), false, one)
    }
    assert.equal(scheme('https', 'http'), false)
  })

  it('is not so where the proxy does not say it: the connection from there is another', () => {
    assert.equal(isSecure([], { encrypted: true }), false)
    assert.equal(source([], { encrypted: true }).isSecure, true, 'nothing was handed on')
  })

  it('is as the connection is for everybody else', () => {
    const says = [['X-Forwarded-Proto', 'https']] as const
    assert.equal(isSecure(says, { peer: '198.51.100.1' }), false)
    assert.equal(
      isSecure([['X-Forwarded-Proto', 'http']], { peer: '198.51.100.1', encrypted: true }),
      true,
    )
  })
})
