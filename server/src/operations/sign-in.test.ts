import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { apiClient } from '../testing/api-client.ts'
import { enrolAuthenticator } from '../testing/authenticator.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { callUnsigned } from '../testing/unsigned.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())
// Another hour for each case, so that nobody's tries are another's.
beforeEach(() => void (plane.clock.aheadMs += 3_600_000))

const now = () => Date.now() + plane.clock.aheadMs
const PASSWORD = 'correct horse battery'

async function person(userName: string, profile: object = {}) {
  await plane.root.done('CreateUser', { UserName: userName })
  const fields = { UserName: userName, Password: PASSWORD, ...profile }
  await plane.root.done('CreateLoginProfile', fields)
  return (more: object = {}) =>
    callUnsigned(plane, 'SignIn', { UserName: userName, Password: PASSWORD, ...more })
}

const lastRecord = () => plane.trail().at(-1)

describe('SignIn', () => {
  it('gives temporary keys that are the user', async () => {
    const signIn = await person('ann')
    const { status, body } = await signIn({ DurationSeconds: 900 })
    assert.equal(status, 200)
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = body.Credentials
    assert.match(AccessKeyId, /^ASIA[A-Z2-7]{16}$/)
    assert.ok(Math.abs(Expiration * 1000 - (now() + 900_000)) < 60_000)
    const client = apiClient({
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      port: () => plane.port,
      now,
    })
    const sign = (sessionToken?: string) =>
      client.send(
        client.sign('GetCallerIdentity', {}, sessionToken === undefined ? {} : { sessionToken }),
      )
    assert.match((await sign(SessionToken)).body.Arn, /:user\/ann$/)
    assert.equal((await sign()).code, 'UnrecognizedClientException')
    assert.equal((await sign(`${SessionToken}x`)).code, 'UnrecognizedClientException')
    plane.clock.aheadMs += 901_000
    assert.equal((await sign(SessionToken)).code, 'ExpiredTokenException')
  })

  it('answers a wrong password, an unknown user and one without a password alike', async () => {
    const signIn = await person('ben')
    await plane.root.done('CreateUser', { UserName: 'no-password' })
    const answers = [
      await signIn({ Password: 'wrong' }),
      await signIn({ UserName: 'nobody-at-all' }),
      await signIn({ UserName: 'no-password' }),
      await signIn({ UserName: 'BEN' }),
    ]
    for (const { status, code, message } of answers) {
      assert.deepEqual(
        [status, code, message],
        [400, 'AuthenticationFailedException', 'The user name, password or code is wrong.'],
      )
    }
  })

  it('is on record as ConsoleLogin, with whom it claimed to be, and without any secret', async () => {
    const signIn = await person('cat')
    await signIn({ Password: 'wrong-cat-password' })
    const failed = lastRecord()
    assert.deepEqual(
      [failed?.eventName, failed?.errorCode, failed?.event.eventSource, failed?.event.eventType],
      ['ConsoleLogin', 'AuthenticationFailedException', 'signin.amazonaws.com', 'AwsConsoleSignIn'],
    )
    const { userIdentity } = failed?.event ?? {}
    assert.ok(userIdentity?.type === 'IAMUser' && userIdentity.userName === 'cat')
    await signIn({ UserName: 'oops-my-password' })
    const unknown = lastRecord()?.event.userIdentity
    assert.ok(unknown?.type === 'IAMUser')
    assert.equal(unknown.userName, 'HIDDEN_DUE_TO_SECURITY_REASONS')
    const { body } = await signIn()
    assert.deepEqual(lastRecord()?.event.responseElements, { ConsoleLogin: 'Success' })
    const written = plane.databaseBytes() + plane.log()
    const { SecretAccessKey, SessionToken } = body.Credentials
    for (const secret of [PASSWORD, 'wrong-cat-password', SecretAccessKey, SessionToken]) {
      assert.ok(!written.includes(secret))
    }
    assert.ok(!JSON.stringify(plane.trail()).includes('oops-my-password'))
  })

  it('takes ten tries in ten minutes, then not even the right password (would be guessed)', async () => {
    const signIn = await person('dan')
    for (let tries = 0; tries < 10; tries++) {
      assert.equal((await signIn({ Password: 'wrong' })).code, 'AuthenticationFailedException')
    }
    assert.equal((await signIn()).code, 'ThrottlingException')
    assert.equal(lastRecord()?.errorCode, 'ThrottlingException')
    await plane.restart()
    assert.equal((await signIn()).code, 'ThrottlingException')
    plane.clock.aheadMs += 601_000
    assert.equal((await signIn()).status, 200)
  })

  it('counts tries of a name that nobody has as of one that somebody has (would tell who is a user)', async () => {
    const signIn = await person('Ira')
    for (const name of ['Ira', 'Nobody']) {
      const wrong = (UserName: string) => signIn({ UserName, Password: 'wrong' })
      for (let tries = 0; tries < 10; tries++) await wrong(name)
      assert.equal((await wrong(name)).code, 'ThrottlingException')
      assert.equal((await wrong(name.toLowerCase())).code, 'AuthenticationFailedException', name)
    }
  })

  it('demands the second factor of those who have one, and the code is good once', async () => {
    const signIn = await person('eva')
    const authenticator = await enrolAuthenticator(plane.root, 'eva', now)
    assert.equal((await signIn()).code, 'MultiFactorAuthRequiredException')
    assert.equal((await signIn({ Password: 'x' })).code, 'AuthenticationFailedException')
    plane.clock.aheadMs += 60_000
    const TokenCode = authenticator.code(now())
    const wrong = { Password: 'x', TokenCode }
    assert.equal((await signIn(wrong)).code, 'AuthenticationFailedException')
    assert.equal((await signIn({ TokenCode })).status, 200)
    const session = lastRecord()?.event.userIdentity
    assert.ok(session?.type === 'IAMUser')
    assert.equal(session.sessionContext?.attributes.mfaAuthenticated, 'true')
    assert.equal((await signIn({ TokenCode })).code, 'AuthenticationFailedException')
  })

  it('takes a recovery code once', async () => {
    const signIn = await person('fay')
    await enrolAuthenticator(plane.root, 'fay', now)
    const { RecoveryCodes } = await plane.root.done('CreateRecoveryCodes', { UserName: 'fay' })
    assert.equal(RecoveryCodes.length, 10)
    const [TokenCode] = RecoveryCodes
    assert.equal((await signIn({ TokenCode })).status, 200)
    assert.equal((await signIn({ TokenCode })).code, 'AuthenticationFailedException')
    await plane.root.done('CreateRecoveryCodes', { UserName: 'fay' })
    const old = await signIn({ TokenCode: RecoveryCodes[1] })
    assert.equal(old.code, 'AuthenticationFailedException')
  })

  it('demands another password at the first sign-in, and gives nothing before', async () => {
    const signIn = await person('gus', { PasswordResetRequired: true })
    assert.equal((await signIn()).code, 'PasswordResetRequiredException')
    assert.equal((await signIn({ NewPassword: PASSWORD })).code, 'ValidationException')
    assert.equal((await signIn({ NewPassword: 'short' })).code, 'PasswordPolicyViolation')
    const NewPassword = 'another horse battery'
    assert.equal((await signIn({ NewPassword })).status, 200)
    assert.equal((await signIn()).code, 'AuthenticationFailedException')
    assert.equal((await signIn({ Password: NewPassword })).status, 200)
  })

  it('ends with the user', async () => {
    const signIn = await person('hal')
    const { Credentials } = (await signIn()).body
    const client = apiClient({
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      port: () => plane.port,
      now,
    })
    const ask = () =>
      client.send(client.sign('GetCallerIdentity', {}, { sessionToken: Credentials.SessionToken }))
    assert.equal((await ask()).status, 200)
    await plane.root.done('DeleteUser', { UserName: 'hal', Force: true })
    assert.equal((await ask()).code, 'UnrecognizedClientException')
    assert.equal((await signIn()).code, 'AuthenticationFailedException')
  })

  it('cannot be asked with a signature', async () => {
    const answer = await plane.root.call('SignIn', { UserName: 'x', Password: 'y' })
    assert.deepEqual([answer.status, answer.code], [400, 'ValidationException'])
  })
})
