import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient, Otherwise } from '../testing/api-client.ts'
import { exchange } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { enrolHost } from '../testing/fake-agent.ts'

let plane: ControlPlane
let nobody: ApiClient
let instanceId = ''
before(async () => {
  plane = await startControlPlane()
  nobody = await plane.user('nobody')
  instanceId = (await enrolHost(plane, { Name: 'web 1' })).instanceId
})
after(() => plane.close())

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
const EC2 = 'Version=2016-11-15'

/** Signed for EC2 unless said otherwise. */
const form = (body: string, otherwise: Otherwise & { readonly by?: ApiClient } = {}) => {
  const { by = plane.root, ...rest } = otherwise
  return by.send(by.sign('', {}, { service: 'ec2', headers: FORM, body, ...rest }))
}
const error = (text: string) =>
  /^<Response><Errors><Error><Code>([^<]*)<\/Code><Message>([^<]*)<\/Message>(?:<Explanation>[^<]+<\/Explanation>)?<\/Error><\/Errors><RequestID>[\w-]{36}<\/RequestID><\/Response>$/.exec(
    text,
  )
async function refused(answer: ReturnType<typeof form>, status: number, code: string) {
  const { status: got, text, headers } = await answer
  const [, gotCode, message = ''] = error(text) ?? assert.fail(text)
  assert.deepEqual([got, gotCode], [status, code])
  assert.equal(headers['content-type'], 'text/xml;charset=UTF-8')
  assert.ok(text.includes(`<RequestID>${String(headers['x-amzn-requestid'])}<`))
  return message
}

describe("EC2's own protocol", () => {
  it('is read and answered', async () => {
    const { status, text, headers } = await form(
      `Action=DescribeInstances&${EC2}&InstanceId.1=${instanceId}&Filter.1.Name=tag:Name&Filter.1.Value.1=web*`,
    )
    assert.equal(status, 200, text)
    assert.equal(headers['content-type'], 'text/xml;charset=UTF-8')
    const id = String(headers['x-amzn-requestid'])
    assert.ok(
      text.startsWith(
        `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${id}</requestId><reservationSet><item>`,
      ),
      text,
    )
    assert.ok(text.includes(`<instanceId>${instanceId}</instanceId>`))
    assert.ok(text.includes('<value>web 1</value>'))
    const none = await form(`Action=DescribeInstances&${EC2}&Filter.1.Name=vpc-id`)
    assert.ok(none.text.includes('<reservationSet/>'), none.text)
  })

  it('changes things, once for the same bytes', async () => {
    const body = `Action=CreateTags&${EC2}&ResourceId.1=${instanceId}&Tag.1.Key=a&Tag.1.Value=b`
    const signed = plane.root.sign('', {}, { service: 'ec2', headers: FORM, body })
    const { text } = await plane.root.send(signed)
    assert.match(text, /<return>true<\/return><\/CreateTagsResponse>$/)
    const again = await plane.root.send(signed)
    assert.equal(again.status, 503)
    assert.match(again.text, /<Code>ServiceUnavailable</)
  })

  it('has codes and statuses of its own', async () => {
    const ask = (rest: string, otherwise?: Parameters<typeof form>[1]) =>
      form(`Action=DescribeInstances&${EC2}${rest}`, otherwise)
    const denied = await refused(ask('', { by: nobody }), 403, 'UnauthorizedOperation')
    assert.match(
      denied,
      /^You are not authorized to perform this operation\. User: arn:aws:iam::\d{12}:user\/nobody is not authorized to perform: ec2:DescribeInstances on resource: \* because no identity-based policy allows/,
    )
    assert.match((await ask('', { by: nobody })).text, /<Explanation>.*Least change/s)
    await refused(ask('&DryRun=true'), 412, 'DryRunOperation')
    await refused(ask('&DryRun=true', { by: nobody }), 403, 'UnauthorizedOperation')
    await refused(ask('&DryRun=yes'), 400, 'InvalidParameterValue')
    await refused(ask('&Filters.1.Name=a'), 400, 'UnknownParameter')
    await refused(ask('&Filter.1.Name=a&Filter.1.Value.1=b'), 400, 'InvalidParameterValue')
    await refused(ask('&InstanceId.1=i-0'), 400, 'InvalidInstanceID.Malformed')
    await refused(ask('&InstanceId.1=i-00000000000000000'), 400, 'InvalidInstanceID.NotFound')
    await refused(ask('&MaxResults=1001'), 400, 'InvalidParameterValue')
    await refused(ask('&NextToken=x'), 400, 'InvalidNextToken')
    await refused(ask('&InstanceId.2=i-0'), 400, 'InvalidParameterValue')
    await refused(ask('', { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }), 401, 'AuthFailure')
    await refused(ask('', { secretAccessKey: 'x'.repeat(40) }), 401, 'AuthFailure')
    await refused(ask('', { aheadMs: -301_000 }), 400, 'RequestExpired')
    await refused(ask('', { region: 'us-east-1' }), 401, 'AuthFailure')
  })

  it('refuses what it cannot route', async () => {
    await refused(form(`Action=DescribeVolumes&${EC2}`), 400, 'InvalidAction')
    await refused(form('Action=DescribeInstances&Version=2006-01-01'), 400, 'InvalidAction')
    await refused(form('Action=DescribeInstances'), 400, 'InvalidAction')
    await refused(form(EC2), 400, 'MissingAction')
    await refused(form('%'), 404, 'MalformedQueryString')
  })

  it('is none for another service (a key that is scoped to one API would work on all)', async () => {
    await refused(form('Action=GetUser&Version=2010-05-08'), 401, 'AuthFailure')
    const iam = await form(`Action=DescribeInstances&${EC2}`, { service: 'iam' })
    assert.match(iam.text, /^<ErrorResponse xmlns="https:\/\/iam\..*SignatureDoesNotMatch/)
    const sts = await form(`Action=DescribeInstances&${EC2}`, { service: 'sts' })
    assert.match(sts.text, /^<ErrorResponse xmlns="https:\/\/sts\..*SignatureDoesNotMatch/)
  })
})

describe('who is refused before it is known what they ask', () => {
  it('is told so as the service of their signature tells it', async () => {
    const wrong = { secretAccessKey: 'x'.repeat(40) }
    for (const [service, start] of [
      ['ec2', '<Response><Errors>'],
      ['iam', '<ErrorResponse xmlns="https://iam.'],
      ['sts', '<ErrorResponse xmlns="https://sts.'],
      ['ec2-instance-connect', '{"__type":"InvalidSignatureException"'],
      ['fleetkey', '{"__type":"InvalidSignatureException"'],
    ] as const) {
      const { text } = await form('Action=X', { service, ...wrong })
      assert.ok(text.startsWith(start), text)
    }
  })

  it('is told so, without a signature, as the API whose version they name tells it', async () => {
    for (const [version, start] of [
      ['2016-11-15', '<Response><Errors><Error><Code>MissingAuthenticationToken<'],
      ['2010-05-08', '<ErrorResponse xmlns="https://iam.'],
      ['2011-06-15', '<ErrorResponse xmlns="https://sts.'],
      ['1999-01-01', '<ErrorResponse xmlns="https://iam.'],
    ] as const) {
      const options = { port: plane.port, method: 'POST', path: '/', headers: FORM }
      const { text } = await exchange(options, `Action=DescribeInstances&Version=${version}`)
      assert.ok(text.startsWith(start), text)
    }
  })

  it('is told so in JSON where they send JSON, whatever they sign for', async () => {
    const { text } = await plane.root.send(
      plane.root.sign('DescribeInstances', {}, { secretAccessKey: 'x'.repeat(40) }),
    )
    assert.ok(text.startsWith('{"__type":"InvalidSignatureException"'), text)
  })
})
