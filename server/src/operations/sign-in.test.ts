import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { parseCidr } from '@fleetkey/domain/cidr'
import { takeTryOf } from '../identities/budgets.ts'
import { signInTries, type Tried } from '../identities/sign-in-tries.ts'
import { apiClient } from '../testing/api-client.ts'
import { enrolAuthenticator } from '../testing/authenticator.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { openPage } from '../testing/page.ts'
import { callUnsigned } from '../testing/unsigned.ts'

let plane: ControlPlane
before(async () => {
  // So that a request can come from anywhere.
  const trustedProxies = [parseCidr('127.0.0.1')].filter((range) => range !== undefined)
  plane = await startControlPlane({}, { trustedProxies })
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

describe('a flood of wrong passwords', () => {
  // Within one window of each budget.
  beforeEach(() => void (plane.clock.aheadMs += 3_600_000 - (now() % 3_600_000)))

  /** As much as can be tried from these addresses, at accounts that there are not or (`account`) at one. How many were. */
  async function flood(
    addresses: readonly string[],
    { tried = 'password', account, each = 60 }: FloodOptions = {},
  ): Promise<number> {
    const tries = addresses.flatMap((sourceAddress) =>
      Array.from({ length: each }, (_, at) =>
        takeTryOf(
          plane.store,
          signInTries(tried, { sourceAddress, account: account ?? `nobody ${sourceAddress} ${at}` })
            .ways,
          now(),
        ),
      ),
    )
    const settled = await Promise.allSettled(tries)
    return settled.filter(({ status }) => status === 'fulfilled').length
  }
  interface FloodOptions {
    readonly tried?: Tried
    readonly account?: string
    readonly each?: number
  }
  const networks = (count: number) => Array.from({ length: count }, (_, at) => `10.${at}.0.1`)

  async function browserOf(userName: string, address: string) {
    const page = openPage(plane)
    const signIn = (Password = PASSWORD, from = address) => {
      const fields = { UserName: userName, Password, Console: true }
      return page.call('SignIn', fields, { 'x-forwarded-for': from })
    }
    return { page, signIn }
  }

  it('from ten networks leaves tries to whoever signed in before from their browser, and to newcomers', async () => {
    await person('lea')
    const { page, signIn } = await browserOf('lea', '192.0.2.7')
    assert.equal((await signIn()).status, 200)
    assert.match(page.deviceCookie, /^__Host-fleetkey-device=AIDA/)
    const tried = await flood(networks(10), { each: 70 })
    assert.equal(tried, 449 + 10 * 4, 'and four more of each')
    assert.equal((await signIn()).status, 200)
    const elsewhere = await browserOf('lea', '203.0.113.7')
    assert.equal((await elsewhere.signIn()).status, 200)
    const among = await browserOf('lea', '10.0.0.99')
    assert.equal((await among.signIn()).code, 'ThrottlingException')
  })

  it('from everywhere does not keep out whoever signed in before', async () => {
    await person('max')
    const { page, signIn } = await browserOf('max', '10.9.0.1')
    await signIn()
    assert.equal(await flood(networks(200), { each: 5 }), 599, 'and no more cost the server a hash')
    const stranger = await browserOf('max', '203.0.113.7')
    assert.equal((await stranger.signIn()).code, 'ThrottlingException')
    assert.equal((await signIn()).status, 200)
    const proof = await page.call('ProveAgain', { Password: PASSWORD })
    assert.equal(proof.status, 200, 'nor whoever is in')
  })

  it('from one network ends with three hundred in an hour, however slowly it comes', async () => {
    let tried = 0
    for (let minute = 0; minute < 10; minute++) {
      // oxlint-disable-next-line no-await-in-loop -- minute by minute
      tried += await flood(['10.1.0.1'])
      plane.clock.aheadMs += 60_000
    }
    assert.equal(tried, 300)
  })

  it('out of one block of IPv6 is one party’s', async () => {
    const block = Array.from({ length: 100 }, (_, at) => `2001:db8:${at.toString(16)}::1`)
    assert.equal(await flood(block, { each: 4 }), 110)
  })

  it('at one account locks nobody out of it who was in before, and has thirty guesses', async () => {
    await person('noa')
    const { signIn } = await browserOf('noa', '192.0.2.7')
    await signIn()
    const account = (await plane.root.done('GetUser', { UserName: 'noa' })).User.UserId as string
    assert.equal(await flood(networks(1), { account, each: 20 }), 10, 'of one network')
    const stranger = await browserOf('noa', '203.0.113.7')
    assert.equal((await stranger.signIn('wrong')).code, 'AuthenticationFailedException')
    assert.equal(await flood(networks(20), { account, each: 20 }), 19)
    assert.equal((await stranger.signIn()).code, 'ThrottlingException')
    assert.equal((await signIn('wrong')).code, 'AuthenticationFailedException')
    assert.equal((await signIn()).status, 200)
  })

  it('from a known browser has ten tries, which are nobody else’s, and only at who signed in there', async () => {
    await person('oda')
    await person('pam')
    const { page, signIn } = await browserOf('oda', '192.0.2.7')
    await signIn()
    for (let tries = 0; tries < 10; tries++) {
      assert.equal((await signIn('wrong')).code, 'AuthenticationFailedException')
    }
    assert.equal((await signIn()).code, 'ThrottlingException')
    const elsewhere = await browserOf('oda', '203.0.113.7')
    assert.equal((await elsewhere.signIn()).status, 200)
    const atPam = { UserName: 'pam', Password: 'wrong', Console: true }
    for (let tries = 0; tries < 10; tries++) await page.call('SignIn', atPam)
    assert.equal((await page.call('SignIn', atPam)).code, 'ThrottlingException', 'as a stranger')
  })

  it('at one account locks nobody out of it at a machine where they logged in by a program', async () => {
    const signIn = await person('ray')
    const { Device: known } = (await signIn()).body
    const account = (await plane.root.done('GetUser', { UserName: 'ray' })).User.UserId as string
    await flood(networks(20), { account, each: 20 })
    assert.equal((await signIn()).code, 'ThrottlingException')
    assert.equal((await signIn({ Device: 'x' })).code, 'ThrottlingException')
    const again = await signIn({ Device: known })
    assert.equal(again.status, 200)
    await person('sue')
    const other = await signIn({ UserName: 'sue', Device: known, Password: 'wrong' })
    assert.equal(other.code, 'AuthenticationFailedException')
    const written = plane.databaseBytes() + plane.log() + JSON.stringify(plane.trail())
    assert.ok(!written.includes(known) && !written.includes(again.body.Device))
  })

  it('stops no passkey, and one of passkeys no password', async () => {
    await person('quin')
    const { signIn } = await browserOf('quin', '10.0.0.1')
    const more = { each: 5 }
    assert.equal(await flood(networks(200), { ...more, tried: 'challenge' }), 600)
    assert.equal(await flood(networks(200), { ...more, tried: 'passkey' }), 600)
    assert.equal((await signIn()).status, 200)
  })
})
