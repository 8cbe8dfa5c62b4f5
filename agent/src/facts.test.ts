import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseHostFacts } from '@fleetkey/domain/host-facts'
import { MAX_MESSAGE_LENGTH } from '@fleetkey/wire/agent/agent-link'
import { parseAgentMessage } from '@fleetkey/wire/agent/agent-messages'
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

  it('names to direct clients only the addresses that sshd listens on (others would refuse the connection)', async () => {
    const { sshd } = SOURCES
    const on = (...listensOn: string[]) =>
      collectFacts({ ...SOURCES, sshd: async () => ({ ...(await sshd()), listensOn }) })
    const loopback = await on('127.0.0.1', 'fe80::1%eth0')
    assert.deepEqual(loopback.sshAddresses, ['127.0.0.1'])
    const all = await collectFacts(SOURCES)
    assert.deepEqual(all.sshAddresses, [...all.addresses4, ...all.addresses6].toSorted())
    assert.deepEqual((await on('0.0.0.0')).sshAddresses, all.addresses4)
    assert.deepEqual(await on('0.0.0.0', '::'), all)
  })

  it('names all addresses to tunnels, also where sshd listens on loopback only', async () => {
    const { sshd } = SOURCES
    const all = await collectFacts(SOURCES)
    assert.notDeepEqual([...all.addresses4, ...all.addresses6], [])
    const listensOn = ['127.0.0.1']
    const hidden = await collectFacts({
      ...SOURCES,
      sshd: async () => ({ ...(await sshd()), listensOn }),
    })
    assert.deepEqual([hidden.addresses4, hidden.addresses6], [all.addresses4, all.addresses6])
  })

  it('lets tunnels lead to the port that sshd listens on, or to those of the settings', async () => {
    const { sshd } = SOURCES
    const behindNat = {
      ...SOURCES,
      sshPort: 2222,
      sshd: async () => ({ ...(await sshd()), port: 23 }),
    }
    assert.deepEqual((await collectFacts(behindNat)).tunnelPorts, [23])
    assert.deepEqual((await collectFacts({ ...SOURCES, tunnelPorts: [] })).tunnelPorts, [])
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
