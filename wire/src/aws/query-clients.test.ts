import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { after, before, beforeEach, describe, it } from 'node:test'
import { EC2 } from '@aws-sdk/client-ec2'
import { IAM, IAMServiceException, NoSuchEntityException } from '@aws-sdk/client-iam'
import { STS } from '@aws-sdk/client-sts'
import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { internalFailure, throttling } from '@fleetkey/domain/exceptions/server'
import { dryRunOperation, instanceIdNotFound } from '@fleetkey/domain/exceptions/ec2'
import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { unknownOperation, validationFailure } from '@fleetkey/domain/exceptions/request'
import { unrecognizedClient, untimelySignature } from '@fleetkey/domain/exceptions/authentication'
import { EC2_CLIENT_CASES } from './ec2-clients.cases.ts'
import { NEWER_EC2_CLIENT_CASES } from './ec2-newer-clients.cases.ts'
import { encodeEc2Error } from './ec2-error.ts'
import { encodeEc2Output } from './ec2-output.ts'
import { readEc2Parameters } from './ec2-parameters.ts'
import { ec2Refusal } from './ec2-refusal.ts'
import type { Fields } from './fields.ts'
import { PolicyText } from './output.ts'
import { QUERY_APIS, type QueryService } from './query-apis.ts'
import { CLIENT_CASES as QUERY_CASES, type ClientCase } from './query-clients.cases.ts'
import { encodeQueryError } from './query-error.ts'
import { encodeQueryOutput } from './query-output.ts'
import { queryRefusal } from './query-refusal.ts'
import { parseQueryRequest } from './query-request.ts'
import { validate } from './validation.ts'

const CLIENT_CASES = [...QUERY_CASES, ...EC2_CLIENT_CASES]
const JS_CASES = [...CLIENT_CASES, ...NEWER_EC2_CLIENT_CASES]

const requestId = '01234567-89ab-7def-8123-456789abcdef'

/** Refused instead of answered, by the name that is asked for. */
const REFUSALS: Readonly<Record<string, ServiceException>> = {
  absent: noSuchEntity('user with name absent'),
  denied: accessDenied('User: <ann> is not "authorized" & so on', 'No policy allows it.'),
  broken: internalFailure(requestId),
  busy: throttling(),
  late: untimelySignature('Signature expired'),
  strange: unrecognizedClient(),
  gone: instanceIdNotFound('i-0a'),
  dry: dryRunOperation(),
}

/** What the server read of each request. */
let seen: { readonly input: object; readonly signed: boolean }[] = []

const server = createServer((request, response) => {
  const signed = request.headers.authorization !== undefined
  void answer(request, signed).then(({ status, body }) => {
    response.writeHead(status, { 'Content-Type': 'text/xml', 'x-amzn-RequestId': requestId })
    response.end(body)
  })
})

async function answer(request: AsyncIterable<Uint8Array>, signed: boolean) {
  const { action, version, fields } = parseQueryRequest(await buffer(request))
  const service = SERVICES.find((name) => QUERY_APIS[name].version === version) ?? 'iam'
  const { xmlns } = QUERY_APIS[service]
  try {
    const members = service === 'ec2' ? readEc2Parameters(action, fields) : fields
    const v = validate(members)
    const refusal = REFUSALS[refusalAskedFor(members)]
    if (refusal !== undefined) throw refusal
    const cases = JS_CASES.filter((one) => one.service === service && one.operation === action)
    const found = cases.find(({ params }) => hasMembers(members, params)) ?? cases[0]
    if (found === undefined) throw unknownOperation(action)
    seen.push({ input: found.read(v), signed })
    v.finish(validationFailure)
    const { output } = found
    const answered = { action, xmlns, requestId, output }
    return {
      status: 200,
      body: (service === 'ec2' ? encodeEc2Output : encodeQueryOutput)(answered),
    }
  } catch (error) {
    const known = error instanceof ServiceException ? error : internalFailure(requestId)
    const { message, explanation } = known
    if (service === 'ec2') {
      const { status, ...told } = ec2Refusal(known)
      return { status, body: encodeEc2Error({ ...told, explanation, requestId }) }
    }
    const told = { ...queryRefusal(known, service), message, explanation, requestId, xmlns }
    return { status: told.status, body: encodeQueryError(told) }
  }
}

const SERVICES = Object.keys(QUERY_APIS) as readonly QueryService[]

function refusalAskedFor(members: Fields): string {
  const v = validate(members)
  return v.optionalString('UserName') ?? v.optionalString('NextToken') ?? ''
}

/** Several cases of one operation ask with different members. */
function hasMembers(members: Fields, params: object): boolean {
  return [...members.keys()].toSorted().join() === Object.keys(params).toSorted().join()
}

let endpoint = ''
before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  endpoint = `http://127.0.0.1:${address.port}`
})
after(() => server.close())
beforeEach(() => {
  seen = []
})

type Call = Pick<ClientCase, 'service' | 'operation' | 'params'>

/** Refusals by the name that is asked for, and what every client must make of them. */
const REFUSED: readonly (Call & { code: string; status: number; message: RegExp })[] = [
  {
    ...getUser('absent'),
    code: 'NoSuchEntity',
    status: 404,
    message: /^The user with name absent/,
  },
  {
    ...getUser('denied'),
    code: 'AccessDenied',
    status: 403,
    message: /^User: <ann> is not "authorized" & so on$/,
  },
  { ...getUser('broken'), code: 'ServiceFailure', status: 500, message: /internal error/ },
  { ...getUser('busy'), code: 'Throttling', status: 400, message: /Too many requests/ },
  {
    ...getUser('ann'),
    operation: 'GetGroup',
    params: { GroupName: 'g' },
    code: 'InvalidAction',
    status: 400,
    message: /'GetGroup'/,
  },
  {
    service: 'sts',
    operation: 'AssumeRole',
    params: {
      RoleArn: 'arn:aws:iam::123456789012:role/r',
      RoleSessionName: 'session',
      DurationSeconds: 43_201,
      Tags: [{ Key: 'k'.repeat(129), Value: '' }],
    },
    code: 'ValidationError',
    status: 400,
    message: /^2 validation errors detected: .* at 'durationSeconds' .* at 'tags\.1\.member\.key' /,
  },
  {
    ...describeTags('denied'),
    code: 'UnauthorizedOperation',
    status: 403,
    message: /^You are not authorized to perform this operation\. User: <ann> is not "authorized" /,
  },
  { ...describeTags('strange'), code: 'AuthFailure', status: 401, message: /token .* is invalid/ },
  { ...describeTags('late'), code: 'RequestExpired', status: 400, message: /^Signature expired/ },
  { ...describeTags('gone'), code: 'InvalidInstanceID.NotFound', status: 400, message: /'i-0a'/ },
  { ...describeTags('dry'), code: 'DryRunOperation', status: 412, message: /DryRun flag is set/ },
  { ...describeTags('busy'), code: 'RequestLimitExceeded', status: 503, message: /Too many/ },
  { ...describeTags('broken'), code: 'InternalError', status: 500, message: /internal error/ },
  {
    ...describeTags('x'),
    operation: 'DescribeVolumes',
    code: 'UnknownParameter',
    status: 400,
    message: /^The parameter NextToken is not recognized$/,
  },
  {
    service: 'ec2',
    operation: 'DescribeVolumes',
    params: {},
    code: 'InvalidAction',
    status: 400,
    message: /'DescribeVolumes'/,
  },
]

function getUser(UserName: string): Call {
  return { service: 'iam', operation: 'GetUser', params: { UserName } }
}

function describeTags(NextToken: string): Call {
  return { service: 'ec2', operation: 'DescribeTags', params: { NextToken } }
}

const SDKS = { iam: IAM, sts: STS, ec2: EC2 }

describe('the AWS SDK for JavaScript', () => {
  function call({ service, operation, params }: Call): Promise<Record<string, unknown>> {
    const config = {
      endpoint,
      region: 'on-prem-1',
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) },
      maxAttempts: 1,
    }
    const sdk = new SDKS[service](config)
    // Every operation is a method under its name in lower camel case.
    const name = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`
    const method = (sdk as unknown as Record<string, (params: object) => Promise<object>>)[name]
    assert.ok(method, name)
    return method.call(sdk, params).finally(() => sdk.destroy()) as Promise<Record<string, unknown>>
  }

  for (const one of JS_CASES) {
    it(`asks ${one.operation} and understands the answer`, async () => {
      const { $metadata, ...output } = await call(one)
      const signed = one.operation !== 'AssumeRoleWithWebIdentity'
      assert.deepEqual(seen, [{ input: one.params, signed }])
      // It leaves a policy document as IAM sent it.
      assert.deepEqual(told(output), told(one.understood ?? one.output ?? {}, encodeRfc3986))
      assert.equal(($metadata as { requestId?: string }).requestId, requestId)
    })
  }

  for (const { code, status, message, ...one } of REFUSED) {
    it(`knows a refusal by its code ${code}`, async () => {
      await assert.rejects(call(one), (error) => {
        assert.ok(error instanceof Error)
        const { name, $metadata } = error as IAMServiceException
        assert.equal(name.replace(/Exception$/, ''), code)
        assert.match(error.message, message)
        assert.equal($metadata.httpStatusCode, status)
        assert.equal($metadata.requestId, requestId)
        return true
      })
    })
  }

  it('makes of NoSuchEntity the error of its model, and passes over an explanation', async () => {
    await assert.rejects(call(getUser('absent')), NoSuchEntityException)
    await assert.rejects(call(getUser('denied')), (error) => {
      assert.ok(error instanceof IAMServiceException)
      assert.equal(error.$fault, 'client')
      assert.equal((error as unknown as { Error: { Type: string } }).Error.Type, 'Sender')
      return true
    })
    await assert.rejects(call(getUser('broken')), { $fault: 'server' })
  })
})

const python = pythonWithBotocore()

describe('botocore', { skip: python === undefined && 'no python3 with botocore here' }, () => {
  let outcomes: readonly Outcome[] = []
  let requests: typeof seen = []
  before(async () => {
    outcomes = await askWithBotocore(python ?? '', [...CLIENT_CASES, ...REFUSED])
    requests = seen
  })

  for (const [index, one] of CLIENT_CASES.entries()) {
    it(`asks ${one.operation} and understands the answer`, () => {
      const signed = one.operation !== 'AssumeRoleWithWebIdentity'
      assert.deepEqual(requests[index], { input: one.params, signed })
      // It decodes a policy document and reads the JSON.
      assert.deepEqual(outcomes[index], {
        requestId,
        output: told(one.understood ?? one.output ?? {}, (text) => JSON.parse(text) as unknown),
      })
    })
  }

  for (const [index, { service, code, status, message }] of REFUSED.entries()) {
    it(`knows a refusal by its code ${code}`, () => {
      const { error, requestId: id } = outcomes[CLIENT_CASES.length + index] ?? {}
      assert.ok(error)
      assert.equal(error.Code, code)
      assert.equal(error.status, status)
      assert.match(error.Message, message)
      // EC2 says nobody's fault.
      const fault = status < 500 ? 'Sender' : 'Receiver'
      assert.equal(error.Type, service === 'ec2' ? undefined : fault)
      const isDenial = code === 'AccessDenied' || code === 'UnauthorizedOperation'
      assert.equal(error.Explanation, isDenial ? 'No policy allows it.' : undefined)
      assert.equal(id, requestId)
    })
  }
})

/** Without the order of members, with times and blobs told from text; `policy` is what a client makes of a document. */
function told(value: unknown, policy: (text: string) => unknown = String): unknown {
  if (value instanceof PolicyText) return policy(value.text)
  if (value instanceof Date) return { time: value.toISOString() }
  if (value instanceof Uint8Array) return { blob: value.toBase64() }
  if (Array.isArray(value)) return value.map((item) => told(item, policy))
  if (typeof value !== 'object' || value === null) return value
  const members: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(
    members
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, told(member, policy)]),
  )
}

const encodeRfc3986 = (text: string) =>
  encodeURIComponent(text)
    .replaceAll('!', '%21')
    .replaceAll("'", '%27')
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replaceAll('*', '%2A')

function pythonWithBotocore(): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', 'import botocore.session']).status === 0,
  )
}

interface Outcome {
  readonly requestId?: string
  readonly output?: unknown
  readonly error?: {
    readonly Code: string
    readonly Message: string
    readonly Type?: string
    readonly Explanation?: string
    readonly status: number
  }
}

/** One call after the other, in one process: its start takes most of the time. */
async function askWithBotocore(program: string, calls: readonly Call[]): Promise<Outcome[]> {
  const script = `
import base64, datetime, json, sys
import botocore.session, botocore.config, botocore.exceptions
def told(value):
    if isinstance(value, datetime.datetime):
        return {'time': value.strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'}
    if isinstance(value, bytes):
        return {'blob': base64.b64encode(value).decode()}
    raise TypeError(repr(value))
session = botocore.session.Session()
config = botocore.config.Config(retries={'total_max_attempts': 1})
clients = {name: session.create_client(name, 'on-prem-1', endpoint_url=sys.argv[1], config=config,
    aws_access_key_id='AKIAIOSFODNN7EXAMPLE', aws_secret_access_key='x' * 40) for name in ('iam', 'sts', 'ec2')}
outcomes = []
for call in json.load(sys.stdin):
    try:
        output = clients[call['service']]._make_api_call(call['operation'], call['params'])
        outcomes.append({'requestId': output.pop('ResponseMetadata')['RequestId'], 'output': output})
    except botocore.exceptions.ClientError as refusal:
        metadata = refusal.response['ResponseMetadata']
        outcomes.append({'requestId': metadata['RequestId'],
            'error': {**refusal.response['Error'], 'status': metadata['HTTPStatusCode']}})
json.dump(outcomes, sys.stdout, default=told)
`
  const child = spawn(program, ['-c', script, endpoint], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(
    JSON.stringify(calls.map(({ service, operation, params }) => ({ service, operation, params }))),
  )
  return JSON.parse(await text(child.stdout)) as Outcome[]
}
