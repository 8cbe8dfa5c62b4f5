import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import {
  CLOSE_BACK_OFF,
  CLOSE_FORGOTTEN,
  MAX_MESSAGE_LENGTH,
} from '@fleetkey/wire/agent/agent-link'
import type { Receipt } from '@fleetkey/wire/agent/receipts'
import { generatePrivateKey } from '../secrets/ed25519.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import { StoreUnavailable, type Store } from '../store/store.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, FACTS, hello, openLink } from '../testing/fake-agent.ts'
import { PUBLIC_KEY, push, PUSH_TO_DEV } from '../testing/push.ts'
import { until } from '../testing/until.ts'

const BROKE_THE_RULES = 1008
const TOO_BIG = 1009
const NO_PROOF = { code: BROKE_THE_RULES, reason: 'no valid proof' }

const CHANGED = { ...FACTS, hostname: 'renamed' }

let plane: ControlPlane
/** Happens just before facts are saved. */
let beforeFacts: ((store: Store, instanceId: string) => Promise<unknown>) | undefined
/** Happens just before a session is looked for. */
let beforeSession: (() => Promise<unknown>) | undefined
let beforeReport: ((report: string) => void) | undefined
before(async () => {
  plane = await startControlPlane({
    proofDeadlineMs: 500,
    openStore: async (options) => withMishaps(await openSqliteStore(options)),
  })
})
afterEach(() => {
  beforeFacts = beforeSession = beforeReport = undefined
})
after(() => plane.close())

const isConnected = async (instanceId: string): Promise<boolean> => {
  const { Reservations } = await plane.root.done('DescribeInstances', { InstanceIds: [instanceId] })
  return Reservations[0].Instances[0].Fleetkey.Link.State === 'connected'
}

describe('an agent link', () => {
  it('is refused to who does not hold the key of the instance', async () => {
    const host = await enrolHost(plane)
    const link = openLink(plane, host)
    const impostor = { ...host, key: generatePrivateKey() }
    link.say(hello(impostor, await link.hears('challenge')))
    assert.deepEqual(await link.closed, NO_PROOF)
    assert.equal(await isConnected(host.instanceId), false)
  })

  it('is refused to an instance that is not enrolled, so that it stops trying', async () => {
    const host = await enrolHost(plane)
    const link = openLink(plane, host)
    const unknown = { ...host, instanceId: 'i-00000000000000000' }
    link.say(hello(unknown, await link.hears('challenge')))
    assert.equal((await link.closed).code, CLOSE_FORGOTTEN)
  })

  it('is refused to the answer to another challenge (was overheard)', async () => {
    const host = await enrolHost(plane)
    const [first, second] = [openLink(plane, host), openLink(plane, host)]
    await second.hears('challenge')
    second.say(hello(host, await first.hears('challenge')))
    assert.deepEqual(await second.closed, NO_PROOF)
    first.say(hello(host, { ...(await first.hears('challenge')), deployment: 'another' }))
    assert.deepEqual(await first.closed, NO_PROOF)
  })

  it('is cut when nothing is proved in time (would hold a socket for ever)', async () => {
    const link = openLink(plane, await enrolHost(plane))
    assert.deepEqual(await link.closed, NO_PROOF)
  })

  it('is cut when it begins with something else', async () => {
    const host = await enrolHost(plane)
    for (const first of ['{"kind":"facts"}', '', 'x'.repeat(MAX_MESSAGE_LENGTH + 1)]) {
      const link = openLink(plane, host)
      await link.hears('challenge')
      link.socket.send(first)
      assert.deepEqual(await link.closed, NO_PROOF)
    }
  })

  it('is cut at a binary frame, at text that is no message, and at a second hello', async () => {
    const host = await enrolHost(plane)
    for (const broken of [Buffer.from('{"kind":"receipts","receipts":[]}'), '{', '{"kind":"x"}']) {
      const agent = await connectAgent(plane, host)
      agent.socket.send(broken)
      assert.deepEqual(await agent.closed, {
        code: BROKE_THE_RULES,
        reason: 'not a message of this protocol',
      })
    }
    const agent = await connectAgent(plane, host)
    agent.say(hello(host, await agent.hears('challenge')))
    assert.equal((await agent.closed).code, CLOSE_BACK_OFF)
  })

  it('is cut at a frame that is too big, before it is all read', async () => {
    const agent = await connectAgent(plane, await enrolHost(plane))
    agent.socket.send('x'.repeat(MAX_MESSAGE_LENGTH * 4 + 1))
    assert.equal((await agent.closed).code, TOO_BIG)
  })

  it('takes the place of an earlier one of the same instance', async () => {
    const host = await enrolHost(plane)
    const first = await connectAgent(plane, host)
    const second = await connectAgent(plane, host)
    assert.deepEqual(await first.closed, {
      code: BROKE_THE_RULES,
      reason: 'another link of this instance took its place',
    })
    assert.equal((await push(plane.root, host.instanceId)).status, 200)
    assert.deepEqual([first.grants().length, second.grants().length], [0, 1])
    await second.close()
    await untilNot(() => isConnected(host.instanceId))
  })

  it('of a forgotten instance is cut and cannot come back', async () => {
    const host = await enrolHost(plane)
    const agent = await connectAgent(plane, host)
    await plane.root.done('ForgetInstance', { InstanceId: host.instanceId })
    assert.deepEqual(await agent.closed, { code: CLOSE_FORGOTTEN, reason: 'forgotten' })
    const again = openLink(plane, host)
    again.say(hello(host, await again.hears('challenge')))
    assert.equal((await again.closed).code, CLOSE_FORGOTTEN)
    const answer = await push(plane.root, host.instanceId)
    assert.equal(answer.code, 'EC2InstanceNotFoundException')
  })

  it('of an instance that is forgotten while it is greeted is cut too', async () => {
    const host = await enrolHost(plane)
    beforeFacts = (store, instanceId) => store.instances.forget(instanceId)
    const agent = await connectAgent(plane, host, { facts: CHANGED })
    assert.deepEqual(await agent.closed, { code: CLOSE_FORGOTTEN, reason: 'forgotten' })
  })

  it('is told to come back when the store fails while it is greeted (would end the process)', async () => {
    const host = await enrolHost(plane)
    beforeFacts = () => Promise.reject(new Error('the disk is full'))
    const agent = await connectAgent(plane, host, { facts: CHANGED })
    assert.equal((await agent.closed).code, CLOSE_BACK_OFF)
    assert.match(plane.log(), /the disk is full/)
  })

  it('is told to stay away for some seconds when the server stops', async () => {
    const other = await startControlPlane()
    const agent = await connectAgent(other, await enrolHost(other))
    const [{ code, reason }] = await Promise.all([agent.closed, other.close()])
    assert.equal(code, CLOSE_BACK_OFF)
    assert.match(reason, /^\d+$/)
  })
})

describe('what a host says of itself', () => {
  it('is shown, and decides nothing (a host could give itself to anybody)', async () => {
    const host = await enrolHost(plane, { env: 'prod' })
    const alice = await plane.user('alice', PUSH_TO_DEV)
    const agent = await connectAgent(plane, host)
    const lies = { ...FACTS, hostname: 'dev', env: 'dev', Name: 'web-1', tags: { env: 'dev' } }
    agent.say({ kind: 'facts', facts: lies })
    await untilNot(async () => !(await describedTags(host.instanceId)).hostname.includes('dev'))
    assert.deepEqual((await describedTags(host.instanceId)).tags, [{ Key: 'env', Value: 'prod' }])
    assert.equal((await push(alice, host.instanceId)).code, 'AccessDeniedException')
    const { Reservations } = await plane.root.done('DescribeInstances', {
      Filters: [{ Name: 'tag:Name', Values: ['web-1'] }],
    })
    assert.deepEqual(Reservations, [])
    await agent.close()
  })
})

describe('what a host sends', () => {
  it('of itself is written when it is new, and of one that changes all the time the last now and then (each is a write)', async () => {
    const host = await enrolHost(plane)
    let writes = 0
    beforeFacts = async () => writes++
    for (let link = 0; link < 3; link++) {
      // oxlint-disable-next-line no-await-in-loop -- one link after the other
      const agent = await connectAgent(plane, host)
      for (let count = 0; count < 100; count++) agent.say({ kind: 'facts', facts: FACTS })
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await agent.close()
    }
    assert.equal(writes, 0)
    const agent = await connectAgent(plane, host)
    for (let count = 0; count < 1000; count++) {
      agent.say({ kind: 'facts', facts: { ...FACTS, hostname: `h-${count}` } })
    }
    agent.say({ kind: 'receipts', receipts: [] })
    await agent.hears('stored')
    assert.ok(writes <= 10, `${writes} writes`)
    await agent.close()
  })

  it('is read no faster than it is kept (a host could fill the memory of the server)', async () => {
    const agent = await connectAgent(plane, await enrolHost(plane))
    const disk = Promise.withResolvers<void>()
    let kept = 0
    beforeSession = async () => {
      await disk.promise
      kept++
    }
    const end = { at: 1, kind: 'session-ended', osUser: 'root', ending: 'closed' } as const
    const sessionId = `s-${'0'.repeat(17)}`
    // More than lies between them.
    const padding = 'x'.repeat(MAX_MESSAGE_LENGTH - 1000)
    for (let count = 0; count < 1500; count++) {
      const receipts = [{ ...end, receiptId: `r-${count}`, sessionId }]
      agent.socket.send(JSON.stringify({ kind: 'receipts', receipts, padding }))
    }
    let before = Infinity
    await until(async () => {
      const isStill = agent.socket.bufferedAmount === before
      before = agent.socket.bufferedAmount
      await new Promise((resolve) => setTimeout(resolve, 50))
      return isStill
    })
    assert.ok(before > 0, 'it was all read')
    disk.resolve()
    await until(() => kept === 1500)
    await agent.close()
  })
})

describe('receipts', () => {
  const receipt: Receipt = {
    receiptId: 'r-1',
    at: Date.UTC(2026, 0, 1),
    kind: 'offered',
    osUser: 'ec2-user',
    fingerprint: 'SHA256:x',
  }

  it('are in the database before the host may forget them, and lead back to the push', async () => {
    const host = await enrolHost(plane)
    const agent = await connectAgent(plane, host)
    const { RequestId } = await plane.root.done('SendSSHPublicKey', {
      InstanceId: host.instanceId,
      InstanceOSUser: 'ec2-user',
      SSHPublicKey: PUBLIC_KEY,
    })
    const grantId = agent.grants()[0]?.grantId ?? ''
    agent.say({ kind: 'receipts', receipts: [{ ...receipt, grantId }] })
    const stored = await agent.hears('stored')
    const records = plane.trail().filter((record) => record.requestId === RequestId)
    assert.deepEqual(stored.receiptIds, ['r-1'])
    assert.deepEqual(
      records.map((record) => record.eventName),
      ['SendSSHPublicKey', 'SendSSHPublicKey', 'KeyOffered'],
    )
    assert.deepEqual(records[2]?.event.userIdentity, {
      type: 'AWSService',
      invokedBy: `agent/${host.instanceId}`,
    })
    assert.equal(records[2]?.event.additionalEventData['hostTime'], '2026-01-01T00:00:00.000Z')
    await agent.close()
  })

  it('are on record once each, though only some of a batch could be recorded, and whoever sends it again', async () => {
    const host = await enrolHost(plane)
    const agent = await connectAgent(plane, host)
    const receipts = [1, 2, 3, 4].map((n) => ({ ...receipt, receiptId: `b-${n}` }))
    let isFull = true
    beforeReport = (report) => {
      if (report.endsWith('b-2') && isFull) {
        isFull = false
        throw new StoreUnavailable('disk full', { inDoubt: false })
      }
    }
    agent.say({ kind: 'receipts', receipts })
    await agent.hears('stored')
    await agent.close()
    const again = await connectAgent(plane, host)
    again.say({ kind: 'receipts', receipts })
    await again.hears('stored')
    const ids = plane
      .trail()
      .filter(({ event }) => event.additionalEventData['instanceId'] === host.instanceId)
      .filter(({ eventName }) => eventName === 'KeyOffered')
      .map(({ event }) => event.additionalEventData['receiptId'])
    assert.equal(ids.length, 4)
    assert.deepEqual(new Set(ids), new Set(receipts.map(({ receiptId }) => receiptId)))
    assert.equal(isFull, false)
    await again.close()
  })

  it('of a key that no grant explains stand for themselves', async () => {
    const host = await enrolHost(plane)
    const agent = await connectAgent(plane, host)
    agent.say({
      kind: 'receipts',
      receipts: [receipt, { ...receipt, receiptId: 'r-2', grantId: 'no-grant' }],
    })
    await agent.hears('stored')
    const ids = plane
      .trail()
      .filter((record) => record.event.additionalEventData['instanceId'] === host.instanceId)
      .filter((record) => record.eventName === 'KeyOffered')
      .map((record) => record.requestId)
    assert.equal(new Set(ids).size, 2)
    await agent.close()
  })
})

function withMishaps(store: Store): Store {
  return {
    ...store,
    instances: {
      ...store.instances,
      async saveFacts(instanceId, facts) {
        await beforeFacts?.(store, instanceId)
        await store.instances.saveFacts(instanceId, facts)
      },
    },
    trail: {
      ...store.trail,
      async appendOnce(entry, report) {
        beforeReport?.(report)
        return await store.trail.appendOnce(entry, report)
      },
    },
    sshSessions: {
      ...store.sshSessions,
      async get(session) {
        await beforeSession?.()
        return await store.sshSessions.get(session)
      },
    },
  }
}

async function describedTags(instanceId: string) {
  const { Reservations } = await plane.root.done('DescribeInstances', { InstanceIds: [instanceId] })
  const [{ Tags: tags, Fleetkey }] = Reservations[0].Instances
  return { tags, hostname: String(Fleetkey.Hostname) }
}

async function untilNot(holds: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200; round++) {
    if (!(await holds())) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assert.fail('still')
}
