import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openingStatement } from '@fleetkey/wire/agent/rules-statements'
import { signerStatement } from '@fleetkey/wire/agent/signer-statement'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { isSignedBy, publicKeyFrom } from '../secrets/ed25519.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import {
  connectAgent,
  enrolHost,
  FACTS,
  prepared,
  ruled,
  rulesOf,
  type Behaviour,
  type FakeAgent,
  type Host,
} from '../testing/fake-agent.ts'
import { push } from '../testing/push.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane({ deliveryDeadlineMs: 2000 })
})
after(() => plane.close())

const ABLE = { ...FACTS, abilities: ['rules'] }
const OFFICE = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.0.0.0/8' }

let count = 0
async function givenGroup(): Promise<string> {
  const named = { GroupName: `group-${++count}`, Description: 'for a test' }
  return (await plane.root.done('CreateSecurityGroup', named)).GroupId
}
const attach = (instanceId: string, ...Groups: string[]) =>
  plane.root.done('ModifyInstanceAttribute', { InstanceId: instanceId, Groups })
const allow = (GroupId: string, fields: object = {}) =>
  plane.root.done('AuthorizeSecurityGroupIngress', { GroupId, ...OFFICE, ...fields })
const revoke = (GroupId: string) =>
  plane.root.done('RevokeSecurityGroupIngress', { GroupId, ...OFFICE })
const mode = (GroupId: string, Value: string) =>
  plane.root.done('CreateTags', { Resources: [GroupId], Tags: [{ Key: 'fleetkey:mode', Value }] })
const toldOf = ({ told }: FakeAgent) =>
  told.flatMap((message) => (message.kind === 'rules' ? [rulesOf(message)] : []))
const defaultGroup = async () =>
  (await plane.root.done('DescribeSecurityGroups', {})).SecurityGroups[0].GroupId

async function givenAgent(behaviour: Behaviour = {}) {
  const host = await enrolHost(plane)
  const agent = await connectAgent(plane, host, { facts: ABLE, ...behaviour })
  return { host, agent, [Symbol.asyncDispose]: () => agent.close() }
}

/** Waits until the server shows the host as connected. */
const isBack = async ({ instanceId }: Host) => {
  const deadline = performance.now() + 10_000
  for (;;) {
    assert.ok(performance.now() < deadline, 'not back in time')
    const { Reservations } = await plane.root.done('DescribeInstances', {
      InstanceIds: [instanceId],
    })
    if (Reservations[0].Instances[0].State.Name === 'running') return
  }
}

describe('the rules of a host', () => {
  it('are told when a group is attached, changed, and enforced, each with a greater number', async () => {
    await using given = await givenAgent()
    const { host, agent } = given
    const group = await givenGroup()
    const { Fleetkey } = await attach(host.instanceId, group)
    assert.deepEqual(Fleetkey.Hosts, [
      { InstanceId: host.instanceId, State: 'done', Says: 'In force.' },
    ])
    await allow(group)
    await mode(group, 'enforce')
    await revoke(group)
    await attach(host.instanceId, await defaultGroup())
    const told = toldOf(agent)
    assert.deepEqual(
      told.map((one) => [one.mode, ...one.rules]),
      [
        ['observe'],
        ['observe', '22-22 10.0.0.0/8'],
        ['enforce', '22-22 10.0.0.0/8'],
        ['enforce'],
        ['none'],
      ],
    )
    const revisions = told.map(({ revision }) => revision)
    assert.deepEqual(
      revisions,
      revisions.toSorted((a, b) => a - b),
    )
    assert.equal(new Set(revisions).size, revisions.length)
    assert.deepEqual(
      new Set(told.map(({ instanceId, deployment }) => `${instanceId} ${deployment}`)),
      new Set([`${host.instanceId} ${plane.deployment}`]),
    )
    // The host hears that it was heard.
    const heard = agent.told.flatMap((message) =>
      message.kind === 'rules-heard' ? [message.revision] : [],
    )
    assert.deepEqual(heard, revisions)
  })

  it('are signed by whom the issuer certified', async () => {
    await using given = await givenAgent()
    const { host, agent } = given
    await attach(host.instanceId, await givenGroup())
    const { rules, signer } = await agent.hears('rules')
    const certificate = decodeStatement(signerStatement, signer.statement)
    assert.ok(isSignedBy(publicKeyFrom(certificate?.publicKey ?? ''), rules))
    assert.ok(isSignedBy(publicKeyFrom(plane.issuerPublicKey), signer))
  })

  it('are in force on hosts that are there before the call that took a rule away returns', async () => {
    const order: string[] = []
    const release = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await using given = await givenAgent({
      async rules(message) {
        if (rulesOf(message).rules.length === 0 && order.length > 0) {
          asked.resolve()
          await release.promise
          order.push('in force')
        }
        return ruled(message)
      },
    })
    const { host } = given
    const group = await givenGroup()
    await allow(group)
    await attach(host.instanceId, group)
    order.push('revoke')
    const revoked = revoke(group).then(() => order.push('returned'))
    await asked.promise
    // Another request that comes and goes meanwhile: the call had the time to return.
    await plane.root.done('DescribeSecurityGroups', {})
    release.resolve()
    await revoked
    assert.deepEqual(order, ['revoke', 'in force', 'returned'])
  })

  it('say which host is away, and reach it before anything else when it is back', async () => {
    const host = await enrolHost(plane)
    const first = await connectAgent(plane, host, { facts: ABLE })
    const group = await givenGroup()
    await attach(host.instanceId, group)
    await first.close()
    const { Fleetkey } = await allow(group)
    const [{ State, Says }] = Fleetkey.Hosts
    assert.equal(State, 'away')
    assert.match(Says, /not connected/)
    const record = plane
      .trail()
      .findLast(({ eventName }) => eventName === 'AuthorizeSecurityGroupIngress')
    const { hosts, notDone } = record?.event.responseElements ?? {}
    assert.deepEqual([hosts, notDone], [{ away: 1 }, Fleetkey.Hosts])
    const second = await connectAgent(plane, host, { facts: ABLE })
    assert.deepEqual(rulesOf(await second.hears('rules')).rules, ['22-22 10.0.0.0/8'])
    await second.close()
  })

  it('have the same number when they are told again', async () => {
    const host = await enrolHost(plane)
    const first = await connectAgent(plane, host, { facts: ABLE })
    await attach(host.instanceId, await givenGroup())
    const { revision } = rulesOf(await first.hears('rules'))
    await first.close()
    const second = await connectAgent(plane, host, { facts: ABLE })
    assert.equal(rulesOf(await second.hears('rules')).revision, revision)
    await second.close()
  })

  it('are not told to a host that never had a group', async () => {
    await using given = await givenAgent()
    await isBack(given.host)
    await push(plane.root, given.host.instanceId)
    assert.deepEqual(toldOf(given.agent), [])
  })

  it('are not told to an agent that does not know them, and that is said', async () => {
    await using given = await givenAgent({ facts: FACTS })
    const { Fleetkey } = await attach(given.host.instanceId, await givenGroup())
    assert.equal(Fleetkey.Hosts[0].State, 'unable')
    assert.match(Fleetkey.Hosts[0].Says, /Update it/)
    assert.deepEqual(toldOf(given.agent), [])
  })

  it('that a host cannot follow are said to be so, with its reason', async () => {
    const message = 'This host has no nft: install the package nftables.'
    await using given = await givenAgent({
      rules: ({ exchange }) => ({
        kind: 'refused',
        exchange,
        refusal: { code: 'rules-not-applied', message },
      }),
    })
    const { Fleetkey } = await attach(given.host.instanceId, await givenGroup())
    assert.equal(Fleetkey.Hosts[0].State, 'unable')
    assert.match(Fleetkey.Hosts[0].Says, /install the package nftables/)
  })

  it('that a host does not answer hold nobody up for ever', async () => {
    await using given = await givenAgent({ rules: () => undefined })
    const { Fleetkey } = await attach(given.host.instanceId, await givenGroup())
    assert.equal(Fleetkey.Hosts[0].State, 'failed')
    assert.match(Fleetkey.Hosts[0].Says, /did not answer/)
  })

  it('name the ranges of the control plane, as they are', async () => {
    await using given = await givenAgent()
    const group = await givenGroup()
    const { PrefixLists } = await plane.root.done('DescribePrefixLists', {})
    const { CidrIp: _, ...ports } = OFFICE
    await plane.root.done('AuthorizeSecurityGroupIngress', {
      GroupId: group,
      IpPermissions: [{ ...ports, PrefixListIds: [{ PrefixListId: PrefixLists[0].PrefixListId }] }],
    })
    await attach(given.host.instanceId, group)
    assert.deepEqual(toldOf(given.agent).at(-1)?.rules, ['22-22 203.0.113.0/24'])
  })

  it('stay with a group that a pending instance was launched with', async () => {
    const group = await givenGroup()
    await allow(group)
    const { Instances } = await plane.root.done('RunInstances', {
      ImageId: 'fleetkey-host',
      MinCount: 1,
      MaxCount: 1,
      SecurityGroupIds: [group],
    })
    const { Fleetkey } = await mode(group, 'enforce')
    assert.deepEqual(Fleetkey.Hosts, [], 'nobody is there yet')
    assert.equal((await plane.store.securityGroups.groupsOf(Instances[0].InstanceId)).length, 1)
  })
})

describe('a control plane that does not know its own addresses', () => {
  it('says that a rule for them lets nobody in', async () => {
    const blind = await startControlPlane({}, { egress: [] })
    try {
      const named = { GroupName: 'tunnels', Description: 'of the control plane' }
      const { GroupId } = await blind.root.done('CreateSecurityGroup', named)
      const { CidrIp: _, ...ports } = OFFICE
      const lists = [{ PrefixListId: 'fleetkey.control-plane' }]
      const { Fleetkey } = await blind.root.done('AuthorizeSecurityGroupIngress', {
        GroupId,
        IpPermissions: [{ ...ports, PrefixListIds: lists }],
      })
      assert.match(Fleetkey.Warning, /lets nobody in: name them in the setting egress/)
    } finally {
      await blind.close()
    }
  })
})

describe('the opening of a port', () => {
  it('goes with the grant to a host that asks for it: to the caller and nobody else', async () => {
    await using given = await givenAgent({
      prepare: (message) => ({ ...prepared(message), opensPort: true }) as never,
    })
    const { host, agent } = given
    assert.equal((await push(plane.root, host.instanceId)).status, 200)
    const { opening, grant, signer } = await agent.hears('install')
    const found = decodeStatement(openingStatement, opening?.statement ?? '')
    const { grantId } = agent.grants()[0] ?? assert.fail()
    assert.deepEqual(found, {
      deployment: plane.deployment,
      instanceId: host.instanceId,
      grantId,
      address: '127.0.0.1',
    })
    const certificate = decodeStatement(signerStatement, signer.statement)
    const key = publicKeyFrom(certificate?.publicKey ?? '')
    assert.ok(opening && isSignedBy(key, opening) && isSignedBy(key, grant))
  })

  it('does not go to a host that does not', async () => {
    await using given = await givenAgent()
    await push(plane.root, given.host.instanceId)
    assert.equal((await given.agent.hears('install')).opening, undefined)
  })
})

describe('what hosts see', () => {
  it('is in the trail and the store before they may forget it', async () => {
    await using given = await givenAgent()
    const { host, agent } = given
    const observations = [
      { address: '192.0.2.9', port: 22, outcome: 'let-in', attempts: 3 },
      { address: '2001:db8::9', port: 22, outcome: 'cut', attempts: 1 },
    ] as const
    agent.say({ kind: 'ingress-observed', receiptId: 'seen-1', observations })
    assert.deepEqual((await agent.hears('stored')).receiptIds, ['seen-1'])
    const record = plane.trail().find(({ eventName }) => eventName === 'IngressObserved')
    assert.equal(record?.event.additionalEventData['instanceId'], host.instanceId)
    assert.deepEqual(record?.event.additionalEventData['observations'], observations)
    const kept = await plane.store.securityGroups.observed(host.instanceId)
    assert.deepEqual(
      kept.map(({ address, outcome, attempts }) => ({ address, outcome, attempts })),
      observations.map(({ address, outcome, attempts }) => ({ address, outcome, attempts })),
    )
  })
})
