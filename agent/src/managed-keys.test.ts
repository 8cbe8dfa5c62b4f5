import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import {
  managedSignersStatement,
  type ManagedSigners,
} from '@fleetkey/wire/agent/managed-signers-statement'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { Agent } from './agent.ts'
import { createFakeDelivery, createParts, scratchDirectory } from './testing/agent-parts.ts'
import {
  createFakeSigner,
  newKey,
  sampleGrant,
  startControlPlane,
} from './testing/control-plane.ts'
import { tellOf } from './testing/managed-signer.ts'

// What the agent does for a delivery that serves managed keys, and for no other.

const TOLD = tellOf([], { chains: ['x'], staples: ['y'] })
const SIGNATURE = { signer: 'AB'.repeat(20), signature: `${'A'.repeat(342)}==` }

async function start(test: TestContext, takeSigners?: (signers: ManagedSigners) => void) {
  const plane = await startControlPlane()
  const signer = createFakeSigner()
  const stateDirectory = scratchDirectory(test)
  const { parts } = createParts({
    serverUrl: plane.url,
    issuerKey: signer.issuerKey,
    stateDirectory,
  })
  const delivery = createFakeDelivery()
  const taking = takeSigners === undefined ? {} : { takeSigners }
  const agent = await Agent.open({ ...parts, delivery: Object.assign(delivery, taking) })
  const running = agent.run()
  test.after(async () => {
    await agent.close()
    await running
    await plane.close()
  })
  const link = await plane.arrival()
  return { link, signer, parts, delivery }
}

describe('an agent that serves managed keys', () => {
  it('asks for the signers as soon as its link is up, and takes what a grant signer signed', async (test) => {
    const taken: ManagedSigners[] = []
    const { link, signer } = await start(test, (signers) => taken.push(signers))
    assert.deepEqual(await link.next(), { kind: 'signers-wanted' })
    const tell = (signing: Parameters<typeof signer.vouch>[1]) => {
      const text = encodeStatement(managedSignersStatement, TOLD)
      const { signed, signer: certificate } = signer.vouch(text, signing)
      link.send({ kind: 'signers', signers: signed, signer: certificate })
    }
    tell({ signer: newKey() })
    tell({})
    link.send({ kind: 'prepare', exchange: 'p', osUser: 'alice' })
    await link.next()
    assert.deepEqual(taken, [TOLD])
  })

  it('says its wall clock when it is asked for an account', async (test) => {
    const { link } = await start(test, () => {})
    await link.next()
    const before = Date.now()
    link.send({ kind: 'prepare', exchange: 'p', osUser: 'alice' })
    const answer = await link.next()
    assert.ok(answer.kind === 'prepared' && answer.wallClock !== undefined)
    assert.ok(before <= answer.wallClock && answer.wallClock <= Date.now())
  })

  it('makes the signed text of the grant itself (nothing from outside stands in it)', async (test) => {
    const { link, signer, parts, delivery } = await start(test, () => {})
    await link.next()
    link.send({ kind: 'prepare', exchange: 'p', osUser: 'alice' })
    const prepared = await link.next()
    assert.ok(prepared.kind === 'prepared')
    const { nonce, uid } = prepared
    const grant = sampleGrant({ agentKey: parts.identity.agentKey, nonce, uid })
    const managed = { expires: 1_700_000_060, signatures: [SIGNATURE] }
    link.send({ kind: 'install', exchange: 'i', ...signer.sign(grant), managed })
    assert.equal((await link.next()).kind, 'installed')
    const [key] = delivery.keys.values()
    assert.deepEqual(key?.managed, {
      ...managed,
      text: `#Timestamp=1700000060
#Instance=${grant.instanceId}
#Caller=${grant.principalArn}
#Request=${grant.requestId}
ssh-ed25519 ${grant.keyBlob}
`,
    })
  })
})

describe('any other agent', () => {
  it('neither asks for signers nor says its clock', async (test) => {
    const { link } = await start(test)
    link.send({ kind: 'prepare', exchange: 'p', osUser: 'alice' })
    const answer = await link.next()
    assert.ok(answer.kind === 'prepared')
    assert.ok(!('wallClock' in answer))
  })
})
