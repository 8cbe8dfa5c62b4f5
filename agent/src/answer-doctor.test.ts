import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { mendOrderStatement } from '@fleetkey/wire/agent/mend-statement'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { Agent } from './agent.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'
import { createParts, SAMPLE_FACTS, scratchDirectory } from './testing/agent-parts.ts'
import {
  createFakeSigner,
  DEPLOYMENT,
  INSTANCE_ID,
  startControlPlane,
} from './testing/control-plane.ts'

async function start(test: TestContext, settings: Settings = DEFAULT_SETTINGS) {
  const plane = await startControlPlane()
  const signer = createFakeSigner()
  const stateDirectory = scratchDirectory(test)
  const { parts } = createParts({
    serverUrl: plane.url,
    issuerKey: signer.issuerKey,
    stateDirectory,
  })
  let hostname = 'before'
  const collectFacts = async () => ({ ...SAMPLE_FACTS, hostname })
  const agent = await Agent.open({ ...parts, settings, collectFacts })
  const running = agent.run()
  test.after(async () => {
    await agent.close()
    await running
    await plane.close()
  })
  const link = await plane.arrival()
  const order = (changes: object = {}) => {
    const statement = encodeStatement(mendOrderStatement, {
      deployment: DEPLOYMENT,
      mendId: randomBytes(16).toString('hex'),
      instanceId: INSTANCE_ID,
      agentKey: parts.identity.agentKey,
      linkNonce: link.hello.linkNonce ?? '',
      fixes: ['helper'],
      osUser: '',
      dryRun: true,
      issuedAt: Date.now(),
      principalArn: 'arn:aws:iam::123456789012:user/alice',
      requestId: 'r',
      intentSeq: 1,
      intentHash: '0'.repeat(64),
      ...changes,
    })
    const { signed, signer: certificate } = signer.vouch(statement)
    return { kind: 'mend', exchange: 'e', order: signed, signer: certificate } as const
  }
  return { link, order, rename: (name: string) => (hostname = name) }
}

describe('an agent that is asked by a doctor', () => {
  it('looks, and says what it found and what time it is', async (test) => {
    const { link } = await start(test)
    link.send({ kind: 'examine', exchange: 'e', osUser: 'nobody', address: '192.0.2.7' })
    const answer = await link.next()
    assert.ok(answer.kind === 'examined', answer.kind)
    assert.ok(Math.abs(answer.wallClock - Date.now()) < 60_000)
    assert.ok(answer.findings.some(({ check }) => check === 'account'))
  })

  it('is not kept busy by many who ask at once', async (test) => {
    const { link } = await start(test)
    for (let exchange = 0; exchange < 11; exchange++) {
      link.send({ kind: 'examine', exchange: String(exchange), checks: ['disk'] })
    }
    const kinds: string[] = []
    // oxlint-disable-next-line no-await-in-loop -- one answer after the other
    while (kinds.length < 11) kinds.push((await link.next()).kind)
    assert.equal(kinds.filter((kind) => kind === 'examined').length, 10)
    assert.equal(kinds.filter((kind) => kind === 'refused').length, 1)
  })

  it('follows an order to mend once', async (test) => {
    const { link, order } = await start(test)
    const signed = order()
    link.send(signed)
    const answer = await link.next()
    assert.ok(answer.kind === 'mended', answer.kind)
    assert.deepEqual(
      answer.findings.map(({ check }) => check),
      ['helper'],
    )
    link.send(signed)
    const again = await link.next()
    assert.ok(again.kind === 'refused' && again.refusal.code === 'grant-not-valid')
  })

  it('says what changed on the host before it says that it mended (the next login is sent by it)', async (test) => {
    const { link, order, rename } = await start(test)
    rename('after')
    link.send(order())
    assert.equal((await link.next()).kind, 'mended')
    // Without a user there is nothing to mend there.
    link.send(order({ dryRun: false, fixes: ['permissions'] }))
    const facts = await link.next()
    assert.ok(facts.kind === 'facts', facts.kind)
    assert.equal(facts.facts.hostname, 'after')
    assert.equal((await link.next()).kind, 'mended')
  })

  it('mends nothing where its administrator says so', async (test) => {
    const { link, order } = await start(test, { ...DEFAULT_SETTINGS, remoteMends: false })
    link.send(order())
    const answer = await link.next()
    assert.ok(answer.kind === 'refused' && answer.refusal.code === 'target-not-allowed')
  })
})
