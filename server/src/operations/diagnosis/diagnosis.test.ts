import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Finding } from '@fleetkey/domain/finding'
import { mendOrderStatement } from '@fleetkey/wire/agent/mend-statement'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import type { Knock } from '../../probe/probe-ssh.ts'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import {
  connectAgent,
  enrolHost,
  FACTS,
  LINK_NONCE,
  type Behaviour,
} from '../../testing/fake-agent.ts'
import { judgeClock } from './host-findings.ts'
import { judgeKnock } from './reach-findings.ts'
import { judgeTrail } from './trail-findings.ts'

const ABLE = { ...FACTS, abilities: ['examine', 'mend'], hostKeys: ['ssh-ed25519 AAAA'] }
const WELL: Finding = { check: 'sshd-config', state: 'good', says: 'All is well.' }

let plane: ControlPlane
let knock: Knock = { kind: 'refused' }
const knocked: { readonly address: string; readonly port: number }[] = []

before(async () => {
  plane = await startControlPlane({
    probeSsh: async (target) => {
      knocked.push(target)
      return knock
    },
  })
})
after(() => plane.close())

/** A host whose agent finds this. */
async function host(
  findings: readonly Finding[],
  more: Behaviour & { tags?: Record<string, string> } = {},
) {
  const enrolled = await enrolHost(plane, more.tags ?? {})
  const agent = await connectAgent(plane, enrolled, {
    facts: ABLE,
    examine: ({ exchange }) => ({ kind: 'examined', exchange, wallClock: Date.now(), findings }),
    ...more,
  })
  // Facts are kept after the welcome.
  const wanted = (more.facts ?? ABLE).abilities?.length
  while (
    (await plane.store.instances.get(enrolled.instanceId))?.facts.abilities?.length !== wanted
  ) {
    // oxlint-disable-next-line no-await-in-loop -- that is the waiting
    await nextTurn()
  }
  return { instanceId: enrolled.instanceId, agent }
}

interface Shown {
  readonly Check: string
  readonly State: string
  readonly Says: string
}

async function ask(who: ApiClient, fields: object) {
  const answer = await who.done('Diagnose', fields)
  const findings = answer.Findings as readonly Shown[]
  return {
    answer,
    verdict: answer.Verdict as {
      State: string
      Cause?: Shown & { Mend?: { Commands?: string[] } }
    },
    of: (check: string) =>
      findings.filter(({ Check }) => Check === check).map(({ State }) => State),
    says: (check: string) => findings.find(({ Check }) => Check === check)?.Says ?? '',
  }
}

describe('Diagnose', () => {
  it('looks at every link and finds nothing wrong', async () => {
    knock = {
      kind: 'sshd',
      banner: 'SSH-2.0-OpenSSH_9.2p1',
      hostKey: 'ssh-ed25519 AAAA',
      from: '192.0.2.1',
    }
    const { instanceId, agent } = await host([WELL], { tags: { Name: 'well-1', Site: 'berlin' } })
    await plane.root.done('CreateInstanceConnectEndpoint', { Site: 'berlin' })
    const { of, verdict, answer } = await ask(plane.root, {
      InstanceId: 'well-1',
      OSUser: 'ec2-user',
    })
    assert.equal(answer.InstanceId, instanceId)
    for (const check of [
      'policy',
      'instance',
      'agent-link',
      'clock',
      'sshd-config',
      'reach',
      'tunnel',
    ]) {
      assert.deepEqual(of(check), ['good'], check)
    }
    assert.equal(verdict.State, 'good')
    assert.deepEqual(knocked.at(-1), { address: '192.0.2.7', port: 22 })
    await agent.close()
  })

  it('hands the login on to the host, and no address that means another machine there', async () => {
    const { instanceId, agent } = await host([WELL])
    const question = { InstanceId: instanceId, OSUser: 'alice', Checks: ['host'] }
    await ask(plane.root, question)
    const { osUser, address } = await agent.hears('examine')
    assert.deepEqual([osUser, address], ['alice', undefined], 'it was asked from 127.0.0.1')
    await ask(plane.root, { ...question, FromAddress: '198.51.100.9' })
    const asked = agent.told.flatMap((one) => (one.kind === 'examine' ? [one.address] : []))
    assert.deepEqual(asked, [undefined, '198.51.100.9'])
    await agent.close()
  })

  it('is on record under the instance that a name stands for', async () => {
    const { instanceId, agent } = await host([WELL], { tags: { Name: 'recorded-1' } })
    await ask(plane.root, { InstanceId: 'recorded-1', Checks: ['instance'] })
    const last = plane.trail().findLast(({ eventName }) => eventName === 'Diagnose')
    assert.equal(last?.event.additionalEventData['instanceId'], instanceId)
    await agent.close()
  })

  it('names the cause that the host found, with its mend', async () => {
    knock = { kind: 'filtered' }
    const bad: Finding = {
      check: 'sshd-config',
      state: 'bad',
      says: 'AllowUsers does not name alice.',
      cause: 'user-not-allowed',
      mend: { says: 'Add alice.', commands: ['vi +3 /etc/ssh/sshd_config'] },
    }
    const { instanceId, agent } = await host([bad], { tags: { Site: 'berlin' } })
    const { verdict } = await ask(plane.root, { InstanceId: instanceId, OSUser: 'alice' })
    assert.equal(verdict.State, 'bad')
    assert.deepEqual(
      [verdict.Cause?.Check, verdict.Cause?.Mend?.Commands],
      [bad.check, bad.mend?.commands],
    )
    await agent.close()
  })

  it('asks the host how to let this control plane in when it is dropped', async () => {
    knock = { kind: 'filtered' }
    const filtering = (address = ''): Finding => ({
      check: 'firewall',
      state: 'bad',
      says: 'dropped',
      mend: { says: 'open', commands: [`ufw allow from ${address}/32 to any port 22`] },
    })
    const { instanceId, agent } = await host([], {
      examine: ({ exchange, address }) => ({
        kind: 'examined',
        exchange,
        wallClock: Date.now(),
        findings: [filtering(address)],
      }),
    })
    const { of, verdict } = await ask(plane.root, { InstanceId: instanceId, Checks: ['reach'] })
    assert.deepEqual(of('reach'), ['bad'])
    // A configured range, and the address that this server saw itself use.
    assert.deepEqual(verdict.Cause?.Mend?.Commands, [
      'ufw allow from 203.0.113.0/24 to any port 22',
      'ufw allow from 192.0.2.1/32 to any port 22',
    ])
    const { checks } = await agent.hears('examine')
    assert.deepEqual(checks, ['firewall'])
    await agent.close()
  })

  it('says of an instance that is none what it is', async () => {
    for (const [meant, says] of [
      ['i-00000000000000000', /no such instance/],
      ['nobody-is-called-so', /no such instance/],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- two
      const { verdict } = await ask(plane.root, { InstanceId: meant })
      assert.equal(verdict.Cause?.Check, 'instance')
      assert.match(verdict.Cause?.Says ?? '', says)
    }
    const twin = { Name: 'twin' }
    await enrolHost(plane, twin)
    await enrolHost(plane, twin)
    assert.match((await ask(plane.root, { InstanceId: 'twin' })).says('instance'), /Several/)
    const { instanceId } = await enrolHost(plane)
    await plane.root.done('TerminateInstances', { InstanceIds: [instanceId] })
    assert.match(
      (await ask(plane.root, { InstanceId: instanceId })).says('instance'),
      /was terminated/,
    )
  })

  it('says all that can be known without an agent', async () => {
    knock = { kind: 'refused' }
    const { instanceId } = await enrolHost(plane, { Site: 'paris' })
    const { of, verdict, says } = await ask(plane.root, { InstanceId: instanceId, OSUser: 'alice' })
    assert.equal(verdict.Cause?.Check, 'agent-link')
    assert.match(says('agent-link'), /not connected/)
    assert.deepEqual(
      [of('policy'), of('reach'), of('tunnel'), of('host')],
      [['good'], ['bad'], ['bad'], ['unknown']],
    )
    assert.match(says('tunnel'), /site "paris" has no endpoint/)
  })

  it('asks nothing of an agent that does not know how', async () => {
    const { instanceId, agent } = await host([], { facts: FACTS })
    const { says } = await ask(plane.root, { InstanceId: instanceId, Checks: ['host'] })
    assert.match(says('host'), /version that examines nothing/)
    assert.ok(!agent.told.some(({ kind }) => kind === 'examine'))
    await agent.close()
  })

  it('knocks at no address that a tunnel could not lead to, whatever the host reports', async () => {
    const sshAddresses = ['127.0.0.1', '169.254.169.254', '::1', 'fd00:ec2::254', '0177.0.0.1']
    const { instanceId, agent } = await host([WELL], { facts: { ...ABLE, sshAddresses } })
    const before_ = knocked.length
    const { of } = await ask(plane.root, { InstanceId: instanceId, Checks: ['reach'] })
    assert.deepEqual(of('reach'), ['note'])
    assert.equal(knocked.length, before_)
    await agent.close()
  })

  it('tells why hosts refused lately, of that user alone', async () => {
    const { instanceId, agent } = await host([WELL])
    const { says } = await ask(plane.root, {
      InstanceId: instanceId,
      OSUser: 'alice',
      Checks: ['grants'],
    })
    assert.equal(says('grants'), '')
    await agent.close()
  })

  it('refuses questions that are none', async () => {
    const { instanceId } = await enrolHost(plane)
    for (const fields of [
      { Checks: ['everything'] },
      { FromAddress: 'localhost' },
      { FromAddress: 'fe80::1%eth0' },
      { OSUser: 'a b' },
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- four
      const answer = await plane.root.call('Diagnose', { InstanceId: instanceId, ...fields })
      assert.equal(answer.code, 'ValidationException', JSON.stringify(fields))
    }
  })
})

describe('who may diagnose', () => {
  const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource })

  it('is, of their own access, whoever may see instances, but for a Deny', async () => {
    const { instanceId, agent } = await host([WELL])
    const seeing = await plane.user('seeing', allow('ec2:DescribeInstances'))
    const { verdict } = await ask(seeing, { InstanceId: instanceId, OSUser: 'alice' })
    assert.equal(verdict.Cause?.Check, 'policy')
    const denied = await plane.user('denied-diagnosis', [
      allow('ec2:DescribeInstances'),
      { ...allow('fleetkey:Diagnose'), Effect: 'Deny' },
    ])
    const answer = await denied.call('Diagnose', { InstanceId: instanceId })
    assert.equal(answer.code, 'AccessDeniedException')
    await agent.close()
  })

  it('is told nothing of what is inside the host by the right to see instances alone (whoever sees hosts could search them for holes)', async () => {
    const inside: Finding = { check: 'account', state: 'note', says: 'The account root is locked.' }
    const { instanceId, agent } = await host([inside])
    const question = { InstanceId: instanceId, Checks: ['host', 'grants'] }
    const seeing = await plane.user('seeing-inside', allow('ec2:DescribeInstances'))
    for (const osUser of [{}, { OSUser: 'root' }]) {
      // oxlint-disable-next-line no-await-in-loop -- two
      const { of } = await ask(seeing, { ...question, ...osUser })
      assert.deepEqual([of('account'), of('host')], [[], ['unknown']])
    }
    const examined = agent.told.filter(({ kind }) => kind === 'examine').length
    assert.equal(examined, 0)
    const pushing = await plane.user('pushing', [
      allow('ec2:DescribeInstances'),
      {
        ...allow('ec2-instance-connect:SendSSHPublicKey'),
        Condition: { StringEquals: { 'ec2:osuser': 'alice' } },
      },
    ])
    assert.deepEqual((await ask(pushing, { ...question, OSUser: 'alice' })).of('account'), ['note'])
    assert.deepEqual((await ask(pushing, { ...question, OSUser: 'root' })).of('account'), [])
    const diagnosing = await plane.user('diagnosing', allow('fleetkey:Diagnose'))
    assert.deepEqual((await ask(diagnosing, question)).of('account'), ['note'])
    await agent.close()
  })

  it('is, of somebody else, only who may ask that', async () => {
    const { instanceId, agent } = await host([WELL])
    await plane.user('asked-about')
    const alice = (await plane.root.done('GetUser', { UserName: 'asked-about' })).User.Arn
    const question = { InstanceId: instanceId, OSUser: 'ec2-user', As: alice, Checks: ['policy'] }
    const seeing = await plane.user('seeing-2', allow('ec2:DescribeInstances'))
    assert.equal((await seeing.call('Diagnose', question)).code, 'AccessDeniedException')
    const half = await plane.user('half', allow('fleetkey:Diagnose'))
    assert.equal((await half.call('Diagnose', question)).code, 'AccessDeniedException')
    const asker = await plane.user('asker', [
      allow('fleetkey:Diagnose'),
      allow('fleetkey:CheckAccess'),
    ])
    const { verdict } = await ask(asker, question)
    assert.match(verdict.Cause?.Says ?? '', /asked-about/)
    await agent.close()
  })
})

describe('MendInstance', () => {
  const done: Finding = { check: 'helper', state: 'good', says: 'Done: write it.' }

  it('sends an order that is signed for this agent and link, and looks again', async () => {
    const { instanceId, agent } = await host([WELL], {
      mend: ({ exchange }) => ({ kind: 'mended', exchange, findings: [done] }),
    })
    const fields = { InstanceId: instanceId, Fixes: ['helper'], OSUser: 'alice' }
    const answer = await plane.root.done('MendInstance', fields)
    assert.deepEqual(answer.Mends, [{ Check: 'helper', State: 'good', Says: done.says }])
    assert.equal(answer.Verdict.State, 'good')
    const order = decodeStatement(mendOrderStatement, (await agent.hears('mend')).order.statement)
    const intent = plane
      .trail()
      .findLast(({ eventName, phase }) => eventName === 'MendInstance' && phase === 'intent')
    assert.deepEqual(
      [
        order?.instanceId,
        order?.linkNonce,
        order?.fixes,
        order?.dryRun,
        order?.osUser,
        order?.intentSeq,
        order?.requestId,
      ],
      [instanceId, LINK_NONCE, ['helper'], false, 'alice', intent?.seq, intent?.requestId],
    )
    const outcome = plane
      .trail()
      .findLast(({ eventName, phase }) => eventName === 'MendInstance' && phase === 'outcome')
    assert.match(JSON.stringify(outcome?.event.responseElements), /Done: write it/)
    await agent.close()
  })

  it('only says what it would do', async () => {
    const { instanceId, agent } = await host([WELL], {
      mend: ({ exchange }) => ({
        kind: 'mended',
        exchange,
        findings: [{ ...done, state: 'note' }],
      }),
    })
    const fields = { InstanceId: instanceId, Fixes: ['helper'], DryRun: true }
    const answer = await plane.root.done('MendInstance', fields)
    assert.equal(answer.Mends[0].State, 'note')
    const order = decodeStatement(mendOrderStatement, (await agent.hears('mend')).order.statement)
    assert.equal(order?.dryRun, true)
    assert.ok(!agent.told.some(({ kind }) => kind === 'examine'))
    await agent.close()
  })

  it('passes on what the host refuses, and fails for a host that is not there or too old', async () => {
    const { instanceId, agent } = await host([WELL], {
      mend: ({ exchange }) => ({
        kind: 'refused',
        exchange,
        refusal: { code: 'target-not-allowed', message: 'remoteMends is false here.' },
      }),
    })
    const mend = (id: string) =>
      plane.root.call('MendInstance', { InstanceId: id, Fixes: ['helper'] })
    assert.match((await mend(instanceId)).message, /remoteMends/)
    await agent.close()
    assert.match((await mend((await enrolHost(plane)).instanceId)).message, /not connected/)
    const old = await host([], { facts: FACTS })
    assert.match((await mend(old.instanceId)).message, /mends nothing. Update it/)
    await old.agent.close()
  })

  it('knows no other fixes', async () => {
    const { instanceId } = await enrolHost(plane)
    for (const Fixes of [[], ['rm'], ['helper', 'constructor'], 'helper']) {
      // oxlint-disable-next-line no-await-in-loop -- four
      const answer = await plane.root.call('MendInstance', { InstanceId: instanceId, Fixes })
      assert.equal(answer.status, 400)
      assert.notEqual(answer.code, 'AccessDeniedException')
    }
  })
})

describe('a knock', () => {
  const at = { address: '192.0.2.7', port: 22, hostKeys: ['ssh-ed25519 AAAA'], mend: undefined }
  const from = '192.0.2.1'
  for (const [knock_, check, state, cause] of [
    [
      { kind: 'sshd', banner: 'SSH-2.0-x', hostKey: 'ssh-ed25519 AAAA', from },
      'reach',
      'good',
      undefined,
    ],
    [{ kind: 'sshd', banner: 'SSH-2.0-x', hostKey: undefined, from }, 'reach', 'good', undefined],
    [
      { kind: 'sshd', banner: 'SSH-2.0-x', hostKey: 'ssh-ed25519 BBBB', from },
      'host-keys',
      'bad',
      undefined,
    ],
    [{ kind: 'other', from }, 'reach', 'bad', 'wrong-port'],
    [{ kind: 'dropped', because: 'startups', from }, 'reach', 'bad', 'too-many-connections'],
    [{ kind: 'dropped', because: 'unsaid', from }, 'reach', 'bad', 'source-penalised'],
    [{ kind: 'refused' }, 'reach', 'bad', 'sshd-not-running'],
    [{ kind: 'filtered' }, 'reach', 'bad', 'never-arrived'],
    [{ kind: 'reset' }, 'reach', 'bad', 'never-arrived'],
    [{ kind: 'unreachable' }, 'reach', 'bad', 'never-arrived'],
  ] as const)
    it(`that is ${knock_.kind}: ${cause ?? state}`, () => {
      const found = judgeKnock(knock_, at)
      const wanted = [check, state, cause]
      assert.deepEqual([found.check, found.state, found.cause], wanted)
    })
})

describe("the host's clock", () => {
  const hour = 3600_000
  for (const [aheadMs, errorMs, state] of [
    [0, 50, 'good'],
    [29_000, 50, 'good'],
    [-31_000, 50, 'note'],
    [33_000, 4000, 'good'],
    [5 * hour, 50, 'note'],
    [13 * hour, 50, 'bad'],
    [-13 * hour, 50, 'note'],
  ] as const)
    it(`${aheadMs / 1000} s ahead is ${state}`, () => {
      assert.equal(judgeClock({ clockAheadMs: aheadMs, clockErrorMs: errorMs }).state, state)
    })
})

describe('the trail', () => {
  const full = { holds: ['database'], bytes: 1e9, freeBytes: 4096 }
  const rooms = { full, nearly: { ...full, freeBytes: 5e7 }, wide: { ...full, freeBytes: 5e8 } }
  for (const [what, room, waiting, state, says, mend] of [
    ['with room', rooms.wide, 0, 'good', /can be recorded/, undefined],
    ['nearly full', rooms.nearly, 0, 'note', /95 % used, 50\.0 MB free/, /make room/],
    ['full, before anybody pushed', rooms.full, 0, 'bad', /100 % used/, /make room/],
    ['with room for some records', rooms.nearly, 1, 'bad', /no push is let through/, /make room/],
    ['that is read-only', rooms.wide, 1, 'bad', /50 % used/, /control plane's log/],
    ['whose disk is gone', undefined, 1, 'bad', /no push is let through\.$/, /control plane's log/],
    ['whose disk does not answer', undefined, 0, 'unknown', /does not answer/, undefined],
  ] as const)
    it(`${what} is ${state}`, () => {
      const found = judgeTrail({ room, waiting })
      assert.equal(found.state, state)
      assert.match(found.says, says)
      if (mend === undefined) assert.equal(found.mend, undefined)
      else assert.match(found.mend?.says ?? '', mend)
    })
})
