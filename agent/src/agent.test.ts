import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { acknowledgementStatement, linkProofStatement } from '@fleetkey/wire/agent/link-statements'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { Agent, type AgentParts } from './agent.ts'
import { isSignedBy, sha256 } from './ed25519.ts'
import type { OfferNote } from './deliveries/notes.ts'
import { BOOT_ID, createParts, SAMPLE_FACTS, scratchDirectory } from './testing/agent-parts.ts'
import {
  createFakeSigner,
  DEPLOYMENT,
  INSTANCE_ID,
  sampleGrant,
  startControlPlane,
  type FakeLink,
} from './testing/control-plane.ts'

async function start(test: TestContext, changes: Partial<AgentParts> = {}) {
  const plane = await startControlPlane()
  const signer = createFakeSigner()
  const stateDirectory = scratchDirectory(test)
  const made = createParts({ serverUrl: plane.url, issuerKey: signer.issuerKey, stateDirectory })
  const parts = { ...made.parts, ...changes }
  const startAgent = async () => {
    const agent = await Agent.open(parts)
    const running = agent.run()
    test.after(async () => {
      await agent.close()
      await running
    })
    return agent
  }
  const agent = await startAgent()
  test.after(() => plane.close())
  return { ...made, parts, plane, signer, agent, startAgent }
}

type Started = Awaited<ReturnType<typeof start>>

/** Asks for a nonce and makes a grant of it. */
async function prepareGrant(link: FakeLink, { signer, parts }: Started) {
  link.send({ kind: 'prepare', exchange: 'p', osUser: 'alice' })
  const prepared = await link.next()
  assert.equal(prepared.kind, 'prepared')
  assert.ok(prepared.kind === 'prepared')
  const grant = sampleGrant({
    agentKey: parts.identity.agentKey,
    nonce: prepared.nonce,
    uid: prepared.uid,
  })
  return { grant, signed: signer.sign(grant) }
}

async function refusalOf(link: FakeLink) {
  const answer = await link.next()
  assert.ok(answer.kind === 'refused', `${answer.kind} instead of refused`)
  return answer.refusal
}

describe('Agent', () => {
  it('proves its key to the challenge and brings its facts', async (test) => {
    const { plane, parts } = await start(test)
    const { hello, challenge } = await plane.arrival()
    const proof = decodeStatement(linkProofStatement, hello.proof.statement)
    assert.deepEqual(proof, {
      deployment: DEPLOYMENT,
      instanceId: INSTANCE_ID,
      challenge,
      bootId: BOOT_ID,
    })
    assert.ok(isSignedBy(parts.identity.agentKey, hello.proof))
    assert.deepEqual(hello.facts, SAMPLE_FACTS)
  })

  it('clears what an earlier run left before it connects', async (test) => {
    const { delivery } = await start(test)
    assert.equal(delivery.cleared, 1)
  })

  it('installs a grant and signs that it did', async (test) => {
    const started = await start(test)
    const link = await started.plane.arrival()
    const { grant, signed } = await prepareGrant(link, started)
    link.send({ kind: 'install', exchange: 'i', ...signed })
    const answer = await link.next()
    assert.ok(answer.kind === 'installed')
    assert.equal(answer.exchange, 'i')
    assert.ok(isSignedBy(started.parts.identity.agentKey, answer.acknowledgement))
    assert.deepEqual(decodeStatement(acknowledgementStatement, answer.acknowledgement.statement), {
      instanceId: INSTANCE_ID,
      grantId: grant.grantId,
      grantHash: sha256(signed.grant.statement).toString('base64'),
      deadline: 100_000 + 6000,
      bootId: BOOT_ID,
    })
    assert.deepEqual([...started.delivery.keys.keys()], [grant.grantId])
  })

  it('refuses the same grant a second time', async (test) => {
    const started = await start(test)
    const link = await started.plane.arrival()
    const { signed } = await prepareGrant(link, started)
    link.send({ kind: 'install', exchange: 'i', ...signed })
    await link.next()
    link.send({ kind: 'install', exchange: 'j', ...signed })
    assert.equal((await refusalOf(link)).code, 'grant-not-valid')
  })

  it('forgets nonces when it starts again', async (test) => {
    const started = await start(test)
    const first = await started.plane.arrival()
    const { signed } = await prepareGrant(first, started)
    await started.agent.close()
    await started.startAgent()
    const link = await started.plane.arrival()
    link.send({ kind: 'install', exchange: 'i', ...signed })
    assert.equal((await refusalOf(link)).code, 'grant-not-valid')
    assert.equal(started.delivery.keys.size, 0)
  })

  it('takes a key away when it is revoked', async (test) => {
    const started = await start(test)
    const link = await started.plane.arrival()
    const { grant, signed } = await prepareGrant(link, started)
    link.send({ kind: 'install', exchange: 'i', ...signed })
    await link.next()
    link.send({ kind: 'revoke', grantId: grant.grantId })
    link.send({ kind: 'prepare', exchange: 'after', osUser: 'alice' })
    await link.next()
    assert.equal(started.delivery.keys.size, 0)
  })

  it('does not install a grant that was revoked before it came', async (test) => {
    const started = await start(test)
    const link = await started.plane.arrival()
    const { grant, signed } = await prepareGrant(link, started)
    link.send({ kind: 'revoke', grantId: grant.grantId })
    link.send({ kind: 'install', exchange: 'i', ...signed })
    assert.equal((await refusalOf(link)).code, 'grant-not-valid')
    assert.equal(started.delivery.keys.size, 0)
  })

  it('says early that there is no such account', async (test) => {
    const { plane } = await start(test)
    const link = await plane.arrival()
    link.send({ kind: 'prepare', exchange: 'p', osUser: 'nobody-here' })
    assert.equal((await refusalOf(link)).code, 'user-unknown')
  })

  it('answers a delivery that throws with a refusal and leaves nothing', async (test) => {
    const started = await start(test)
    started.delivery.before = async (call) => {
      if (call === 'install') throw new Error('EIO: secret path')
    }
    const link = await started.plane.arrival()
    const { signed } = await prepareGrant(link, started)
    link.send({ kind: 'install', exchange: 'i', ...signed })
    const refusal = await refusalOf(link)
    assert.equal(refusal.code, 'delivery-failed')
    assert.doesNotMatch(refusal.message, /secret path/)
    assert.equal(started.delivery.keys.size, 0)
  })

  it('comes back by itself when the link is cut', async (test) => {
    const { plane } = await start(test)
    const first = await plane.arrival()
    first.socket.terminate()
    const second = await plane.arrival()
    assert.notEqual(second.challenge, first.challenge)
  })

  it('sends its facts again only when they changed', async (test) => {
    let facts = SAMPLE_FACTS
    const { plane, agent } = await start(test, { collectFacts: async () => facts })
    const link = await plane.arrival()
    await agent.refreshFacts()
    facts = { ...SAMPLE_FACTS, hostname: 'web-2' }
    await agent.refreshFacts()
    const message = await link.next()
    assert.ok(message.kind === 'facts')
    assert.equal(message.facts.hostname, 'web-2')
  })

  it('reports offers until the server has stored them', async (test) => {
    const at = Date.now()
    const notes: OfferNote[] = [
      { at, osUser: 'alice', uid: 1000, fingerprint: 'SHA256:unknown', live: false },
    ]
    const { plane } = await start(test, { takeNotes: async () => notes.splice(0) })
    const before = await plane.arrival()
    before.socket.terminate()
    const link = await plane.arrival()
    const message = await link.next()
    assert.ok(message.kind === 'receipts')
    const [receipt] = message.receipts
    assert.equal(receipt?.kind, 'offered')
    assert.equal(receipt.grantId, undefined)
    link.send({ kind: 'stored', receiptIds: [receipt.receiptId] })
  })

  it('takes live keys away when it stops', async (test) => {
    const started = await start(test)
    const link = await started.plane.arrival()
    const { signed } = await prepareGrant(link, started)
    link.send({ kind: 'install', exchange: 'i', ...signed })
    await link.next()
    await started.agent.close()
    assert.equal(started.delivery.keys.size, 0)
  })
})
