import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { AgentLink } from '../agents/agent-link.ts'
import { whoseAddress } from './whose-address.ts'

const ADDRESS = '192.0.2.7'

/** @param links the addresses that they come from, by instance */
function whose(reporting: string, links: Readonly<Record<string, string>>): string {
  const instances = reporting.split(' ').map((instanceId) => ({ instanceId }))
  const linkOf = (id: string) => {
    const peerAddress = links[id]
    return peerAddress === undefined ? undefined : ({ peerAddress } as AgentLink)
  }
  return whoseAddress(ADDRESS, instances, { linkOf })
    .map(({ instanceId }) => instanceId)
    .join(' ')
}

it('an address is of the host whose link comes from it, whoever else reports it (to shut it out, or to take its place)', () => {
  assert.equal(whose('liar host', { liar: '192.0.2.66', host: ADDRESS }), 'host')
})

it('an address is of the connected ones, where all links come through something else', () => {
  assert.equal(whose('gone a b', { a: '198.51.100.1', b: '198.51.100.1' }), 'a b')
})

it('an address is of all that report it, when none is connected', () => {
  assert.equal(whose('a b', {}), 'a b')
})
