import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { address6, privateAddress4, publicAddress4 } from './addresses.ts'

const of = (addresses4: readonly string[], addresses6: readonly string[] = []) => {
  const all = { addresses4, addresses6 }
  return [publicAddress4(all), privateAddress4(all), address6(all)]
}

describe('the addresses of an instance', () => {
  it('are the first public and the first private one that the host reported', () => {
    assert.deepEqual(of(['10.0.0.1', '10.0.0.2', '8.8.8.8', '9.9.9.9']), [
      '8.8.8.8',
      '10.0.0.1',
      undefined,
    ])
    assert.deepEqual(of(['8.8.8.8', '192.168.0.1']), ['8.8.8.8', '192.168.0.1', undefined])
  })

  it('are the same one where the host has public ones alone: tunnels go to the private one', () => {
    assert.deepEqual(of(['8.8.8.8']), ['8.8.8.8', '8.8.8.8', undefined])
    assert.deepEqual(of([]), [undefined, undefined, undefined])
  })

  it("prefer the Internet's IPv6 to that of a private network", () => {
    assert.equal(of([], ['fd00::1', '2001:db8::1'])[2], '2001:db8::1')
    assert.equal(of([], ['fd00::1'])[2], 'fd00::1')
  })
})
