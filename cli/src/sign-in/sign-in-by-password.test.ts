import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiClient } from '../api/api-client.ts'
import { FakeApi, type FakeAnswer } from '../api/fake-api.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { connectionOf } from './assume-role.ts'
import { signInByPassword } from './sign-in-by-password.ts'

const CREDENTIALS = {
  AccessKeyId: 'ASIA1',
  SecretAccessKey: 's',
  SessionToken: 't',
  Expiration: 1_795_000_000,
}
const IN = {
  body: { Credentials: CREDENTIALS, User: { UserName: 'alice', Arn: 'arn:aws:iam::1:user/alice' } },
}
const no = (code: string, Message = `${code}.`): FakeAnswer => ({
  status: 400,
  body: { __type: code, Message },
})

/** Signs in where the server answers one after the other; says what was asked of the person and of the server. */
async function signIn(
  answers: readonly FakeAnswer[],
  replies: readonly string[],
  machine: { device?: string } = {},
) {
  const rest = [...answers]
  const left = [...replies]
  const asked: string[] = []
  const server = new FakeApi({ SignIn: () => rest.shift() ?? no('TooMuch') })
  const { FLEETKEY_ENDPOINT: endpoint = '' } = await server.open()
  const place = { endpoint, region: 'on-prem-1' }
  const api = new ApiClient(connectionOf(place))
  try {
    const ask = async (question: string) => {
      asked.push(question)
      return left.shift() ?? ''
    }
    const options = {
      user: 'alice',
      durationSeconds: undefined,
      ask,
      device: machine.device,
      remember: (device: string) => void (machine.device = device),
    }
    const session = await signInByPassword(api, place, options).catch((error: unknown) => error)
    return { session, asked, calls: server.calls }
  } finally {
    api.close()
    server.close()
  }
}

describe('signInByPassword', () => {
  it('needs no more than the password of one without a device', async () => {
    const { session, calls } = await signIn([IN], ['pw'])
    assert.deepEqual(
      calls.map(({ input }) => input),
      [{ UserName: 'alice', Password: 'pw' }],
    )
    assert.equal(calls[0]?.headers.authorization, undefined)
    assert.ok(session instanceof Object && 'arn' in session)
    assert.equal(session.arn, 'arn:aws:iam::1:user/alice')
  })

  it('asks for the code and a new password when the server does, and for another when that is too weak', async () => {
    const { asked, calls } = await signIn(
      [
        no('MultiFactorAuthRequiredException'),
        no('PasswordResetRequiredException', 'It must be changed.'),
        no('PasswordPolicyViolation', 'It needs 12 characters.'),
        IN,
      ],
      ['pw', '123456', 'short', 'short', 'long enough', 'long enough'],
    )
    assert.deepEqual(asked.length, 6)
    assert.match(asked[4] ?? '', /needs 12 characters/)
    assert.deepEqual(calls.at(-1)?.input, {
      UserName: 'alice',
      Password: 'pw',
      TokenCode: '123456',
      NewPassword: 'long enough',
    })
  })

  it('shows the machine that the server knows with every try, and keeps what it is told then', async () => {
    const machine = { device: 'known' }
    const given = { body: { ...IN.body, Device: 'anew' } }
    const answers = [no('MultiFactorAuthRequiredException'), given]
    const { calls } = await signIn(answers, ['pw', '123456'], machine)
    assert.deepEqual(
      calls.map(({ input }) => (input as { Device?: string }).Device),
      ['known', 'known'],
    )
    assert.equal(machine.device, 'anew')
  })

  it('sends no new password that was typed differently', async () => {
    const { session, calls } = await signIn(
      [no('PasswordResetRequiredException'), IN],
      ['pw', 'one', 'other'],
    )
    assert.ok(session instanceof Failure)
    assert.equal(session.exitCode, EXIT_CODES.cancelled)
    assert.equal(calls.length, 1)
  })

  it('does not try a wrong password again (the server counts)', async () => {
    const { session, calls } = await signIn([no('AuthenticationFailedException'), IN], ['pw'])
    assert.ok(session instanceof Failure)
    assert.equal(session.exitCode, EXIT_CODES.credentials)
    assert.equal(calls.length, 1)
  })

  it('does not ask for ever', async () => {
    const always = Array.from({ length: 20 }, () => no('MultiFactorAuthRequiredException'))
    const { session, calls } = await signIn(always, ['pw'])
    assert.ok(session instanceof Failure)
    assert.ok(calls.length < 10)
  })
})
