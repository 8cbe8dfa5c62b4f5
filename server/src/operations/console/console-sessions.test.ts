import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { enrolAuthenticator } from '../../testing/authenticator.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { openPage } from '../../testing/page.ts'
import { callUnsigned } from '../../testing/unsigned.ts'

const PASSWORD = 'correct horse battery'
const ANYTHING = { Effect: 'Allow', Action: '*', Resource: '*' }
let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())
// Another hour for each case, so that nobody's tries are another's.
beforeEach(() => void (plane.clock.aheadMs += 3_600_000))

const now = () => Date.now() + plane.clock.aheadMs
const later = (minutes: number) => void (plane.clock.aheadMs += minutes * 60_000)
let number = 0

async function person(policy: object = ANYTHING) {
  const userName = `person-${++number}`
  await plane.user(userName, policy)
  await plane.root.done('CreateLoginProfile', { UserName: userName, Password: PASSWORD })
  const page = openPage(plane)
  await page.signIn(userName, PASSWORD)
  return { userName, page }
}

const lastRecord = () => plane.trail().at(-1)

describe('what gives rights or tells a secret', () => {
  it('is done within 15 minutes of signing in, then needs a proof, and is done again', async () => {
    const { page, userName } = await person()
    const give = () =>
      page.call('AttachUserPolicy', {
        UserName: userName,
        PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      })
    const tell = () => page.call('CreateJoinToken', {})
    later(14)
    assert.equal((await give()).status, 200)
    assert.equal((await tell()).status, 200)
    later(2)
    assert.deepEqual(
      [(await give()).code, (await tell()).code],
      Array(2).fill('StepUpRequiredException'),
    )
    assert.equal(lastRecord()?.errorCode, 'StepUpRequiredException')
    assert.equal((await page.call('DescribeInstances', {})).status, 200, 'nothing else needs it')
    assert.equal((await page.call('CreateGroup', { GroupName: userName })).status, 200)
    const proof = await page.call('ProveAgain', { Password: PASSWORD })
    assert.equal(proof.status, 200)
    assert.ok(Math.abs(proof.body.ProvenAt * 1000 - now()) < 60_000)
    assert.deepEqual([lastRecord()?.eventName, lastRecord()?.errorCode], ['ProveAgain', ''])
    assert.equal((await give()).status, 200)
    assert.equal((await tell()).status, 200)
  })

  it('is refused by policy first, so that nobody proves themselves for a no', async () => {
    const { page } = await person({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' })
    later(20)
    assert.equal((await page.call('CreateJoinToken', {})).code, 'AccessDeniedException')
  })

  it('needs no proof of who signs requests', async () => {
    const { userName } = await person()
    const { body } = await callUnsigned(plane, 'SignIn', { UserName: userName, Password: PASSWORD })
    later(20)
    assert.equal((await plane.as(body.Credentials).call('CreateJoinToken', {})).status, 200)
  })
})

describe('ProveAgain', () => {
  it('takes the second factor of who has one, and the age of it begins anew for policies', async () => {
    const { page, userName } = await person()
    const authenticator = await enrolAuthenticator(plane.root, userName, now)
    later(1)
    await page.signIn(userName, PASSWORD, { TokenCode: authenticator.code(now()) })
    await plane.root.done('PutUserPolicy', {
      UserName: userName,
      PolicyName: 'fresh',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Deny',
          Action: 'iam:ListGroups',
          Resource: '*',
          Condition: { NumericGreaterThan: { 'aws:MultiFactorAuthAge': '600' } },
        },
      }),
    })
    assert.equal((await page.call('ListGroups', {})).status, 200)
    later(20)
    assert.equal((await page.call('ListGroups', {})).code, 'AccessDeniedException')
    const without = await page.call('ProveAgain', { Password: PASSWORD })
    assert.equal(without.code, 'MultiFactorAuthRequiredException')
    const TokenCode = authenticator.code(now())
    const wrong = await page.call('ProveAgain', { Password: 'wrong', TokenCode })
    assert.equal(wrong.code, 'AuthenticationFailedException')
    const right = await page.call('ProveAgain', { Password: PASSWORD, TokenCode })
    assert.equal(right.status, 200)
    assert.equal((await page.call('ListGroups', {})).status, 200)
    const again = await page.call('ProveAgain', { Password: PASSWORD, TokenCode })
    assert.equal(again.code, 'AuthenticationFailedException', 'a code is good once')
    assert.ok(!(plane.databaseBytes() + plane.log()).includes(TokenCode + PASSWORD))
  })

  it('counts tries, and says when there are some again', async () => {
    const { page } = await person()
    for (let tries = 0; tries < 10; tries++) {
      const { code } = await page.call('ProveAgain', { Password: 'wrong' })
      assert.equal(code, 'AuthenticationFailedException')
    }
    const { code, headers, message } = await page.call('ProveAgain', { Password: PASSWORD })
    assert.equal(code, 'ThrottlingException')
    const seconds = Number(headers['retry-after'])
    assert.ok(seconds > 0 && seconds <= 600)
    assert.match(message, /^Too many tries\. Wait \d+ (minutes|seconds) and try again\.$/)
    plane.clock.aheadMs += seconds * 1000
    assert.equal((await page.call('ProveAgain', { Password: PASSWORD })).status, 200)
  })

  it('is of pages only', async () => {
    const { userName } = await person()
    const { body } = await callUnsigned(plane, 'SignIn', { UserName: userName, Password: PASSWORD })
    for (const operation of ['ProveAgain', 'SignOut', 'GetConsoleSession']) {
      const answer = await plane.as(body.Credentials).call(operation, { Password: PASSWORD })
      assert.equal(answer.code, 'ValidationException', operation)
    }
  })
})

describe('a session that nobody uses', () => {
  it('is over after the idle limit, and not before; what an open page does by itself is no use', async () => {
    const { page } = await person()
    for (let turn = 0; turn < 3; turn++) {
      later(59)
      assert.equal((await page.call('DescribeInstances', {})).status, 200)
    }
    later(61)
    assert.equal((await page.call('DescribeInstances', {})).code, 'ExpiredTokenException')
    assert.equal((await page.call('GetConsoleSession', {})).body.SignedIn, false)
  })

  it('is remembered across a restart', async () => {
    const { page } = await person()
    later(50)
    assert.equal((await page.call('DescribeInstances', {})).status, 200)
    await plane.restart()
    later(50)
    assert.equal((await page.call('DescribeInstances', {})).status, 200)
  })

  it('stays where no limit is set', async () => {
    const config = { origins: [], sessionHours: 12, idleMinutes: 0 }
    await plane.restart({}, { console: config })
    const { page } = await person()
    later(11 * 60)
    assert.equal((await page.call('DescribeInstances', {})).status, 200)
    await plane.restart()
  })
})

describe('sessions of one’s own', () => {
  it('are told with where they are, and the one that asks is marked', async () => {
    const { page, userName } = await person()
    await callUnsigned(plane, 'SignIn', { UserName: userName, Password: PASSWORD })
    const { body } = await page.call('ListOwnSessions', {})
    const kinds = body.Sessions.map(({ Kind, IsCurrent }: Record<string, unknown>) => [
      Kind,
      IsCurrent,
    ])
    assert.deepEqual(kinds.toSorted(), [
      ['Console', true],
      ['Keys', false],
    ])
    const mine = body.Sessions.find(({ IsCurrent }: { IsCurrent: boolean }) => IsCurrent)
    assert.equal(mine.SourceIPAddress, '127.0.0.1')
    assert.ok(!JSON.stringify(body).includes('FleetkeySession'))
  })

  it('are ended one by one, and nobody else’s', async () => {
    const { page, userName } = await person()
    const other = openPage(plane)
    await other.signIn(userName, PASSWORD)
    const stranger = await person()
    const idOf = ({ cookie }: { cookie: string }) =>
      cookie.slice('__Host-fleetkey='.length).split(':')[0]
    const theirs = await page.call('EndOwnSession', { AccessKeyId: idOf(stranger.page) })
    assert.equal(theirs.code, 'NoSuchEntity')
    assert.equal((await stranger.page.call('DescribeInstances', {})).status, 200)
    assert.equal((await page.call('EndOwnSession', { AccessKeyId: idOf(other) })).status, 200)
    assert.equal((await other.call('DescribeInstances', {})).code, 'UnrecognizedClientException')
    assert.equal((await page.call('DescribeInstances', {})).status, 200)
    assert.equal((await page.call('EndOwnSession', { AccessKeyId: idOf(page) })).status, 200)
    assert.equal(page.cookie, '', 'the browser forgets it')
  })

  it('are all over once SignOutEverywhere has returned, keys too', async () => {
    const { page, userName } = await person()
    const other = openPage(plane)
    await other.signIn(userName, PASSWORD)
    const { body } = await callUnsigned(plane, 'SignIn', { UserName: userName, Password: PASSWORD })
    const { cookie } = page
    const ended = await page.call('SignOutEverywhere', {})
    assert.equal(ended.body.EndedSessions, 3)
    assert.equal(page.cookie, '')
    const left = [
      await page.call('DescribeInstances', {}, { cookie }),
      await other.call('DescribeInstances', {}),
      await plane.as(body.Credentials).call('DescribeInstances', {}),
    ]
    assert.deepEqual(
      left.map(({ code }) => code),
      Array(3).fill('UnrecognizedClientException'),
    )
    assert.ok(plane.trail().some(({ eventName }) => eventName === 'SignOutEverywhere'))
  })
})
