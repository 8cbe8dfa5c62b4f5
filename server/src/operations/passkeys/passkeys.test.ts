import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { enrolAuthenticator } from '../../testing/authenticator.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { openPage, type Page } from '../../testing/page.ts'
import {
  softwarePasskey,
  type Otherwise,
  type SoftwarePasskey,
} from '../../testing/software-authenticator.ts'

const PASSWORD = 'correct horse battery'
const ANYTHING = { Effect: 'Allow', Action: '*', Resource: '*' }
let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())
// Another hour for each case, so that nobody's tries are another's.
beforeEach(() => void (plane.clock.aheadMs += 3_600_000))

const later = (seconds: number) => void (plane.clock.aheadMs += seconds * 1000)
const now = () => Date.now() + plane.clock.aheadMs
const lastRecord = () => plane.trail().at(-1)
function claimedName(): string | undefined {
  const identity = lastRecord()?.event.userIdentity
  return identity?.type === 'IAMUser' ? identity.userName : undefined
}
let number = 0

const atLocalhost = () => openPage(plane, 'localhost')

async function person(policy: object = ANYTHING) {
  const userName = `person-${++number}`
  const client = await plane.user(userName, policy)
  await plane.root.done('CreateLoginProfile', { UserName: userName, Password: PASSWORD })
  const page = atLocalhost()
  await page.signIn(userName, PASSWORD)
  return { userName, page, client }
}

async function registered(page: Page, passkey: SoftwarePasskey, otherwise: Otherwise = {}) {
  const begun = await page.call('BeginPasskeyRegistration', {})
  assert.equal(begun.status, 200, begun.text)
  const fields = { Name: 'laptop', ...passkey.registration(begun.body.Options, otherwise) }
  return await page.call('RegisterPasskey', fields)
}

/** Somebody who has one. */
async function holder(options?: { readonly counts?: boolean }) {
  const { userName, page, client } = await person()
  const passkey = softwarePasskey(page.origin, options)
  const { status, text, body } = await registered(page, passkey)
  assert.equal(status, 200, text)
  return { userName, page, client, passkey, serialNumber: String(body.SerialNumber) }
}

async function signInOptions(page: Page) {
  const { status, body, text } = await page.call('GetPasskeyChallenge', { For: 'SignIn' })
  assert.equal(status, 200, text)
  return body.Options
}

async function signInWith(passkey: SoftwarePasskey, otherwise: Otherwise = {}) {
  const page = atLocalhost()
  const options = await signInOptions(page)
  return page.call('SignInWithPasskey', passkey.assertion(options, otherwise))
}

const FAILED = [400, 'AuthenticationFailedException', 'The user name, password or code is wrong.']

describe('a passkey', () => {
  it('is registered by whose it is, listed, renamed and removed, and each is on record', async () => {
    const { page, client, userName, serialNumber } = await holder()
    assert.equal(lastRecord()?.eventName, 'RegisterPasskey')
    assert.deepEqual(lastRecord()?.event.requestParameters, { name: 'laptop' })
    const [listed] = (await page.call('ListPasskeys', {})).body.Passkeys
    assert.deepEqual(
      [listed.Name, listed.HostName, listed.SerialNumber, listed.LastUsedDate],
      ['laptop', 'localhost', serialNumber, undefined],
    )
    const { PasskeyId } = listed
    const renamed = await page.call('RenamePasskey', { PasskeyId, Name: '‘key’ on my ring' })
    assert.equal(renamed.status, 200)
    const { Passkeys } = (await page.call('ListPasskeys', {})).body
    assert.equal(Passkeys[0].Name, '‘key’ on my ring')
    const line = await page.call('RenamePasskey', { PasskeyId, Name: 'a\nb' })
    assert.equal(line.code, 'ValidationException')
    const { page: other } = await person()
    const theirs = await other.call('RenamePasskey', { PasskeyId, Name: 'mine' })
    assert.equal(theirs.code, 'NoSuchEntity')
    const gone = { UserName: userName, SerialNumber: serialNumber }
    assert.equal((await client.call('DeactivateMFADevice', gone)).status, 200)
    assert.deepEqual((await page.call('ListPasskeys', {})).body.Passkeys, [])
  })

  it('needs a fresh proof of whoever adds it, and a page at a name', async () => {
    const { page, userName, client } = await person()
    later(16 * 60)
    const stale = await page.call('BeginPasskeyRegistration', {})
    assert.equal(stale.code, 'StepUpRequiredException')
    const atAddress = openPage(plane)
    await atAddress.signIn(userName, PASSWORD)
    const refused = await atAddress.call('BeginPasskeyRegistration', {})
    assert.deepEqual([refused.status, refused.code], [400, 'ValidationException'])
    assert.match(refused.message, /open the console by its name, not by an IP address/)
    assert.equal((await client.call('BeginPasskeyRegistration', {})).code, 'ValidationException')
  })

  for (const [what, otherwise] of Object.entries({
    'made for the page of another origin': { origin: 'http://localhost:1' },
    'made for another host name': { rpId: 'example.com' },
    'that is an answer to something else': { type: 'webauthn.get' },
    'by another name than it has': { credentialId: 'YWJjZGVm' },
    'that tells its make (nobody asked, and it would be looked up)': { fmt: 'android-key' },
  } satisfies Record<string, Otherwise>)) {
    it(`is not taken ${what}`, async () => {
      const { page } = await person()
      const answer = await registered(page, softwarePasskey(page.origin), otherwise)
      assert.deepEqual([answer.status, answer.code], [400, 'PasskeyRefusedException'], answer.text)
      assert.match(answer.message, 'fmt' in otherwise ? /attestation that nobody asked for/ : /./)
      assert.deepEqual((await page.call('ListPasskeys', {})).body.Passkeys, [])
    })
  }

  it('is not taken for a challenge that was answered, is too old, or is another’s', async () => {
    const { page } = await person()
    const { page: other } = await person()
    const passkey = softwarePasskey(page.origin)
    const begin = async () => (await page.call('BeginPasskeyRegistration', {})).body.Options
    const finish = (whose: Page, options: Awaited<ReturnType<typeof begin>>) =>
      whose.call('RegisterPasskey', { Name: 'x', ...passkey.registration(options) })
    const options = await begin()
    assert.equal((await finish(other, options)).code, 'PasskeyRefusedException')
    assert.equal((await finish(page, options)).code, 'PasskeyRefusedException', 'it is spent')
    const late = await begin()
    later(121)
    assert.equal((await finish(page, late)).code, 'PasskeyRefusedException')
    assert.equal((await finish(page, await begin())).status, 200)
    const twice = await finish(
      other,
      (await other.call('BeginPasskeyRegistration', {})).body.Options,
    )
    assert.equal(twice.code, 'PasskeyRefusedException', 'it is somebody’s already')
  })

  it('is a second factor as an administrator sees them, and takes away', async () => {
    const { userName, page, serialNumber } = await holder()
    const { root } = plane
    const { MFADevices } = await root.done('ListMFADevices', { UserName: userName })
    assert.deepEqual(
      MFADevices.map((device: { SerialNumber: string }) => device.SerialNumber),
      [serialNumber],
    )
    assert.match(serialNumber, new RegExp(`^arn:aws:iam::\\d{12}:u2f/user/${userName}/AMFA`))
    const got = await root.done('GetMFADevice', { UserName: userName, SerialNumber: serialNumber })
    assert.equal(got.UserName, userName)
    const { Content } = await root.done('GetCredentialReport', {})
    const report = Buffer.from(Content, 'base64').toString()
    const fields = report
      .split('\n')
      .find((line) => line.startsWith(`${userName},`))
      ?.split(',')
    assert.equal(fields?.[7], 'true')
    const { page: other, userName: otherName } = await person()
    const theirs = { UserName: otherName, SerialNumber: serialNumber }
    assert.equal((await other.call('DeactivateMFADevice', theirs)).code, 'NoSuchEntity')
    await root.done('DeactivateMFADevice', { UserName: userName, SerialNumber: serialNumber })
    assert.deepEqual((await page.call('ListPasskeys', {})).body.Passkeys, [])
    const again = atLocalhost()
    assert.equal((await again.signIn(userName, PASSWORD)).status, 200, 'the password is enough')
  })
})

describe('a passkey after the password', () => {
  const ask = (page: Page, userName: string, more: object = {}) =>
    page.call('SignIn', { UserName: userName, Password: PASSWORD, Console: true, ...more })

  it('is asked for by the refusal, and counts as MFA', async () => {
    const { userName, passkey } = await holder()
    const page = atLocalhost()
    const asked = await ask(page, userName)
    assert.equal(asked.code, 'MultiFactorAuthRequiredException')
    assert.deepEqual(asked.body.Kinds, ['Passkey'])
    assert.equal(asked.body.PasskeyOptions.rpId, 'localhost')
    assert.deepEqual(
      asked.body.PasskeyOptions.allowCredentials.map(({ id }: { id: string }) => id),
      [passkey.credentialId],
    )
    const answer = passkey.assertion(asked.body.PasskeyOptions, { isVerified: false })
    const { status, body, text } = await ask(page, userName, { Passkey: answer })
    assert.equal(status, 200, text)
    assert.ok(Math.abs(body.MultiFactorAuthenticatedAt * 1000 - now()) < 60_000)
    const { event } = lastRecord() ?? {}
    assert.deepEqual(
      [event?.eventName, event?.additionalEventData['MFAUsed']],
      ['ConsoleLogin', 'Yes'],
    )
    const [{ LastUsedDate }] = (await page.call('ListPasskeys', {})).body.Passkeys
    assert.ok(LastUsedDate > 0)
    const challenge = String(asked.body.PasskeyOptions.challenge)
    assert.ok(!(plane.databaseBytes() + plane.log()).includes(challenge), 'only its hash is kept')
  })

  it('stands beside an app and recovery codes: each will do', async () => {
    const { userName } = await holder()
    const app = await enrolAuthenticator(plane.root, userName, now)
    await plane.root.done('CreateRecoveryCodes', { UserName: userName })
    const page = atLocalhost()
    const { body, message } = await ask(page, userName)
    assert.deepEqual(body.Kinds, ['Passkey', 'TokenCode', 'RecoveryCode'])
    assert.match(message, /Use the passkey.* Or: Send the six digits/)
    later(60)
    assert.equal((await ask(page, userName, { TokenCode: app.code(now()) })).status, 200)
  })

  it('is no help where it is not for, and nothing is told to who has no password', async () => {
    const { userName } = await holder()
    const { body } = await ask(openPage(plane), userName)
    assert.deepEqual([body.Kinds, body.PasskeyOptions], [['Passkey'], undefined])
    const wrong = { UserName: userName, Password: 'wrong', Console: true }
    const answer = await atLocalhost().call('SignIn', wrong)
    assert.deepEqual([answer.status, answer.code, answer.message], FAILED)
    assert.deepEqual(Object.keys(answer.body).toSorted(), ['Message', '__type'])
  })

  it('is refused when it is another user’s, or answers what was asked of another', async () => {
    const { userName, passkey } = await holder()
    const other = await holder()
    const page = atLocalhost()
    const mine = (await ask(page, userName)).body.PasskeyOptions
    const answer = await ask(page, userName, { Passkey: other.passkey.assertion(mine) })
    assert.deepEqual([answer.status, answer.code, answer.message], FAILED)
    const theirs = (await ask(page, other.userName)).body.PasskeyOptions
    const swapped = await ask(page, userName, { Passkey: passkey.assertion(theirs) })
    assert.deepEqual([swapped.status, swapped.code], FAILED.slice(0, 2))
    const alone = await signInOptions(page)
    const weak = await ask(page, userName, { Passkey: passkey.assertion(alone) })
    assert.deepEqual(
      [weak.status, weak.code],
      FAILED.slice(0, 2),
      'a challenge for signing in alone',
    )
  })

  it('has five tries in a minute, as codes have', async () => {
    const { userName, passkey } = await holder()
    const page = atLocalhost()
    const { PasskeyOptions } = (await ask(page, userName)).body
    const answer = () =>
      ask(page, userName, { Passkey: passkey.assertion(PasskeyOptions, { origin: 'http://x' }) })
    const codes: (string | undefined)[] = []
    for (let tried = 0; tried < 6; tried++) codes.push((await answer()).code)
    assert.deepEqual(codes.slice(0, 5), Array(5).fill('AuthenticationFailedException'))
    assert.equal(codes[5], 'ThrottlingException')
  })
})

describe('a passkey alone', () => {
  it('signs in whoever has unlocked it, without a name or a password', async () => {
    const { userName, passkey } = await holder()
    const page = atLocalhost()
    const options = await signInOptions(page)
    assert.deepEqual([options.allowCredentials, options.userVerification], [[], 'required'])
    const answer = await page.call('SignInWithPasskey', passkey.assertion(options))
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.body.Principal.Name, userName)
    assert.ok(answer.body.MultiFactorAuthenticatedAt > 0)
    assert.equal(answer.body.Credentials, undefined)
    const { event } = lastRecord() ?? {}
    assert.equal(event?.eventName, 'ConsoleLogin')
    assert.deepEqual(event?.responseElements, { ConsoleLogin: 'Success' })
    assert.equal(claimedName(), userName)
    assert.equal((await page.call('ListOwnSessions', {})).status, 200)
  })

  for (const [what, otherwise] of Object.entries({
    'that its owner has not unlocked': { isVerified: false },
    'that signed for the page of another origin': { origin: 'http://localhost:1' },
    'that signed for another host name': { rpId: 'example.com' },
    'that signed inside another page': { type: 'webauthn.create' },
    'that says it is of another user': {
      userHandle: Buffer.from('AIDAother').toString('base64url'),
    },
    'that nobody has': { credentialId: 'YWJjZGVm' },
  } satisfies Record<string, Otherwise>)) {
    it(`lets nobody in ${what}, and has it on record`, async () => {
      const { passkey } = await holder()
      const answer = await signInWith(passkey, otherwise)
      assert.deepEqual([answer.status, answer.code, answer.message], FAILED)
      assert.equal(answer.headers['set-cookie'], undefined)
      const { event } = lastRecord() ?? {}
      assert.deepEqual(
        [event?.eventName, event?.errorMessage],
        ['ConsoleLogin', 'Failed authentication'],
      )
    })
  }

  it('lets nobody in that does not say of whom it is (WebAuthn §7.2 step 6)', async () => {
    const { passkey } = await holder()
    const page = atLocalhost()
    const { UserHandle, ...silent } = passkey.assertion(await signInOptions(page))
    assert.equal(UserHandle, passkey.userHandle)
    const answer = await page.call('SignInWithPasskey', silent)
    assert.deepEqual([answer.status, answer.code, answer.message], FAILED)
  })

  it('lets nobody in by what another credential signed', async () => {
    const [mine, theirs] = [await holder(), await holder()]
    const { credentialId, userHandle } = theirs.passkey
    const answer = await signInWith(mine.passkey, { credentialId, userHandle })
    assert.deepEqual([answer.status, answer.code, answer.message], FAILED)
    assert.equal(claimedName(), theirs.userName)
  })

  it('answers a challenge once, and within two minutes', async () => {
    const { passkey } = await holder()
    const page = atLocalhost()
    const options = await signInOptions(page)
    const answer = passkey.assertion(options)
    assert.equal((await page.call('SignInWithPasskey', answer)).status, 200)
    assert.equal((await atLocalhost().call('SignInWithPasskey', answer)).code, FAILED[1])
    const anew = passkey.assertion(options)
    assert.equal((await atLocalhost().call('SignInWithPasskey', anew)).code, FAILED[1])
    const late = await signInOptions(atLocalhost())
    later(121)
    assert.equal((await page.call('SignInWithPasskey', passkey.assertion(late))).code, FAILED[1])
    const foreign = { ...options, challenge: Buffer.alloc(32).toString('base64url') }
    const made = await page.call('SignInWithPasskey', passkey.assertion(foreign))
    assert.equal(made.code, FAILED[1], 'a challenge that nobody gave')
  })

  it('is refused when its count does not grow, and the trail says that it may be a copy', async () => {
    const { passkey } = await holder()
    assert.equal((await signInWith(passkey)).status, 200)
    assert.equal((await signInWith(passkey)).status, 200)
    passkey.counter = 0
    const copied = await signInWith(passkey)
    assert.deepEqual([copied.status, copied.code, copied.message], FAILED)
    const { explanation } = lastRecord()?.event.additionalEventData ?? {}
    assert.match(String(explanation), /^Passkey AMFA\w{17} has signed 1 times, .*copied/)
    passkey.counter = 2
    assert.equal((await signInWith(passkey)).status, 200, 'the true one goes on')
    const { passkey: silent } = await holder({ counts: false })
    assert.equal((await signInWith(silent)).status, 200)
    assert.equal((await signInWith(silent)).status, 200, 'one that does not count')
  })

  it('is not enough for who may not sign in to the console, nor once it is taken away', async () => {
    const { userName, passkey } = await holder()
    const other = await holder()
    await plane.root.done('DeleteLoginProfile', { UserName: userName })
    const answer = await signInWith(passkey)
    assert.deepEqual([answer.status, answer.code, answer.message], FAILED)
    const gone = { UserName: other.userName, SerialNumber: other.serialNumber }
    await plane.root.done('DeactivateMFADevice', gone)
    assert.equal((await signInWith(other.passkey)).code, FAILED[1])
    await plane.root.done('DeleteUser', { UserName: userName, Force: true })
    assert.equal((await signInWith(passkey)).code, FAILED[1])
  })

  it('signs nobody in through the page of another site', async () => {
    const { passkey } = await holder()
    const page = atLocalhost()
    const options = await signInOptions(page)
    const answer = await page.call('SignInWithPasskey', passkey.assertion(options), {
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    })
    assert.deepEqual([answer.status, answer.headers['set-cookie']], [403, undefined])
    const asked = await page.call(
      'GetPasskeyChallenge',
      { For: 'SignIn' },
      { origin: 'https://evil.example' },
    )
    assert.equal(asked.status, 403)
  })
})

describe('a passkey as the proof for what gives rights', () => {
  it('is enough alone when it is unlocked, and refreshes the second factor', async () => {
    const { page, passkey, userName } = await holder()
    later(20 * 60)
    const give = () =>
      page.call('AttachUserPolicy', {
        UserName: userName,
        PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      })
    assert.equal((await give()).code, 'StepUpRequiredException')
    const options = async () =>
      (await page.call('GetPasskeyChallenge', { For: 'Proof' })).body.Options
    const locked = passkey.assertion(await options(), { isVerified: false })
    assert.equal((await page.call('ProveAgain', { Passkey: locked })).code, FAILED[1])
    const other = await holder()
    const theirs = other.passkey.assertion(await options())
    assert.equal((await page.call('ProveAgain', { Passkey: theirs })).code, FAILED[1])
    assert.equal((await give()).code, 'StepUpRequiredException')
    const right = await page.call('ProveAgain', { Passkey: passkey.assertion(await options()) })
    assert.equal(right.status, 200, right.text)
    assert.ok(Math.abs(right.body.MultiFactorAuthenticatedAt * 1000 - now()) < 60_000)
    assert.equal((await give()).status, 200)
  })

  it('stands beside the password too', async () => {
    const { page, passkey } = await holder()
    const asked = await page.call('ProveAgain', { Password: PASSWORD })
    assert.deepEqual(
      [asked.code, asked.body.Kinds],
      ['MultiFactorAuthRequiredException', ['Passkey']],
    )
    const Passkey = passkey.assertion(asked.body.PasskeyOptions, { isVerified: false })
    assert.equal((await page.call('ProveAgain', { Password: PASSWORD, Passkey })).status, 200)
    const { page: without } = await person()
    const { body } = await without.call('GetPasskeyChallenge', { For: 'Proof' })
    assert.equal(body.Options, undefined, 'who has none')
  })
})
