import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Finding } from '@fleetkey/domain/finding'
import { grantIdOf } from '@fleetkey/domain/grant'
import type { GrantStory } from '@fleetkey/domain/grant-story'
import type { Explanation, RefusalReceipt } from '@fleetkey/wire/agent/receipts'
import type { ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, FACTS, type FakeAgent, type Host } from '../testing/fake-agent.ts'
import { push, PUSH_TO_DEV } from '../testing/push.ts'
import { until } from '../testing/until.ts'
import { explainUnused } from './unused-grant.ts'

let plane: ControlPlane
let host: Host
let other: Host
let agent: FakeAgent
let stranger: FakeAgent
let alice: ApiClient
let bob: ApiClient
/** What the host says when it is asked. */
let explanation: Explanation = { says: 'Nobody has tried yet.' }
let asked = 0
/** With what it was asked last. */
let question: { readonly from?: string; readonly waitMs?: number; readonly known?: unknown } = {}
/** Until it has more to tell than is known. */
let more: Promise<Explanation> | undefined
before(async () => {
  plane = await startControlPlane()
  host = await enrolHost(plane, { env: 'dev' })
  other = await enrolHost(plane)
  const facts = { ...FACTS, abilities: ['explain'] }
  agent = await connectAgent(plane, host, {
    facts,
    async explain({ exchange, ...told }) {
      asked++
      question = told
      return { kind: 'explained', exchange, ...((await more) ?? explanation) }
    },
  })
  stranger = await connectAgent(plane, other)
  alice = await plane.user('alice', [PUSH_TO_DEV])
  bob = await plane.user('bob', [
    {
      Effect: 'Allow',
      Action: 'fleetkey:GetGrant',
      Resource: `arn:aws:ec2:*:*:instance/${other.instanceId}`,
    },
  ])
})
after(async () => {
  await agent.close()
  await stranger.close()
  await plane.close()
})

async function pushed(by: ApiClient = alice): Promise<string> {
  const { body } = await push(by, host.instanceId)
  assert.equal(body.Success, true)
  return body.RequestId
}

const get = (GrantId: string, fields: object = {}, by: ApiClient = alice) =>
  by.call('GetGrant', { GrantId, ...fields })

let receipts = 0
/** Tells of a grant as a host does, and waits until it is on record. */
async function tell(grantId: string, by: FakeAgent, changes: Partial<RefusalReceipt> = {}) {
  const receiptId = `r${receipts++}`
  const stored = new Promise<void>((resolve) => {
    by.socket.on('message', (data: Buffer) => {
      if (data.toString('utf8').includes(`"${receiptId}"`)) resolve()
    })
  })
  by.say({
    kind: 'receipts',
    receipts: [
      {
        kind: 'refused',
        receiptId,
        at: Date.now(),
        osUser: 'ec2-user',
        fingerprint: 'SHA256:x',
        grantId: grantIdOf(grantId),
        cause: 'user-locked',
        says: 'The account ec2-user is locked.',
        sourceAddress: '192.0.2.9',
        ...changes,
      },
    ],
  })
  await stored
}

const kinds = (body: { Steps: { Kind: string }[] }) => body.Steps.map(({ Kind }) => Kind)

describe('GetGrant', () => {
  it('tells whoever pushed what became of the key, without a policy', async () => {
    const id = await pushed()
    const { body } = await get(id)
    assert.deepEqual(kinds(body), ['pushed', 'delivered'])
    assert.equal(body.State, 'delivered')
    assert.equal(body.InstanceId, host.instanceId)
    assert.equal(body.InstanceOSUser, 'ec2-user')
    assert.equal(body.Says, 'Nobody has tried yet.')
    assert.equal(body.Cause, undefined)
  })

  it('tells why a login was refused, and the mend, with the names in it', async () => {
    const id = await pushed()
    await tell(id, agent)
    const { body } = await get(id)
    assert.equal(body.State, 'refused')
    assert.equal(body.Cause, 'user-locked')
    assert.equal(body.Says, 'The account ec2-user is locked.')
    assert.match(body.Mend, /usermod --unlock ec2-user/)
    assert.equal(body.SourceAddress, '192.0.2.9')
    assert.deepEqual(kinds(body), ['pushed', 'delivered', 'refused'])
  })

  it('tells of the push also when the host tells more than is read (it could make it unknown)', async () => {
    const id = await pushed()
    const many = Array.from({ length: 8 }, (_, part) =>
      Array.from({ length: 30 }, (__, at) => ({
        kind: 'offered' as const,
        receiptId: `many-${part}-${at}`,
        at: Date.now(),
        osUser: 'ec2-user',
        fingerprint: 'SHA256:x',
        grantId: grantIdOf(id),
      })),
    )
    for (const receipts of many) agent.say({ kind: 'receipts', receipts })
    await until(async () => {
      const found = await plane.store.trail.lookup({ requestId: id, limit: 300 })
      return found.length > 200
    })
    const { body } = await get(id)
    assert.deepEqual(kinds(body).slice(0, 3), ['pushed', 'delivered', 'offered'])
  })

  it('waits for an end, and answers when it is on record', async () => {
    const id = await pushed()
    const before = performance.now()
    const [{ body }] = await Promise.all([get(id, { Wait: 10 }), tell(id, agent)])
    assert.equal(body.State, 'refused')
    assert.ok(performance.now() - before < 5000)
  })

  it('answers when the time is over', async () => {
    const id = await pushed()
    const { body } = await get(id, { Wait: 1 })
    assert.equal(body.State, 'delivered')
  })

  it('answers each step to who follows, also after a refusal (another key may come first)', async () => {
    const id = await pushed()
    await tell(id, agent, { cause: 'other-key-offered' })
    const first = await get(id, { Wait: 10, KnownSteps: 2 })
    assert.deepEqual(kinds(first.body), ['pushed', 'delivered', 'refused'])
    const [second] = await Promise.all([
      get(id, { Wait: 10, KnownSteps: 3 }),
      tell(id, agent, { cause: 'pam-refused' }),
    ])
    assert.equal(kinds(second.body).length, 4)
  })

  it('asks the host while the story has no end, and takes its word for why', async () => {
    const id = await pushed()
    explanation = { cause: 'sshd-not-running', says: 'No sshd is running.' }
    const before = performance.now()
    const { body } = await get(id, { Wait: 10 })
    explanation = { says: 'Nobody has tried yet.' }
    assert.equal(body.Cause, 'sshd-not-running')
    // What is not on record is no step.
    assert.equal(body.State, 'delivered')
    assert.ok(performance.now() - before < 5000)
  })

  const DROPPED = {
    cause: 'source-penalised',
    says: 'Dropped.',
    sourceAddress: '192.0.2.9',
  } as const

  it('tells who follows what is no step as it happens, and only what they do not know', async () => {
    const id = await pushed()
    await tell(id, agent, { cause: 'other-key-offered' })
    const steps = { Wait: 10, KnownSteps: 3 }
    const later = Promise.withResolvers<Explanation>()
    more = later.promise
    const before = performance.now()
    const following = get(id, { ...steps, KnownCauses: [{ Cause: 'from-a-newer-version' }] })
    await until(async () => question.waitMs === 10_000)
    later.resolve(DROPPED)
    const { body } = await following
    assert.deepEqual([body.Cause, body.Says, body.SourceAddress], Object.values(DROPPED))
    assert.equal(body.Steps.length, 3)
    assert.ok(performance.now() - before < 5000)
    // The host waits for what is none of these.
    const { from } = question
    assert.deepEqual(question.known, [{ cause: 'other-key-offered', sourceAddress: from }])
    more = undefined
    explanation = DROPPED
    const Cause = DROPPED.cause
    const known = [{ Cause, SourceAddress: DROPPED.sourceAddress }]
    const again = await get(id, { ...steps, Wait: 1, KnownCauses: known })
    explanation = { says: 'Nobody has tried yet.' }
    assert.equal(again.body.Cause, 'other-key-offered')
    assert.deepEqual((question.known as object[]).at(-1), {
      cause: Cause,
      sourceAddress: DROPPED.sourceAddress,
    })
  })

  it('lets older clients, which follow the steps alone, wait for these (they would ask without a pause)', async () => {
    const id = await pushed()
    explanation = DROPPED
    const before = performance.now()
    const { body } = await get(id, { Wait: 1, KnownSteps: 2 })
    explanation = { says: 'Nobody has tried yet.' }
    assert.equal(body.Cause, DROPPED.cause)
    assert.ok(performance.now() - before > 900)
  })

  describe('of a key that nobody offered', () => {
    const step = { kind: 'delivered', time: 0 } as const
    const unused = { kind: 'expired', time: 0, says: 'Nobody offered the key.' } as const
    const drops = 'The firewall drops a connection from 198.51.100.7 to port 22.'
    const mend = { says: 'Let that address in.' }

    async function explained(given: {
      readonly steps: GrantStory['steps']
      readonly findings?: readonly Finding[]
      readonly mayList?: boolean
      readonly sinceEndMs?: number
      readonly from?: string
    }) {
      const { steps, findings = [], mayList = true, sinceEndMs = 0, from = '198.51.100.7' } = given
      const questions: unknown[] = []
      const facts = { ...FACTS, sshPort: 2222, sshAddresses: ['10.0.0.7'] }
      const link = { peerAddress: '10.0.0.7', isOfProxy: false }
      const story = { instanceId: 'i-1', osUser: 'alice', usableUntil: 1_000_000, steps }
      const call = {
        store: { instances: { get: async () => ({ instanceId: 'i-1', tags: {}, facts }) } },
        presence: { linkOf: () => link, all: () => [link] },
        isAllowed: () => mayList,
        now: () => 1_000_000 + sinceEndMs,
        origin: { sourceAddress: from },
        hostDoctor: {
          async examine(_instance: unknown, asked: unknown) {
            questions.push(asked)
            return { kind: 'examined', findings }
          },
        },
      }
      const told = await explainUnused(story as never, call as never)
      return { told, questions }
    }
    const closed = [{ check: 'firewall', state: 'bad', says: drops, cause: 'never-arrived', mend }]

    it("tells that the host's own firewall keeps the asker out, before the key is over too", async () => {
      const { told, questions } = await explained({ steps: [step], findings: closed as never })
      assert.deepEqual(questions, [
        { osUser: 'alice', address: '198.51.100.7', checks: ['firewall'] },
      ])
      assert.equal(told?.cause, 'never-arrived')
      assert.equal(told.says, drops)
      assert.match(told.mend, /^Let that address in\. .*fleetkey doctor i-1 --os-user alice$/)
    })

    it('tells where sshd listens once the host tells that nobody came, and no cause that nobody knows', async () => {
      assert.equal((await explained({ steps: [step] })).told, undefined)
      const { told } = await explained({ steps: [step, unused] })
      assert.equal(told?.cause, undefined)
      assert.match(told?.says ?? '', /sshd, which listens on 10\.0\.0\.7 port 2222\..* ssh -p 2222/)
      assert.equal(told?.mend, 'See what is between: fleetkey doctor i-1 --os-user alice')
      const blind = await explained({ steps: [step, unused], mayList: false })
      assert.match(blind.told?.says ?? '', /listens on port 2222\./)
    })

    it('does not look at a firewall of minutes later, nor for an address that the host does not see', async () => {
      for (const late of [{ sinceEndMs: 600_000 }, { from: '127.0.0.1' }]) {
        const { questions } = await explained({ steps: [step], findings: closed as never, ...late })
        assert.deepEqual(questions, [])
      }
    })

    it('is told with the next step to who asks', async () => {
      const id = await pushed()
      const grantId = grantIdOf(id)
      const seen = { at: Date.now(), osUser: 'ec2-user', fingerprint: 'SHA256:x', grantId }
      agent.say({
        kind: 'receipts',
        receipts: [{ ...seen, kind: 'expired-unused', receiptId: 'unused-1' }],
      })
      await until(async () => (await get(id)).body.State === 'expired')
      const { body } = await get(id)
      assert.equal(body.Cause, undefined)
      assert.match(body.Says, /^Nobody offered the key to sshd, which listens on port 22\./)
      assert.match(body.Mend, /fleetkey doctor i-\w+ --os-user ec2-user$/)
    })
  })

  it('does not ask the host of what is over', async () => {
    const id = await pushed()
    await tell(id, agent)
    const before = asked
    await get(id)
    assert.equal(asked, before)
  })

  it('says that an agent is too old to be asked, or is away', async () => {
    const old = await plane.root.done('SendSSHPublicKey', {
      InstanceId: other.instanceId,
      InstanceOSUser: 'ec2-user',
      SSHPublicKey:
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJNdv4Eh02LDdzXiuTRmmLUATH7ndvXzvRjVZZDY7ZZ3',
    })
    const { body } = await get(old.RequestId, {}, plane.root)
    assert.match(body.Says, /too old to say why/)
  })

  it('tells of a push that was refused', async () => {
    const { text } = await push(alice, host.instanceId, { InstanceOSUser: '-x' })
    assert.match(text, /ValidationException|InvalidArgs/)
    const denied = await push(alice, other.instanceId)
    const id = String(denied.headers['x-amzn-requestid'])
    const { body } = await get(id)
    assert.equal(body.State, 'not-delivered')
    assert.match(body.Steps.at(-1).Says, /not authorized/)
  })

  it('believes of a host only what it says of its own grants', async () => {
    const id = await pushed()
    await tell(id, stranger)
    const { body } = await get(id)
    assert.equal(body.State, 'delivered')
  })

  it('is refused to others without the action on the instance, and root may', async () => {
    const id = await pushed()
    assert.equal((await get(id, {}, bob)).code, 'AccessDeniedException')
    assert.equal((await get(id, {}, plane.root)).body.State, 'delivered')
    const auditor = await plane.user('auditor', [
      {
        Effect: 'Allow',
        Action: 'fleetkey:GetGrant',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } },
      },
    ])
    assert.equal((await get(id, {}, auditor)).body.State, 'delivered')
  })

  it('is refused to whoever pushed by an explicit Deny', async () => {
    const carol = await plane.user('carol', [
      PUSH_TO_DEV,
      { Effect: 'Deny', Action: 'fleetkey:GetGrant', Resource: '*' },
    ])
    const id = await pushed(carol)
    assert.equal((await get(id, {}, carol)).code, 'AccessDeniedException')
  })

  it('is refused to a new user of the same name (is another person)', async () => {
    const dave = await plane.user('dave', [PUSH_TO_DEV])
    const id = await pushed(dave)
    assert.equal((await get(id, {}, dave)).status, 200)
    for (const key of (await plane.root.done('ListAccessKeys', { UserName: 'dave' }))
      .AccessKeyMetadata)
      await plane.root.done('DeleteAccessKey', { UserName: 'dave', AccessKeyId: key.AccessKeyId })
    for (const name of (await plane.root.done('ListUserPolicies', { UserName: 'dave' }))
      .PolicyNames)
      await plane.root.done('DeleteUserPolicy', { UserName: 'dave', PolicyName: name })
    await plane.root.done('DeleteUser', { UserName: 'dave' })
    const another = await plane.user('dave', [PUSH_TO_DEV])
    assert.equal((await get(id, {}, another)).code, 'AccessDeniedException')
  })

  it('tells nobody whether there is such a grant who may not ask', async () => {
    const none = '00000000-0000-7000-8000-000000000000'
    assert.equal((await get(none, {}, alice)).code, 'AccessDeniedException')
    assert.equal((await get(none, {}, plane.root)).code, 'ResourceNotFoundException')
    for (const bad of ['', 'x', none.toUpperCase().replace('0', 'A'), `${none}\n`, '*'])
      assert.equal((await get(bad, {}, plane.root)).code, 'ValidationException')
  })
})
