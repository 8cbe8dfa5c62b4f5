import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { readSettings } from '../config/settings.ts'
import { EXIT_CODES, type Cause } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { ApiClient } from './api-client.ts'
import { FakeApi, type FakeAnswer } from './fake-api.ts'
import { GET_CALLER_IDENTITY } from './operations.ts'

async function ask(answer: FakeAnswer) {
  const api = new FakeApi({ GetCallerIdentity: () => answer })
  const client = new ApiClient(await readSettings({}, await api.open()))
  try {
    return { answer: await client.call(GET_CALLER_IDENTITY, {}), call: api.calls[0] }
  } finally {
    client.close()
    api.close()
  }
}

async function refused(answer: FakeAnswer): Promise<Failure> {
  const error: unknown = await ask(answer).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Failure)
  return error
}

const no = (code: string, status = 400) => ({ status, body: { __type: code, Message: 'No.' } })

describe('ApiClient', () => {
  it('signs for the service and names the operation', async () => {
    const { call } = await ask({ body: { Arn: 'a' } })
    assert.equal(call?.headers['x-amz-target'], 'AWSSecurityTokenService.GetCallerIdentity')
    assert.equal(call?.headers['content-type'], 'application/x-amz-json-1.1')
    assert.match(
      call?.headers.authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKIATESTTESTTESTTEST\/\d{8}\/on-prem-1\/sts\/aws4_request, SignedHeaders=amz-sdk-invocation-id;content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
    )
  })

  it('signs nothing without credentials', async () => {
    const api = new FakeApi({ GetCallerIdentity: () => ({ body: { Arn: 'a' } }) })
    const { credentials: _mine, ...connection } = await readSettings({}, await api.open())
    const client = new ApiClient(connection)
    try {
      await client.call(GET_CALLER_IDENTITY, {})
    } finally {
      client.close()
      api.close()
    }
    const headers = api.calls[0]?.headers ?? {}
    assert.equal(headers['x-amz-target'], 'AWSSecurityTokenService.GetCallerIdentity')
    assert.equal(headers.authorization, undefined)
    assert.equal(headers['x-amz-date'], undefined)
  })

  it('makes each of two equal calls in one moment a request of its own (a repeat would change nothing)', async () => {
    const api = new FakeApi({ GetCallerIdentity: () => ({ body: { Arn: 'a' } }) })
    const client = new ApiClient(await readSettings({}, await api.open()), () => 1e12)
    try {
      await client.call(GET_CALLER_IDENTITY, {})
      await client.call(GET_CALLER_IDENTITY, {})
    } finally {
      client.close()
      api.close()
    }
    const [first, second] = api.calls.map((call) => call.headers.authorization)
    assert.notEqual(first, second)
  })

  const causes: readonly (readonly [string, number, Cause])[] = [
    ['AccessDeniedException', 400, 'accessDenied'],
    ['UnrecognizedClientException', 400, 'credentials'],
    ['ExpiredTokenException', 400, 'credentials'],
    ['AuthenticationFailedException', 400, 'credentials'],
    ['InvalidIdentityToken', 400, 'credentials'],
    ['InvalidSignatureException', 400, 'credentials'],
    ['EC2InstanceNotFoundException', 400, 'notFound'],
    ['InvalidInstanceID.NotFound', 400, 'notFound'],
    ['InvalidInstanceConnectEndpointId.NotFound', 400, 'notFound'],
    ['InvalidInstanceID.Malformed', 400, 'usage'],
    ['MissingParameter', 400, 'usage'],
    ['EC2InstanceUnavailableException', 503, 'instanceUnavailable'],
    ['ThrottlingException', 400, 'tryAgain'],
    ['ServiceException', 500, 'tryAgain'],
    ['SomethingNewException', 409, 'refused'],
  ]
  for (const [code, status, cause] of causes) {
    it(`ends with "${cause}" for ${code}`, async () => {
      assert.equal((await refused(no(code, status))).exitCode, EXIT_CODES[cause])
    })
  }

  it('hands on message and explanation of a denial', async () => {
    const body = {
      __type: 'AccessDeniedException',
      Message: 'No.',
      Explanation: 'Tag Env is prod.',
    }
    const failure = await refused({ status: 400, body })
    assert.equal(failure.message, 'No.')
    assert.deepEqual(failure.why, ['Tag Env is prod.'])
  })

  it('says that the clock is off when it is', async () => {
    const date = new Date(Date.now() + 20 * 60_000).toUTCString()
    const failure = await refused({ ...no('InvalidSignatureException'), headers: { date } })
    assert.match(failure.message, /Your clock is 20 minutes behind/)
  })

  it('says so when the answer is not the API’s', async () => {
    assert.equal((await refused({ body: '<html>' })).exitCode, EXIT_CODES.badAnswer)
    assert.equal((await refused({ status: 502, body: '<html>' })).exitCode, EXIT_CODES.badAnswer)
  })

  it('says that nothing listens there', async () => {
    const failure = await toPort(await closedPort())
    assert.equal(failure.exitCode, EXIT_CODES.cannotConnect)
    assert.match(failure.message, /connection was refused/)
  })
})

async function toPort(port: number): Promise<Failure> {
  const env = {
    AWS_ACCESS_KEY_ID: 'A',
    AWS_SECRET_ACCESS_KEY: 's',
    HOME: '/dev/null',
    XDG_CONFIG_HOME: '/proc/nonexistent',
  }
  const flags = { endpoint: `http://127.0.0.1:${port}` }
  const client = new ApiClient(await readSettings(flags, env))
  try {
    await client.call(GET_CALLER_IDENTITY, {})
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('something listens there')
}

function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
