import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import {
  assume,
  documentOf,
  givenRole,
  trusting,
  type GivenRole,
} from '../../testing/given-role.ts'

let plane: ControlPlane
let ann: ApiClient
let annId = ''
before(async () => {
  plane = await startControlPlane()
  ann = await plane.user('ann')
  annId = (await ann.done('GetCallerIdentity', {})).UserId
})
after(() => plane.close())

const named = (role: GivenRole) => ({ RoleArn: role.arn, RoleSessionName: 'work' })

async function refused(client: ApiClient, fields: object, code = 'AccessDeniedException') {
  const answer = await client.call('AssumeRole', fields)
  assert.equal(answer.code, code, answer.text)
  return answer
}

describe('AssumeRole', () => {
  it('gives a session of the role to whom the trust policy names', async () => {
    const role = await givenRole(plane, { trust: trusting(annId) })
    const answer = await ann.done('AssumeRole', named(role))
    assert.match(answer.Credentials.AccessKeyId, /^ASIA[A-Z2-7]{16}$/)
    assert.match(answer.Credentials.SessionToken, /^FleetkeySession[\w+/]{64}$/)
    const lasts = answer.Credentials.Expiration - Date.now() / 1000
    assert.ok(lasts > 3590 && lasts <= 3600, `lasts ${lasts} s`)
    const caller = await plane.as(answer.Credentials).done('GetCallerIdentity', {})
    assert.equal(caller.UserId, `${role.id}:work`)
    assert.equal(caller.Arn, answer.AssumedRoleUser.Arn)
    assert.equal(answer.AssumedRoleUser.AssumedRoleId, caller.UserId)
    assert.match(caller.Arn, new RegExp(`^arn:aws:sts::\\d{12}:assumed-role/${role.name}/work$`))
  })

  it('lets the session do what the role may, and not what the user may', async () => {
    const bob = await plane.user('bob', {
      Effect: 'Allow',
      Action: 'fleetkey:ListJoinTokens',
      Resource: '*',
    })
    const { UserId } = await bob.done('GetCallerIdentity', {})
    const policy = { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }
    const session = await assume(
      plane,
      bob,
      await givenRole(plane, { trust: trusting(UserId), policy }),
    )
    assert.equal((await session.call('ListUsers', {})).status, 200)
    assert.equal((await session.call('ListJoinTokens', {})).code, 'AccessDeniedException')
    assert.equal((await bob.call('ListUsers', {})).code, 'AccessDeniedException')
  })

  it('refuses a role that does not trust the caller just like one that there is not', async () => {
    const other = await givenRole(plane, { trust: trusting('AIDA00000000000000000') })
    const denied = await givenRole(plane, {
      trust: [trusting(annId), { ...trusting(annId), Effect: 'Deny' }],
    })
    const none = { ...other, arn: other.arn.replace(other.name, 'none') }
    const tell = async (role: GivenRole) => {
      const { body, status } = await refused(ann, named(role))
      return JSON.stringify([status, body]).replaceAll(role.arn, 'ROLE')
    }
    assert.equal(await tell(none), await tell(other))
    assert.equal(await tell(none), await tell(denied))
    assert.match(
      await tell(none),
      /is not authorized to perform: sts:AssumeRole on resource: ROLE"/,
    )
    const recorded = plane.trail().at(-1)?.event
    assert.equal(recorded?.errorCode, 'AccessDenied')
  })

  it('tells the trail why a trust policy said no', async () => {
    const role = await givenRole(plane, {
      trust: {
        ...trusting(annId),
        Condition: { StringEquals: { 'sts:ExternalId': 'secret-handshake' } },
      },
    })
    const { body } = await refused(ann, named(role))
    assert.ok(!body.Explanation.includes('secret-handshake'))
    const told = plane.trail().at(-1)?.event.additionalEventData.explanation
    assert.match(told ?? '', /secret-handshake/)
    assert.equal(
      (await ann.call('AssumeRole', { ...named(role), ExternalId: 'secret-handshake' })).status,
      200,
    )
    await refused(ann, { ...named(role), ExternalId: 'Secret-handshake' })
  })

  it('finds a role by its exact ARN: path, letter case and account count', async () => {
    const role = await givenRole(plane, {
      trust: trusting(annId),
      name: 'Deploy',
      change: { path: '/ci/' },
    })
    assert.equal((await ann.call('AssumeRole', named(role))).status, 200)
    for (const arn of [
      role.arn.replace('/ci/', '/'),
      role.arn.replace('/ci/', '/CI/'),
      role.arn.replace('Deploy', 'deploy'),
      role.arn.replace(/\d{12}/, '000000000000'),
    ]) {
      await refused(ann, { ...named(role), RoleArn: arn })
    }
    for (const RoleArn of [
      'arn:aws:iam::role/Deploy',
      role.arn.replace(':role/', ':user/'),
      `${role.arn}*`,
    ]) {
      await refused(ann, { ...named(role), RoleArn }, 'ValidationException')
    }
  })

  it('is not for root', async () => {
    const role = await givenRole(plane, { trust: trusting('*') })
    const { message } = await refused(plane.root, named(role))
    assert.equal(message, 'Roles may not be assumed by root accounts.')
  })

  it('asks the identity policies too where the trust policy names the account', async () => {
    const { Account } = await ann.done('GetCallerIdentity', {})
    const role = await givenRole(plane, { trust: trusting(Account) })
    await refused(ann, named(role))
    const may = await plane.user('may', {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: role.arn,
    })
    assert.equal((await may.call('AssumeRole', named(role))).status, 200)
  })
})

describe('how long a session lasts', () => {
  const seconds = (answer: { body: { Credentials: { Expiration: number } } }) =>
    Math.round(answer.body.Credentials.Expiration - Date.now() / 1000)

  it('is what was asked for, up to what the role allows', async () => {
    const role = await givenRole(plane, {
      trust: trusting(annId),
      change: { maxSessionSeconds: 7200 },
    })
    for (const DurationSeconds of [900, 7200]) {
      const answer = await ann.call('AssumeRole', { ...named(role), DurationSeconds })
      assert.ok(Math.abs(seconds(answer) - DurationSeconds) <= 2)
    }
    const { message } = await refused(
      ann,
      { ...named(role), DurationSeconds: 7201 },
      'ValidationException',
    )
    assert.equal(
      message,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
    for (const DurationSeconds of [899, 43_201, 3600.5]) {
      const { status } = await ann.call('AssumeRole', { ...named(role), DurationSeconds })
      assert.equal(status, 400)
    }
  })

  it('is an hour at most where a session of a role asks', async () => {
    const first = await givenRole(plane, { trust: trusting(annId) })
    const second = await givenRole(plane, { trust: trusting(first.id) })
    const session = await assume(plane, ann, first)
    const answer = await session.call('AssumeRole', { ...named(second), DurationSeconds: 3600 })
    assert.ok(Math.abs(seconds(answer) - 3600) <= 2)
    const { message } = await refused(
      session,
      { ...named(second), DurationSeconds: 3601 },
      'ValidationException',
    )
    assert.equal(
      message,
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  })

  it('is over when it is over', async () => {
    const role = await givenRole(plane, { trust: trusting(annId) })
    const session = await assume(plane, ann, role, { DurationSeconds: 900 })
    plane.clock.aheadMs = 898_000
    try {
      assert.equal((await session.call('GetCallerIdentity', {})).status, 200)
      plane.clock.aheadMs = 901_000
      assert.equal((await session.call('GetCallerIdentity', {})).code, 'ExpiredTokenException')
    } finally {
      plane.clock.aheadMs = 0
    }
  })
})

describe('session policies', () => {
  const may = (Action: string | string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
  let role: GivenRole
  before(async () => {
    role = await givenRole(plane, {
      trust: trusting(annId),
      policy: may(['iam:ListUsers', 'fleetkey:ListJoinTokens']),
    })
  })

  it('only take away', async () => {
    const Policy = documentOf(may(['iam:ListUsers', 'iam:CreateUser']))
    const session = await assume(plane, ann, role, { Policy })
    assert.equal((await session.call('ListUsers', {})).status, 200)
    assert.match((await session.call('ListJoinTokens', {})).message, /no session policy allows/)
    assert.match(
      (await session.call('CreateUser', { UserName: 'x' })).message,
      /no identity-based policy allows/,
    )
  })

  it('may be managed ones, together with an own one, and take every right away when one is deleted', async () => {
    const id = 'ANPA00000000000000001'
    const { Account } = await ann.done('GetCallerIdentity', {})
    await plane.store.identities.policies.create({
      id,
      kind: 'policy',
      name: 'only-users',
      path: '/',
      createdAt: 1,
      tags: {},
      description: '',
      document: documentOf(may('iam:ListUsers')),
    })
    const arn = `arn:aws:iam::${Account}:policy/only-users`
    const answer = await ann.done('AssumeRole', { ...named(role), PolicyArns: [{ arn }] })
    assert.ok(answer.PackedPolicySize > 0 && answer.PackedPolicySize < 10)
    const session = plane.as(answer.Credentials)
    assert.equal((await session.call('ListUsers', {})).status, 200)
    assert.match((await session.call('ListJoinTokens', {})).message, /no session policy allows/)
    const both = await assume(plane, ann, role, {
      PolicyArns: [{ arn }],
      Policy: documentOf(may('fleetkey:ListJoinTokens')),
    })
    assert.equal((await both.call('ListUsers', {})).status, 200)
    assert.equal((await both.call('ListJoinTokens', {})).status, 200)
    await plane.store.identities.entities.delete(id, { force: true })
    assert.match((await session.call('ListUsers', {})).message, /no session policy allows/)
    assert.match((await both.call('ListUsers', {})).message, /no session policy allows/)
    // It may have had a Deny.
    assert.match((await both.call('ListJoinTokens', {})).message, /no session policy allows/)
    await refused(ann, { ...named(role), PolicyArns: [{ arn }] }, 'ValidationException')
  })

  it('are refused when they do not parse, name whom they are for, or are too large', async () => {
    await refused(ann, { ...named(role), Policy: '{}' }, 'MalformedPolicyDocument')
    await refused(
      ann,
      { ...named(role), Policy: documentOf(trusting('*')) },
      'MalformedPolicyDocument',
    )
    const large = documentOf({
      ...may('iam:ListUsers'),
      Resource: `arn:aws:iam::1:user/${'x'.repeat(1800)}`,
    })
    const answer = await ann.done('AssumeRole', { ...named(role), Policy: large })
    assert.ok(answer.PackedPolicySize > 90 && answer.PackedPolicySize <= 100)
    const arns = Array.from({ length: 10 }, (_one, at) => ({
      arn: `arn:aws:iam::aws:policy/${'p'.repeat(99)}${at}`,
    }))
    await refused(ann, { ...named(role), Policy: large, PolicyArns: arns }, 'PackedPolicyTooLarge')
    await refused(ann, { ...named(role), PolicyArns: [...arns, ...arns] }, 'ValidationException')
    await refused(
      ann,
      { ...named(role), Policy: `${large}${' '.repeat(500)}` },
      'ValidationException',
    )
  })
})

describe('the boundary of a role', () => {
  it('holds for its sessions', async () => {
    const id = 'ANPA00000000000000002'
    await plane.store.identities.policies.create({
      id,
      kind: 'policy',
      name: 'edge',
      path: '/',
      createdAt: 1,
      tags: {},
      description: '',
      document: documentOf({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }),
    })
    const role = await givenRole(plane, {
      trust: trusting(annId),
      policy: { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
    })
    await plane.store.identities.entities.setBoundary(role.id, id)
    const session = await assume(plane, ann, role)
    assert.equal((await session.call('ListUsers', {})).status, 200)
    assert.match(
      (await session.call('ListOpenIDConnectProviders', {})).message,
      /no permissions boundary allows/,
    )
  })
})

describe('session tags and source identity', () => {
  const listsFor = (team: string) => ({
    Effect: 'Allow',
    Action: 'iam:ListUsers',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/team': team } },
  })
  const tag = (Key: string, Value: string) => ({ Key, Value })

  it('are what the policies of the session see, before the tags of the role, in any letter case', async () => {
    const role = await givenRole(plane, {
      trust: trusting(annId),
      policy: listsFor('sre'),
      change: { tags: { Team: 'web' } },
    })
    assert.equal(
      (await (await assume(plane, ann, role)).call('ListUsers', {})).code,
      'AccessDeniedException',
    )
    const session = await assume(plane, ann, role, { Tags: [tag('TEAM', 'sre')] })
    assert.equal((await session.call('ListUsers', {})).status, 200)
  })

  it('need a permission of their own in the trust policy', async () => {
    const role = await givenRole(plane, { trust: { ...trusting(annId), Action: 'sts:AssumeRole' } })
    assert.equal((await ann.call('AssumeRole', named(role))).status, 200)
    const tagged = await refused(ann, { ...named(role), Tags: [tag('team', 'sre')] })
    assert.match(tagged.message, /perform: sts:TagSession on/)
    const sourced = await refused(ann, { ...named(role), SourceIdentity: 'ann' })
    assert.match(sourced.message, /perform: sts:SetSourceIdentity on/)
  })

  it('can be asked for by the trust policy', async () => {
    const Condition = {
      StringEquals: {
        'aws:RequestTag/team': ['sre', 'web'],
        'sts:SourceIdentity': '${aws:username}',
        'sts:RoleSessionName': 'work',
      },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'], 'sts:TransitiveTagKeys': ['team'] },
    }
    const role = await givenRole(plane, { trust: { ...trusting(annId), Condition } })
    const right = {
      ...named(role),
      Tags: [tag('team', 'sre')],
      TransitiveTagKeys: ['team'],
      SourceIdentity: 'ann',
    }
    assert.equal((await ann.call('AssumeRole', right)).status, 200)
    for (const wrong of [
      { Tags: [], TransitiveTagKeys: [] },
      { Tags: [tag('team', 'sre'), tag('x', 'y')] },
      { Tags: [tag('team', 'ops')] },
      { SourceIdentity: 'bob' },
      { RoleSessionName: 'other' },
    ]) {
      await refused(ann, { ...right, ...wrong })
    }
  })

  it('go along a chain where they are transitive, and cannot be changed on the way', async () => {
    const first = await givenRole(plane, { trust: trusting(annId) })
    const second = await givenRole(plane, { trust: trusting(first.id) })
    const third = await givenRole(plane, {
      trust: trusting(second.id),
      policy: [
        listsFor('sre'),
        {
          Effect: 'Allow',
          Action: 'fleetkey:ListJoinTokens',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalTag/shift': 'day' } },
        },
        {
          Effect: 'Allow',
          Action: 'iam:ListAccessKeys',
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceIdentity': 'ann' } },
        },
      ],
    })
    const one = await assume(plane, ann, first, {
      Tags: [tag('team', 'sre'), tag('shift', 'day')],
      TransitiveTagKeys: ['TEAM'],
      SourceIdentity: 'ann',
    })
    for (const fields of [{ Tags: [tag('Team', 'web')] }, { Tags: [tag('team', 'sre')] }]) {
      await refused(one, { ...named(second), ...fields }, 'ValidationException')
    }
    await refused(one, { ...named(second), SourceIdentity: 'bob' })
    const two = await assume(plane, one, second)
    const three = await assume(plane, two, third)
    assert.equal((await three.call('ListUsers', {})).status, 200)
    assert.equal((await three.call('ListJoinTokens', {})).code, 'AccessDeniedException')
    assert.equal((await three.call('ListAccessKeys', { UserName: 'ann' })).status, 200)
    const identity = plane.trail().at(-1)?.event.userIdentity
    assert.ok(identity?.type === 'AssumedRole')
    assert.equal(identity.sessionContext?.sourceIdentity, 'ann')
  })

  it('that are inherited need their permission too', async () => {
    const first = await givenRole(plane, { trust: trusting(annId) })
    const second = await givenRole(plane, {
      trust: { ...trusting(first.id), Action: 'sts:AssumeRole' },
    })
    const tagged = await assume(plane, ann, first, {
      Tags: [tag('team', 'sre')],
      TransitiveTagKeys: ['team'],
    })
    assert.match((await refused(tagged, named(second))).message, /sts:TagSession/)
    const sourced = await assume(plane, ann, first, { SourceIdentity: 'ann' })
    assert.match((await refused(sourced, named(second))).message, /sts:SetSourceIdentity/)
    const plain = await assume(plane, ann, first, { Tags: [tag('team', 'sre')] })
    assert.equal((await plain.call('AssumeRole', named(second))).status, 200)
  })

  it('are at most 50, with keys and values that tags may have', async () => {
    const role = await givenRole(plane, { trust: trusting(annId) })
    const many = (count: number) => Array.from({ length: count }, (_one, at) => tag(`k${at}`, 'v'))
    assert.equal((await ann.call('AssumeRole', { ...named(role), Tags: many(50) })).status, 200)
    for (const fields of [
      { Tags: many(51) },
      { Tags: [tag('aws:x', 'y')] },
      { Tags: [tag('team', 'a'), tag('Team', 'b')] },
      { Tags: [tag('team', 'x'.repeat(257))] },
      { Tags: [tag('team', 'a')], TransitiveTagKeys: ['other'] },
      { SourceIdentity: 'a b' },
      { RoleSessionName: 'a/b' },
      { RoleSessionName: 'x' },
      { ExternalId: '*' },
    ]) {
      assert.equal((await ann.call('AssumeRole', { ...named(role), ...fields })).status, 400)
    }
  })
})

describe('what is on record of a session', () => {
  it('is who made it and with what, never token or secret', async () => {
    const role = await givenRole(plane, { trust: trusting(annId) })
    const { Credentials, AssumedRoleUser } = await ann.done('AssumeRole', {
      ...named(role),
      Tags: [{ Key: 'team', Value: 'sre' }],
    })
    const { event } = plane.trail().at(-1) ?? {}
    assert.deepEqual(event?.requestParameters?.['tags'], [{ Key: 'team', Value: 'sre' }])
    assert.deepEqual(event?.responseElements?.['credentials'], {
      accessKeyId: Credentials.AccessKeyId,
      expiration: new Date(Credentials.Expiration * 1000).toISOString(),
    })
    await plane.as(Credentials).done('GetCallerIdentity', {})
    const identity = plane.trail().at(-1)?.event.userIdentity
    assert.deepEqual(
      identity?.type === 'AssumedRole' && [
        identity.arn,
        identity.accessKeyId,
        identity.sessionContext?.sessionIssuer?.arn,
      ],
      [AssumedRoleUser.Arn, Credentials.AccessKeyId, role.arn],
    )
    const everywhere = plane.databaseBytes() + plane.log()
    assert.ok(everywhere.includes(Credentials.AccessKeyId))
    for (const secret of [Credentials.SecretAccessKey, Credentials.SessionToken]) {
      assert.ok(!everywhere.includes(secret))
    }
  })
})
