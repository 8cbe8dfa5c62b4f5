import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient, ApiResponse } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'

// Nobody hands out what they do not hold. That no way is left open is searched for in http/escalation.test.ts; here is what people meet.

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())

const push = 'ec2-instance-connect:SendSSHPublicKey'
const dev = { StringEquals: { 'aws:ResourceTag/env': 'dev' } }
const allow = (Action: string | readonly string[], Condition: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  Condition,
})
const document = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })

/** A user who may do `actions`, and push where env is dev. */
const lead = (name: string, ...actions: readonly string[]) =>
  plane.user(name, [allow(actions), allow(push, dev)])

const user = async (UserName: string, ...statements: readonly object[]) => {
  await plane.root.done('CreateUser', { UserName })
  if (statements.length === 0) return
  await plane.root.done('PutUserPolicy', {
    UserName,
    PolicyName: 'p',
    PolicyDocument: document(...statements),
  })
}

function isRefused(answer: ApiResponse, to: string): void {
  assert.deepEqual([answer.status, answer.code], [400, 'AccessDeniedException'])
  assert.ok(
    answer.message.endsWith(`because it would give ${to} more than the caller may do`),
    answer.message,
  )
  assert.match(answer.body.Explanation, /^Nobody hands out what they do not hold\./)
  const last = plane.trail().at(-1)
  assert.deepEqual([last?.phase, last?.errorCode], ['complete', 'AccessDenied'])
  assert.equal(last?.event.additionalEventData.explanation, answer.body.Explanation)
}

describe('a policy', () => {
  let client: ApiClient
  const put = (Condition?: object) =>
    client.call('PutUserPolicy', {
      UserName: 'bob',
      PolicyName: 'reach',
      PolicyDocument: document(allow(push, Condition)),
    })
  before(async () => {
    client = await lead('lead', 'iam:PutUserPolicy', 'iam:GetUserPolicy')
    await user('bob')
  })

  it('is put with what one holds, and with less', async () => {
    assert.equal((await put(dev)).status, 200)
    const less = { StringEquals: { ...dev.StringEquals, 'ec2:osuser': 'deploy' } }
    assert.equal((await put(less)).status, 200)
  })

  it('is not put with more, and the refusal says what is missing', async () => {
    const answer = await put()
    isRefused(answer, 'user bob')
    assert.equal(
      answer.body.Explanation,
      'Nobody hands out what they do not hold. Statement 1 of inline policy reach of user bob would allow "ec2-instance-connect:SendSSHPublicKey" on "*", and statement 2 of inline policy p of user lead allows you that only where StringEquals aws:ResourceTag/env is "dev".\nPut the same condition into the statement, or let somebody do this who may fleetkey:GrantAnyPermission.',
    )
    const { PolicyDocument } = await client.done('GetUserPolicy', {
      UserName: 'bob',
      PolicyName: 'reach',
    })
    assert.match(PolicyDocument, /deploy/)
  })

  it('is put with anything by whoever may grant anything, which is on record', async () => {
    const granter = await lead('granter', 'iam:PutUserPolicy', 'fleetkey:GrantAnyPermission')
    await user('carol')
    const PolicyDocument = document(allow('*'))
    await granter.done('PutUserPolicy', { UserName: 'carol', PolicyName: 'p', PolicyDocument })
    const { explanation } = plane.trail().at(-1)?.event.additionalEventData ?? {}
    assert.match(
      String(explanation),
      /It gives user carol more than the caller may do: Statement 1 of inline policy p of user granter allows it/,
    )
  })

  it('is not put by whoever may grant something only', async () => {
    const client = await plane.user('half-granter', [
      allow('iam:PutUserPolicy'),
      { ...allow('fleetkey:GrantAnyPermission'), Resource: 'arn:aws:iam::*:user/dave' },
    ])
    await user('dave')
    const PolicyDocument = document(allow('*'))
    isRefused(
      await client.call('PutUserPolicy', { UserName: 'dave', PolicyName: 'p', PolicyDocument }),
      'user dave',
    )
  })

  it('on a group concerns its members, and whoever will be one', async () => {
    const client = await lead('group-lead', 'iam:PutGroupPolicy')
    await plane.root.done('CreateGroup', { GroupName: 'team' })
    const put = (Condition?: object) =>
      client.call('PutGroupPolicy', {
        GroupName: 'team',
        PolicyName: 'p',
        PolicyDocument: document(allow(push, Condition)),
      })
    isRefused(await put(), 'the members of group team')
    assert.equal((await put(dev)).status, 200)
  })
})

describe('two calls at once', () => {
  it('happen one after the other, on what the caller may do by then', async () => {
    const client = await lead('late', 'iam:PutUserPolicy', 'iam:ListUsers')
    await user('kim')
    const gate = Promise.withResolvers<undefined>()
    const turn = plane.store.exclusively(() => gate.promise)
    const fields = { UserName: 'kim', PolicyName: 'p', PolicyDocument: document(allow(push, dev)) }
    const waiting = client.call('PutUserPolicy', fields)
    for (let call = 0; call < 5; call += 1) await client.done('ListUsers', {})
    const { User } = await plane.root.done('GetUser', { UserName: 'late' })
    await plane.store.identities.inline.delete(User.UserId, 'p')
    gate.resolve(undefined)
    await turn
    assert.equal((await waiting).code, 'AccessDeniedException')
  })

  it('do not queue when one of them is refused anyway (anybody could hold up all others)', async () => {
    const client = await lead('pest', 'iam:ListUsers')
    await user('lee')
    const gate = Promise.withResolvers<undefined>()
    const turn = plane.store.exclusively(() => gate.promise)
    const fields = { UserName: 'lee', PolicyName: 'p', PolicyDocument: document(allow(push, dev)) }
    const refused = client.call('PutUserPolicy', fields)
    const late = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => late.resolve(undefined), 5000)
    const first = await Promise.race([refused, late.promise])
    clearTimeout(timer)
    gate.resolve(undefined)
    await turn
    assert.equal(first?.code, 'AccessDeniedException')
  })
})

describe('the place of somebody else', () => {
  const UserName = 'erin'
  let client: ApiClient
  before(async () => {
    await user(UserName, allow(push))
    await user('frank', allow(push, dev))
    client = await lead(
      'helpdesk',
      'iam:CreateAccessKey',
      'iam:UpdateAccessKey',
      'iam:CreateLoginProfile',
      'iam:EnableMFADevice',
      'iam:DeactivateMFADevice',
      'fleetkey:CreateRecoveryCodes',
    )
  })

  const SerialNumber = 'arn:aws:iam::111122223333:mfa/phone'
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' }
  const ways: Readonly<Record<string, object>> = {
    CreateAccessKey: {},
    CreateLoginProfile: { Password: 'correct horse battery' },
    EnableMFADevice: { SerialNumber, ...codes },
    DeactivateMFADevice: { SerialNumber },
    CreateRecoveryCodes: {},
  }
  for (const [operation, fields] of Object.entries(ways)) {
    it(`is not to be had by ${operation}, unless one holds all that they do`, async () => {
      isRefused(
        await client.call(operation, { UserName, ...fields }),
        `whoever acts as user ${UserName}`,
      )
      const answer = await client.call(operation, { UserName: 'frank', ...fields })
      assert.notEqual(answer.code, 'AccessDeniedException')
    })
  }

  it('is not to be had by a key that is switched on again', async () => {
    const { AccessKey } = await plane.root.done('CreateAccessKey', { UserName })
    const set = (Status: string) =>
      client.call('UpdateAccessKey', { UserName, AccessKeyId: AccessKey.AccessKeyId, Status })
    assert.equal((await set('Inactive')).status, 200)
    isRefused(await set('Active'), `whoever acts as user ${UserName}`)
  })

  it("is to be had where it is one's own", async () => {
    const own = await plane.user('own', [allow(['iam:CreateAccessKey', 'iam:*LoginProfile'])])
    await own.done('CreateAccessKey', {})
    await own.done('CreateLoginProfile', { UserName: 'own', Password: 'correct horse battery' })
  })

  it('comes with the roles that are open to it', async () => {
    await user('gina')
    const trust = (name: string) => ({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: name },
    })
    const { User } = await plane.root.done('GetUser', { UserName: 'gina' })
    await plane.root.done('CreateRole', {
      RoleName: 'ginas',
      AssumeRolePolicyDocument: document(trust(User.Arn)),
    })
    await client.done('CreateAccessKey', { UserName: 'gina' })
    await plane.root.done('PutRolePolicy', {
      RoleName: 'ginas',
      PolicyName: 'p',
      PolicyDocument: document(allow('*')),
    })
    isRefused(
      await client.call('CreateAccessKey', { UserName: 'gina' }),
      'whoever acts as user gina, as role ginas,',
    )
  })
})

describe('whom a role trusts', () => {
  const trust = (...names: readonly string[]) =>
    document(
      ...names.map((AWS) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } })),
    )
  const arn = async (UserName: string): Promise<string> =>
    (await plane.root.done('GetUser', { UserName })).User.Arn

  it('is a matter of what it may do, and may be narrowed without', async () => {
    for (const name of ['hugo', 'ines']) await user(name)
    const [hugo, ines] = [await arn('hugo'), await arn('ines')]
    await plane.root.done('CreateRole', {
      RoleName: 'deployer',
      AssumeRolePolicyDocument: trust(hugo, ines),
    })
    await plane.root.done('PutRolePolicy', {
      RoleName: 'deployer',
      PolicyName: 'p',
      PolicyDocument: document(allow(push)),
    })
    const client = await lead('truster', 'iam:UpdateAssumeRolePolicy')
    const set = (...names: readonly string[]) =>
      client.call('UpdateAssumeRolePolicy', {
        RoleName: 'deployer',
        PolicyDocument: trust(...names),
      })
    assert.equal((await set(hugo)).status, 200)
    isRefused(await set(hugo, ines), 'whoever role deployer trusts')
    await plane.root.done('PutRolePolicy', {
      RoleName: 'deployer',
      PolicyName: 'p',
      PolicyDocument: document(allow(push, dev)),
    })
    assert.equal((await set(hugo, ines)).status, 200)
  })
})

describe('a session', () => {
  it('does not come round its session policy by changing it', async () => {
    const { Account } = await plane.root.done('GetCallerIdentity', {})
    const { Policy } = await plane.root.done('CreatePolicy', {
      PolicyName: 'limit',
      PolicyDocument: document(
        allow(['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:SetDefaultPolicyVersion']),
      ),
    })
    const { Policy: fence } = await plane.root.done('CreatePolicy', {
      PolicyName: 'fence',
      PolicyDocument: document({ ...allow('fleetkey:SearchEvents'), Effect: 'Deny' }),
    })
    const starter = await plane.user('starter')
    await plane.root.done('CreateRole', {
      RoleName: 'limited',
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:aws:iam::${Account}:user/starter` },
      }),
    })
    await plane.root.done('PutRolePolicy', {
      RoleName: 'limited',
      PolicyName: 'p',
      PolicyDocument: document(allow(['iam:*', 'fleetkey:*'])),
    })
    const assumed = await starter.done('AssumeRole', {
      RoleArn: `arn:aws:iam::${Account}:role/limited`,
      RoleSessionName: 'short',
      PolicyArns: [{ arn: Policy.Arn }, { arn: fence.Arn }],
    })
    const session = plane.as(assumed.Credentials)
    const wider = {
      PolicyArn: Policy.Arn,
      PolicyDocument: document(allow('*')),
      SetAsDefault: true,
    }
    isRefused(await session.call('CreatePolicyVersion', wider), 'session short of role limited')
    await session.done('CreatePolicyVersion', { ...wider, SetAsDefault: false })
    isRefused(
      await session.call('SetDefaultPolicyVersion', { PolicyArn: Policy.Arn, VersionId: 'v2' }),
      'session short of role limited',
    )
    // Its Deny does not go with it: the session may do nothing any more.
    await session.done('DeletePolicy', { PolicyArn: fence.Arn })
    assert.equal((await session.call('CreatePolicyVersion', wider)).code, 'AccessDeniedException')
  })
})
