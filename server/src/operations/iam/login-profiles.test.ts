import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { callUnsigned } from '../../testing/unsigned.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())
// Another hour for each case, so that nobody's tries are another's.
beforeEach(() => void (plane.clock.aheadMs += 3_600_000))

const PASSWORD = 'correct horse battery'
const signIn = (UserName: string, Password: string) =>
  callUnsigned(plane, 'SignIn', { UserName, Password })

async function refused(name: string, fields: object, code: string): Promise<string> {
  const answer = await plane.root.call(name, fields)
  assert.equal(answer.code, code, answer.text)
  return answer.message
}

describe('login profiles', () => {
  it('are made once, shown without their password, changed and deleted', async () => {
    const user = { UserName: 'ann' }
    await plane.root.done('CreateUser', user)
    await refused('GetLoginProfile', user, 'NoSuchEntity')
    assert.deepEqual(await plane.root.done('GetLoginProfile', { ...user, OrNone: true }), {})
    const made = await plane.root.done('CreateLoginProfile', { ...user, Password: PASSWORD })
    assert.deepEqual(
      [made.LoginProfile.UserName, made.LoginProfile.PasswordResetRequired],
      ['ann', false],
    )
    const again = { ...user, Password: PASSWORD }
    const message = await refused('CreateLoginProfile', again, 'EntityAlreadyExists')
    assert.equal(message, 'Login Profile for user ann already exists.')
    assert.ok(!JSON.stringify(await plane.root.done('GetLoginProfile', user)).includes('argon2'))
    await plane.root.done('UpdateLoginProfile', { ...user, PasswordResetRequired: true })
    assert.equal((await signIn('ann', PASSWORD)).code, 'PasswordResetRequiredException')
    const other = 'another horse battery'
    await plane.root.done('UpdateLoginProfile', {
      ...user,
      Password: other,
      PasswordResetRequired: false,
    })
    assert.equal((await signIn('ann', PASSWORD)).code, 'AuthenticationFailedException')
    assert.equal((await signIn('ann', other)).status, 200)
    await plane.root.done('DeleteLoginProfile', user)
    assert.equal((await signIn('ann', other)).code, 'AuthenticationFailedException')
    await refused('DeleteLoginProfile', user, 'NoSuchEntity')
  })

  it('keep no password anywhere in clear, nor its bare hash', async () => {
    const secret = 'a very particular phrase'
    await plane.root.done('CreateUser', { UserName: 'bea' })
    await plane.root.done('CreateLoginProfile', { UserName: 'bea', Password: secret })
    const written = plane.databaseBytes() + plane.log()
    assert.ok(!written.includes(secret))
    assert.ok(!written.includes('argon2id'))
  })

  it('are refused with all that the policy wants and the password lacks', async () => {
    await plane.root.done('CreateUser', { UserName: 'charlotte' })
    const make = (Password: string) => ({ UserName: 'charlotte', Password })
    await refused('CreateLoginProfile', make('short'), 'PasswordPolicyViolation')
    await refused('CreateLoginProfile', make('charlotte-2026!'), 'PasswordPolicyViolation')
    await refused('CreateLoginProfile', make('x'.repeat(129)), 'ValidationException')
    await plane.root.done('UpdateAccountPasswordPolicy', {
      MinimumPasswordLength: 8,
      RequireNumbers: true,
      RequireSymbols: true,
      RequireUppercaseCharacters: true,
      RequireLowercaseCharacters: true,
      PasswordReusePrevention: 2,
      AllowUsersToChangePassword: false,
    })
    const message = await refused('CreateLoginProfile', make('abc'), 'PasswordPolicyViolation')
    assert.equal(
      message,
      'The password must have at least 8 characters, a symbol, a digit, an upper-case letter.',
    )
    await plane.root.done('CreateLoginProfile', make('Abcdef1!'))
    await plane.root.done('UpdateLoginProfile', make('Abcdef2!'))
    for (const old of ['Abcdef1!', 'Abcdef2!']) {
      await refused('UpdateLoginProfile', make(old), 'PasswordPolicyViolation')
    }
    await plane.root.done('UpdateLoginProfile', make('Abcdef3!'))
    await plane.root.done('UpdateLoginProfile', make('Abcdef1!'))
    const { PasswordPolicy } = await plane.root.done('GetAccountPasswordPolicy', {})
    assert.deepEqual(
      [PasswordPolicy.MinimumPasswordLength, PasswordPolicy.ExpirePasswords],
      [8, false],
    )
    await plane.root.done('DeleteAccountPasswordPolicy', {})
    await refused('GetAccountPasswordPolicy', {}, 'NoSuchEntity')
    assert.deepEqual(await plane.root.done('GetAccountPasswordPolicy', { OrNone: true }), {})
    await refused('DeleteAccountPasswordPolicy', {}, 'NoSuchEntity')
  })

  it('grow too old where the policy says so', async () => {
    const user = { UserName: 'dora' }
    await plane.root.done('CreateUser', user)
    await plane.root.done('CreateLoginProfile', { ...user, Password: PASSWORD })
    await plane.root.done('UpdateAccountPasswordPolicy', { MaxPasswordAge: 1 })
    assert.equal((await signIn('dora', PASSWORD)).status, 200)
    plane.clock.aheadMs += 86_400_000 + 1000
    assert.equal((await signIn('dora', PASSWORD)).code, 'PasswordResetRequiredException')
    await plane.root.done('UpdateAccountPasswordPolicy', { MaxPasswordAge: 1, HardExpiry: true })
    assert.equal((await signIn('dora', PASSWORD)).code, 'AuthenticationFailedException')
    await plane.root.done('DeleteAccountPasswordPolicy', {})
  })
})

describe('ChangePassword', () => {
  it('takes the old password for the new one, ten tries', async () => {
    const own = {
      Effect: 'Allow',
      Action: 'iam:ChangePassword',
      Resource: 'arn:aws:iam::*:user/${aws:username}',
    }
    const eve = await plane.user('eve', own)
    const change = (OldPassword: string, NewPassword: string) =>
      eve.call('ChangePassword', { OldPassword, NewPassword })
    assert.equal((await change('x', PASSWORD)).code, 'NoSuchEntity')
    await plane.root.done('CreateLoginProfile', { UserName: 'eve', Password: PASSWORD })
    assert.equal((await change('wrong', 'another horse battery')).code, 'InvalidInput')
    assert.equal((await change(PASSWORD, 'another horse battery')).status, 200)
    assert.equal((await signIn('eve', 'another horse battery')).status, 200)
    for (let tries = 0; tries < 10; tries++) await change('wrong', PASSWORD)
    const throttled = await change('another horse battery', PASSWORD)
    assert.equal(throttled.code, 'ThrottlingException')
  })

  it('counts those that give the right one too (one user could keep all from signing in)', async () => {
    const fae = await plane.user('fae', {
      Effect: 'Allow',
      Action: 'iam:ChangePassword',
      Resource: '*',
    })
    await plane.root.done('CreateLoginProfile', { UserName: 'fae', Password: PASSWORD })
    const fields = { OldPassword: PASSWORD, NewPassword: 'short' }
    for (let tries = 0; tries < 10; tries++) {
      assert.equal((await fae.call('ChangePassword', fields)).code, 'PasswordPolicyViolation')
    }
    assert.equal((await fae.call('ChangePassword', fields)).code, 'ThrottlingException')
  })
})
