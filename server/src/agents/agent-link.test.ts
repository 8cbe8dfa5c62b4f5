import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAgentLink } from './agent-link.ts'

const HOST = {
  instanceId: 'i-1',
  since: 0,
  peerAddress: '192.0.2.7',
  isOfProxy: false,
  linkNonce: undefined,
}
const PREPARE = { kind: 'prepare', osUser: 'ec2-user' } as const

function link() {
  const sent: { exchange: string }[] = []
  const socket = { send: (text: string) => void sent.push(JSON.parse(text)), close: () => {} }
  return { sent, agent: createAgentLink(HOST, socket) }
}

describe('an agent link', () => {
  it('gives each answer to its question', async () => {
    const { sent, agent } = link()
    const [first, second] = [agent.ask(PREPARE), agent.ask(PREPARE)]
    for (const [at, uid] of [
      [1, 1001],
      [0, 1000],
    ] as const) {
      const exchange = sent[at]?.exchange ?? ''
      assert.equal(agent.settle({ kind: 'prepared', exchange, nonce: 'n', uid }), true)
      assert.equal(agent.settle({ kind: 'prepared', exchange, nonce: 'n', uid: 0 }), false)
    }
    const uids = (await Promise.all([first, second])).map((one) => 'uid' in one && one.uid)
    assert.deepEqual(uids, [1000, 1001])
  })

  it('fails its open questions when it closes', async () => {
    const { agent } = link()
    const asked = agent.ask(PREPARE)
    agent.closed()
    await assert.rejects(asked, /the agent link closed/)
  })

  it('lets go of questions that are never answered (an agent would be deaf after 256 of them)', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { agent } = link()
    const asked = Array.from({ length: 256 }, () => agent.ask(PREPARE))
    await assert.rejects(agent.ask(PREPARE), /too many unanswered questions/)
    const ended = Promise.allSettled(asked)
    t.mock.timers.tick(20_000)
    assert.ok((await ended).every(({ status }) => status === 'rejected'))
    const next = agent.ask(PREPARE)
    agent.closed()
    await assert.rejects(next, /the agent link closed/)
  })
})
