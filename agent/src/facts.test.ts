import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseHostFacts } from '@fleetkey/domain/host-facts'
import { MAX_MESSAGE_LENGTH, parseAgentMessage } from '@fleetkey/wire/agent/messages'
import { collectFacts, type FactSources } from './facts.ts'

const SOURCES: FactSources = {
  delivery: 'command',
  problems: async () => [],
  sshd: async () => ({ version: 'OpenSSH_9.2p1', port: 22, hostKeys: ['ssh-ed25519 AAAA'] }),
  lock: async () => ({ kind: 'locked' }),
}

describe('collectFacts', () => {
  it('says what the server takes', async () => {
    const facts = await collectFacts(SOURCES)
    assert.deepEqual(parseHostFacts(facts), facts)
    assert.notEqual(facts.os, '')
    assert.deepEqual(facts.hostKeys, ['ssh-ed25519 AAAA'])
    assert.ok(
      ![...facts.addresses4, ...facts.addresses6].some((address) => address === '127.0.0.1'),
    )
  })

  it('takes the port from the settings', async () => {
    assert.equal((await collectFacts({ ...SOURCES, sshPort: 2222 })).sshPort, 2222)
  })

  it('names only the addresses that sshd listens on (others would refuse the connection)', async () => {
    const { sshd } = SOURCES
    const on = (...listensOn: string[]) =>
      collectFacts({ ...SOURCES, sshd: async () => ({ ...(await sshd()), listensOn }) })
    const loopback = await on('127.0.0.1', 'fe80::1%eth0')
    assert.deepEqual([loopback.addresses4, loopback.addresses6], [['127.0.0.1'], []])
    const all = await collectFacts(SOURCES)
    const four = await on('0.0.0.0')
    assert.deepEqual([four.addresses4, four.addresses6], [all.addresses4, []])
    assert.deepEqual(await on('0.0.0.0', '::'), all)
  })

  it('turns what cannot be known into problems', async () => {
    const fail = async () => {
      throw new Error('no sshd here')
    }
    const facts = await collectFacts({ ...SOURCES, sshd: fail, lock: fail, problems: fail })
    assert.equal(facts.lock.kind, 'unknown')
    assert.equal(facts.problems.length, 3)
    assert.deepEqual(parseHostFacts(facts), facts)
  })

  it('fits in one message and has no control characters, whatever the host says', async () => {
    const text = '\u001b[2J\n'.repeat(1000)
    const facts = await collectFacts({
      ...SOURCES,
      sshd: async () => ({
        version: text,
        port: 22,
        hostKeys: Array(50).fill(`ssh-rsa ${'A'.repeat(720)}`),
      }),
      lock: async () => ({ kind: 'open', ways: Array(500).fill(text) }),
      problems: async () => Array(500).fill(text),
    })
    const message = JSON.stringify({ kind: 'facts', facts })
    assert.ok(message.length < MAX_MESSAGE_LENGTH, `${message.length}`)
    assert.ok(parseAgentMessage(message))
  })
})
