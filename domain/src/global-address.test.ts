import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isGlobalIpv4 } from './global-address.ts'

describe('isGlobalIpv4', () => {
  for (const address of [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '128.0.0.1',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.1.1',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
  ]) {
    it(`is true of ${address}`, () => assert.equal(isGlobalIpv4(address), true))
  }

  for (const address of [
    '0.0.0.0',
    '0.255.0.1',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.9',
    '192.0.2.7',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.9',
    '224.0.0.1',
    '239.1.1.1',
    '240.0.0.1',
    '255.255.255.255',
  ]) {
    it(`is false of ${address}`, () => assert.equal(isGlobalIpv4(address), false))
  }

  it('is false of what is no address, or is spelt as none should be', () => {
    for (const text of ['', '1.1.1', '1.1.1.1.1', '01.1.1.1', '256.1.1.1', '1.1.1.x', ' 1.1.1.1']) {
      assert.equal(isGlobalIpv4(text), false, text)
    }
    assert.equal(isGlobalIpv4('2001:4860:4860::8888'), false)
  })
})
