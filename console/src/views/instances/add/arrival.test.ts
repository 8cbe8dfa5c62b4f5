import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleInstance } from '../testing/sample-instance.ts'
import { isOver, lookForArrival } from './arrival.ts'

const { signal } = new AbortController()

function look(token: { readonly State: string; readonly InstanceId?: string }, state = 'running') {
  return lookForArrival('jt-1', signal, {
    listTokens: async () => [
      { JoinTokenId: 'jt-0', State: 'used', InstanceId: 'i-0' },
      { JoinTokenId: 'jt-1', ...token },
    ],
    readInstance: async (instanceId) => sampleInstance({ instanceId, state }),
  })
}

describe('lookForArrival', () => {
  it('waits while nobody has used the token', async () => {
    assert.deepEqual(await look({ State: 'unused' }), { kind: 'waited-for' })
  })

  it('tells a host that has joined from one whose agent is here', async () => {
    const joined = await look({ State: 'used', InstanceId: 'i-1' }, 'stopped')
    assert.equal(joined.kind, 'joined')
    assert.ok(!isOver(joined))
    const here = await look({ State: 'used', InstanceId: 'i-1' })
    assert.equal(here.kind === 'here' && here.instance.instanceId, 'i-1')
    assert.ok(isOver(here))
  })

  it('says when nobody can use it any more', async () => {
    assert.deepEqual(await look({ State: 'expired' }), { kind: 'token-over', state: 'expired' })
    assert.deepEqual(await look({ State: 'revoked' }), { kind: 'token-over', state: 'revoked' })
  })
})
