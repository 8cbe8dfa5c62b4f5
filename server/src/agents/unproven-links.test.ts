import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UnprovenLinks } from './unproven-links.ts'

const taken = (links: UnprovenLinks, count: number, address: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => links.add(address(at))).filter(
    (one) => one !== undefined,
  )

describe('agent links that have not proved their key', () => {
  it('are so many in all, and of one machine so few that others come in (would keep every agent out)', () => {
    const links = new UnprovenLinks()
    // One machine has all addresses of its /64.
    const own = taken(links, 1000, (at) => `2001:db8::${at.toString(16)}`)
    assert.equal(own.length, 448)
    assert.equal(taken(links, 1000, (at) => `10.0.${at >> 8}.${at & 255}`).length, 64)
    assert.equal(links.count, 512)
  })

  it('make room when they are proven or gone', () => {
    const links = new UnprovenLinks()
    const own = taken(links, 1000, () => '192.0.2.7')
    assert.equal(links.add('192.0.2.7'), undefined)
    own[0]?.()
    assert.ok(links.add('192.0.2.7'))
    for (const done of own.slice(1)) done()
    assert.equal(links.count, 1)
  })
})
