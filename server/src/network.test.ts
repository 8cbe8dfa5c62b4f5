import assert from 'node:assert/strict'
import { it } from 'node:test'
import { machineOf, networkOf, surroundingsOf } from './network.ts'

it('takes a /24 of IPv4 and a /56 of IPv6 for one party, however they are spelt', () => {
  assert.equal(networkOf('192.0.2.77'), '192.0.2.0/24')
  const spellings = ['2001:db8:0:12ff::1', '2001:DB8::12AB:0:0:0:1', '2001:db8:0:1200::%eth0']
  assert.deepEqual(new Set(spellings.map(networkOf)), new Set(['2001:db8:0:1200::/56']))
  assert.notEqual(networkOf('2001:db8:0:1300::1'), networkOf('2001:db8:0:1200::1'))
  assert.equal(networkOf('::1'), '0:0:0:0::/56')
})

it('takes a /16 of IPv4 and a /32 of IPv6 for what is around one', () => {
  assert.equal(surroundingsOf('192.0.2.77'), '192.0.0.0/16')
  assert.equal(surroundingsOf('2001:DB8:ffff::1'), '2001:db8::/32')
})

it('takes an address of IPv4 and a /64 of IPv6 for one machine', () => {
  assert.equal(machineOf('192.0.2.77'), '192.0.2.77')
  assert.equal(machineOf('2001:db8:0:12ff:1:2:3:4'), '2001:db8:0:12ff::/64')
})
