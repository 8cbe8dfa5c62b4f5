import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { enrolAuthenticator, type Authenticator } from '../../testing/authenticator.ts'
import { assume, givenRole, trusting } from '../../testing/given-role.ts'

let plane: ControlPlane
let ann: ApiClient
let annId = ''
let device: Authenticator
const now = () => Date.now() + plane.clock.aheadMs
before(async () => {
  plane = await startControlPlane()
  ann = await plane.user('ann', [
    { Effect: 'Allow', Action: ['iam:ListUsers', 'ec2:DescribeInstances', 'sts:*'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'fleetkey:ListJoinTokens',
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  ])
  annId = (await ann.done('GetCallerIdentity', {})).UserId
  device = await enrolAuthenticator(plane.root, 'ann', now)
})
after(() => plane.close())
// A code is good once: each test has a time step of its own.
beforeEach(() => {
  plane.clock.aheadMs += 61_000
})

const shown = () => ({ SerialNumber: device.serialNumber, TokenCode: device.code(now()) })
const sessionOf = async (client: ApiClient, fields: object = {}) =>
  plane.as((await client.done('GetSessionToken', fields)).Credentials)

describe('GetSessionToken', () => {
  it('gives the user a session with their rights, for half a day unless said otherwise', async () => {
    const { Credentials } = await ann.done('GetSessionToken', {})
    const session = plane.as(Credentials)
    const lasts = Credentials.Expiration - (Date.now() + plane.clock.aheadMs) / 1000
    assert.ok(Math.abs(lasts - 43_200) < 2)
    assert.equal((await session.call('DescribeInstances', {})).status, 200)
    const [as, is] = [
      await session.done('GetCallerIdentity', {}),
      await ann.done('GetCallerIdentity', {}),
    ]
    assert.deepEqual(as, is)
    for (const DurationSeconds of [900, 129_600]) {
      const answer = await ann.done('GetSessionToken', { DurationSeconds })
      const seconds = answer.Credentials.Expiration - (Date.now() + plane.clock.aheadMs) / 1000
      assert.ok(Math.abs(seconds - DurationSeconds) < 2)
    }
    for (const DurationSeconds of [899, 129_601]) {
      assert.equal(
        (await ann.call('GetSessionToken', { DurationSeconds })).code,
        'ValidationException',
      )
    }
  })

  it('is answered without a permission, even against a Deny, as in AWS', async () => {
    const denied = await plane.user('denied', { Effect: 'Deny', Action: '*', Resource: '*' })
    assert.equal((await denied.call('GetSessionToken', {})).status, 200)
  })

  it('cannot be asked with a session (would make itself longer)', async () => {
    const role = await givenRole(plane, {
      trust: trusting(annId),
      policy: { Effect: 'Allow', Action: '*', Resource: '*' },
    })
    for (const session of [
      await sessionOf(ann),
      await sessionOf(ann, shown()),
      await assume(plane, ann, role),
    ]) {
      const { code, message } = await session.call('GetSessionToken', {})
      assert.deepEqual(
        [code, message],
        ['AccessDeniedException', 'Cannot call GetSessionToken with session credentials'],
      )
    }
  })

  it('gives root a session for an hour at most, cut to that as in AWS', async () => {
    for (const [asked, lasts] of [
      [undefined, 3600],
      [900, 900],
      [3600, 3600],
      [129_600, 3600],
    ] as const) {
      const fields = asked === undefined ? {} : { DurationSeconds: asked }
      const { Credentials } = await plane.root.done('GetSessionToken', fields)
      assert.ok(Math.abs(Credentials.Expiration - now() / 1000 - lasts) < 2)
    }
  })
})

describe('a session of GetSessionToken', () => {
  it('cannot call IAM when it was made without a second factor', async () => {
    const session = await sessionOf(ann)
    assert.equal((await ann.call('ListUsers', {})).status, 200)
    const { code, message } = await session.call('ListUsers', {})
    assert.deepEqual(
      [code, message],
      ['AccessDeniedException', 'Cannot call ListUsers with session credentials'],
    )
    assert.equal(plane.trail().at(-1)?.errorCode, 'AccessDenied')
    assert.equal((await (await sessionOf(ann, shown())).call('ListUsers', {})).status, 200)
  })

  it('can call AssumeRole and GetCallerIdentity of STS, and no other', async () => {
    const role = await givenRole(plane, { trust: trusting(annId) })
    for (const session of [await sessionOf(ann), await sessionOf(ann, shown())]) {
      await assume(plane, session, role)
      await session.done('GetCallerIdentity', {})
      const info = { AccessKeyId: ann.accessKeyId }
      assert.equal((await session.call('GetAccessKeyInfo', info)).code, 'AccessDeniedException')
      assert.equal((await ann.call('GetAccessKeyInfo', info)).status, 200)
    }
  })

  it('cannot change who is vouched for by our own operations either', async () => {
    const admin = await plane.user('admin', { Effect: 'Allow', Action: '*', Resource: '*' })
    const fields = {
      OpenIDConnectProviderArn: 'arn:aws:iam::000000000000:oidc-provider/none.example',
      ClaimTags: [],
    }
    assert.equal((await admin.call('PutOpenIDConnectProviderClaims', fields)).code, 'NoSuchEntity')
    const session = await sessionOf(admin)
    assert.equal(
      (await session.call('PutOpenIDConnectProviderClaims', fields)).code,
      'AccessDeniedException',
    )
  })
})

describe('a session of root', () => {
  it('is root to everybody, and known for a session in the trail', async () => {
    const session = await sessionOf(plane.root)
    assert.deepEqual(
      await session.done('GetCallerIdentity', {}),
      await plane.root.done('GetCallerIdentity', {}),
    )
    await session.done('DescribeInstances', {})
    await session.done('ListJoinTokens', {})
    const { userIdentity } = plane.trail().at(-1)?.event ?? {}
    assert.ok(userIdentity?.type === 'Root')
    assert.equal(userIdentity.accessKeyId, session.accessKeyId)
    assert.equal(userIdentity.sessionContext?.attributes.mfaAuthenticated, 'false')
  })

  it('cannot call IAM, which takes a second factor that root has not', async () => {
    const session = await sessionOf(plane.root)
    const created = { UserName: 'by-root-session' }
    for (const [name, fields] of [
      ['ListUsers', {}],
      ['CreateUser', created],
      ['CreateAccessKey', {}],
    ] as const) {
      const { code, message } = await session.call(name, fields)
      assert.deepEqual(
        [code, message],
        ['AccessDeniedException', `Cannot call ${name} with session credentials`],
      )
    }
    assert.equal((await plane.root.call('GetUser', created)).code, 'NoSuchEntity')
    const { code } = await plane.root.call('GetSessionToken', shown())
    assert.equal(code, 'AccessDeniedException')
  })

  it('makes no other session and assumes no role', async () => {
    const session = await sessionOf(plane.root)
    const role = await givenRole(plane, { trust: trusting('*') })
    const { code, message } = await session.call('AssumeRole', {
      RoleArn: role.arn,
      RoleSessionName: 'work',
    })
    assert.deepEqual(
      [code, message],
      ['AccessDeniedException', 'Roles may not be assumed by root accounts.'],
    )
    assert.equal((await session.call('GetSessionToken', {})).code, 'AccessDeniedException')
  })

  it('expires, is refused with another token, and ends itself', async () => {
    const { Credentials } = await plane.root.done('GetSessionToken', { DurationSeconds: 900 })
    const other = (await plane.root.done('GetSessionToken', {})).Credentials
    const mixed = plane.as({ ...Credentials, SessionToken: other.SessionToken })
    assert.equal((await mixed.call('ListJoinTokens', {})).code, 'UnrecognizedClientException')
    const session = plane.as(Credentials)
    await session.done('ListJoinTokens', {})
    plane.clock.aheadMs += 900_000
    assert.equal((await session.call('ListJoinTokens', {})).code, 'ExpiredTokenException')
    const left = plane.as(other)
    await left.done('EndSession', {})
    assert.equal((await left.call('ListJoinTokens', {})).code, 'UnrecognizedClientException')
  })

  it('ends with the very key that it was made with', async () => {
    const { AccessKey } = await plane.root.done('CreateAccessKey', {})
    const second = plane.as(AccessKey)
    const [ofSecond, ofFirst] = [await sessionOf(second), await sessionOf(plane.root)]
    const key = { AccessKeyId: AccessKey.AccessKeyId }
    await plane.root.done('UpdateAccessKey', { ...key, Status: 'Inactive' })
    assert.equal((await ofSecond.call('ListJoinTokens', {})).code, 'UnrecognizedClientException')
    await plane.root.done('UpdateAccessKey', { ...key, Status: 'Active' })
    assert.equal((await ofSecond.call('ListJoinTokens', {})).code, 'UnrecognizedClientException')
    await plane.root.done('DeleteAccessKey', key)
    await ofFirst.done('ListJoinTokens', {})
  })
})

describe('a second factor', () => {
  it('that was shown is what policies see, in the session and with its age', async () => {
    assert.equal((await ann.call('ListJoinTokens', {})).code, 'AccessDeniedException')
    const session = await sessionOf(ann, shown())
    assert.equal((await session.call('ListJoinTokens', {})).status, 200)
    const { userIdentity } = plane.trail().at(-1)?.event ?? {}
    assert.ok(userIdentity?.type === 'IAMUser')
    assert.equal(userIdentity.sessionContext?.attributes.mfaAuthenticated, 'true')

    const Condition = { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } }
    const role = await givenRole(plane, { trust: { ...trusting(annId), Condition } })
    await assume(plane, session, role)
    plane.clock.aheadMs += 301_000
    const { code } = await session.call('AssumeRole', { RoleArn: role.arn, RoleSessionName: 'old' })
    assert.equal(code, 'AccessDeniedException')
  })

  it('can be asked for by a trust policy, and is carried into the session and the next', async () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    const role = await givenRole(plane, {
      trust: { ...trusting(annId), Condition },
      policy: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition },
    })
    const next = await givenRole(plane, { trust: { ...trusting(role.id), Condition } })
    const fields = { RoleArn: role.arn, RoleSessionName: 'work' }
    assert.equal((await ann.call('AssumeRole', fields)).code, 'AccessDeniedException')
    const plain = await sessionOf(ann)
    assert.equal((await plain.call('AssumeRole', fields)).code, 'AccessDeniedException')
    const session = await assume(plane, plain, role, shown())
    assert.equal((await session.call('ListUsers', {})).status, 200)
    await assume(plane, session, next)
  })

  it('is good once', async () => {
    const fields = shown()
    assert.equal((await ann.call('GetSessionToken', fields)).status, 200)
    const { code, message } = await ann.call('GetSessionToken', fields)
    assert.deepEqual(
      [code, message],
      [
        'AccessDeniedException',
        'MultiFactorAuthentication failed with invalid MFA one time pass code.',
      ],
    )
  })

  it('counts only of the own device, by its whole ARN, and only from a user', async () => {
    await plane.user('bob')
    const bobs = await enrolAuthenticator(plane.root, 'bob', now)
    const wrong = (SerialNumber: string, TokenCode: string) => ({ SerialNumber, TokenCode })
    for (const fields of [
      wrong(bobs.serialNumber, bobs.code(now())),
      wrong(bobs.serialNumber, device.code(now())),
      wrong(device.serialNumber.replace('mfa/', 'mfa/x/'), device.code(now())),
      wrong('GAHT12345678', device.code(now())),
    ]) {
      const { code, message } = await ann.call('GetSessionToken', fields)
      assert.equal(code, 'AccessDeniedException')
      assert.match(message, /^MultiFactorAuthentication failed, unable to validate MFA code/)
    }
    const role = await givenRole(plane, { trust: trusting(annId) })
    const next = await givenRole(plane, { trust: trusting(role.id) })
    const session = await assume(plane, ann, role)
    const fields = { RoleArn: next.arn, RoleSessionName: 'work', ...shown() }
    assert.equal((await session.call('AssumeRole', fields)).code, 'AccessDeniedException')
    assert.equal((await ann.call('GetSessionToken', shown())).status, 200)
  })

  it('comes with device and code, and leaves no code in the trail', async () => {
    const { SerialNumber, TokenCode } = shown()
    for (const fields of [{ SerialNumber }, { TokenCode }, { SerialNumber, TokenCode: '12345' }]) {
      assert.equal((await ann.call('GetSessionToken', fields)).code, 'ValidationException')
    }
    await ann.done('GetSessionToken', { SerialNumber, TokenCode })
    const [last] = plane.trail().slice(-1)
    assert.deepEqual(last?.event.requestParameters, {
      serialNumber: SerialNumber,
    })
    assert.equal(JSON.stringify(last).includes(`"${TokenCode}"`), false)
  })
})
