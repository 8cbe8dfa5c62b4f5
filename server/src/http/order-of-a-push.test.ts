import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store, TrailStore } from '../store/store.ts'
import type { ApiClient } from '../testing/api-client.ts'
import {
  startControlPlane,
  type ControlPlane,
  type StoredRecord,
} from '../testing/control-plane.ts'
import { connectAgent, enrolHost, installed, type FakeAgent } from '../testing/fake-agent.ts'
import { push, pushFields, PUSH_TO_DEV } from '../testing/push.ts'

let plane: ControlPlane
let agent: FakeAgent
let alice: ApiClient
/** Looked at when the agent is asked to install. */
let whenInstalling: ((seq: number) => void) | undefined
/** Methods of the trail that fail at present. */
const failing = new Set<keyof TrailStore>()

before(async () => {
  plane = await startControlPlane({
    openStore: async (options) => withFailingTrail(await openSqliteStore(options)),
  })
  alice = await plane.user('alice', PUSH_TO_DEV)
  agent = await connectAgent(plane, await enrolHost(plane, { env: 'dev' }), {
    install(message, host) {
      whenInstalling?.(agent.grants().at(-1)?.intentSeq ?? 0)
      return installed(message, host)
    },
  })
})
after(async () => {
  await agent.close()
  await plane.close()
})
beforeEach(() => {
  failing.clear()
  whenInstalling = undefined
})

const recordsOf = (requestId: unknown): readonly StoredRecord[] =>
  plane.trail().filter((record) => record.requestId === requestId)

describe('the order of a push', () => {
  it('does not read the body of somebody unknown', async () => {
    const before = plane.trail().length
    const signed = alice.sign('SendSSHPublicKey', {}, { body: '{', secretAccessKey: 'wrong' })
    assert.equal((await alice.send(signed)).code, 'InvalidSignatureException')
    const known = alice.sign('SendSSHPublicKey', {}, { body: '{' })
    assert.equal((await alice.send(known)).code, 'SerializationException')
    const recorded = plane.trail().slice(before)
    assert.deepEqual(
      recorded.map(({ eventName, errorCode, event }) => [
        eventName,
        errorCode,
        event.userIdentity.type,
      ]),
      [
        ['SendSSHPublicKey', 'InvalidSignatureException', 'Unknown'],
        ['SendSSHPublicKey', 'SerializationException', 'IAMUser'],
      ],
    )
  })

  it('does not tell somebody unknown which operations there are', async () => {
    const signed = alice.sign('NoSuchOperation', {}, { secretAccessKey: 'wrong' })
    assert.equal((await alice.send(signed)).code, 'InvalidSignatureException')
    const known = await alice.send(alice.sign('NoSuchOperation', {}))
    assert.deepEqual(
      [known.code, known.message],
      [
        'UnknownOperationException',
        "The operation 'AWSEC2InstanceConnectService.NoSuchOperation' is not known here.",
      ],
    )
  })

  it('writes no intent for what is denied, and asks no host', async () => {
    const mallory = await plane.user('mallory')
    const told = agent.told.length
    const answer = await push(mallory, agent.host.instanceId)
    assert.equal(answer.code, 'AccessDeniedException')
    const phases = recordsOf(answer.headers['x-amzn-requestid']).map((record) => record.phase)
    assert.deepEqual(phases, ['complete'])
    assert.equal(agent.told.length, told)
  })

  it('has the intent in the database before the host hears of the grant, which names it', async () => {
    let found: readonly StoredRecord[] = []
    let named = 0
    whenInstalling = (seq) => {
      found = plane.trail()
      named = seq
    }
    const answer = await push(alice, agent.host.instanceId)
    assert.equal(answer.status, 200)
    const last = found.at(-1)
    assert.deepEqual([last?.seq, last?.phase], [named, 'intent'])
    assert.equal(last?.requestId, answer.body.RequestId)
    const grant = agent.grants().at(-1)
    assert.deepEqual([grant?.intentSeq, grant?.intentHash], [last?.seq, last?.hash])
  })

  it('has the outcome in the database when the client has its answer', async () => {
    for (let round = 0; round < 20; round++) {
      const answer = await push(alice, agent.host.instanceId)
      const phases = recordsOf(answer.body.RequestId).map((record) => record.phase)
      assert.deepEqual(phases, ['intent', 'outcome'])
    }
  })

  it('lets nothing through when the intent cannot be written', async () => {
    failing.add('appendIntent')
    const before = agent.grants().length
    const answer = await push(alice, agent.host.instanceId)
    assert.deepEqual([answer.status, answer.code], [500, 'ServiceException'])
    assert.match(answer.message, /nothing was let through/)
    assert.equal(agent.grants().length, before)
    assert.ok(!answer.text.includes('disk'), 'the cause belongs into the log')
    assert.match(plane.log(), /the disk is full/)
  })

  it('says no Success when the outcome cannot be written, nor that nothing happened', async () => {
    failing.add('appendOutcome')
    const signed = alice.sign('SendSSHPublicKey', pushFields(agent.host.instanceId))
    const answer = await alice.send(signed)
    assert.deepEqual([answer.status, answer.code], [500, 'ServiceException'])
    assert.match(answer.message, /may or may not have happened/)
    assert.doesNotMatch(answer.message, /nothing was let through/)
    const phases = recordsOf(answer.headers['x-amzn-requestid']).map((record) => record.phase)
    assert.deepEqual(phases, ['intent'])
    failing.clear()
    const again = await alice.send(signed)
    assert.deepEqual([again.status, again.code], [503, 'EC2InstanceUnavailableException'])
    assert.equal(
      again.message,
      'This very request was received before and its outcome is not known. Sign a new one.',
    )
  })

  it('does not even tell a denial that it cannot record', async () => {
    failing.add('append')
    const mallory = (await push(alice, 'i-00000000000000000')).code
    assert.equal(mallory, 'ServiceException')
  })

  it('gives no list out that it cannot record', async () => {
    failing.add('append')
    const answer = await plane.root.call('DescribeInstances', {})
    assert.equal(answer.status, 500)
    assert.ok(!answer.text.includes(agent.host.instanceId))
  })
})

function withFailingTrail(store: Store): Store {
  const trail = new Proxy(store.trail, {
    get: (target, name: keyof TrailStore) =>
      failing.has(name) ? () => Promise.reject(new Error('the disk is full')) : target[name],
  })
  return { ...store, trail }
}
