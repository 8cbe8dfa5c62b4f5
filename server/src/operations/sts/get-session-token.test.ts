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

  it('has none for root', async () => {
    assert.equal((await plane.root.call('GetSessionToken', {})).code, 'AccessDeniedException')
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
      durationSeconds: 43_200,
      serialNumber: SerialNumber,
    })
    assert.equal(JSON.stringify(last).includes(`"${TokenCode}"`), false)
  })
})
