import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { encodeJsonError } from '@fleetkey/wire/aws/json-error'
import type { ApiClient, Otherwise } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'

let plane: ControlPlane
let alice: ApiClient
before(async () => {
  plane = await startControlPlane()
  alice = await plane.user('alice')
})
after(() => plane.close())
beforeEach(() => {
  plane.clock.aheadMs = 0
})

const WRONG =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const INVALID_TOKEN = 'The security token included in the request is invalid.'

/** Refused, and on record: with nothing that was sent but the key that it claims. */
async function refused(otherwise: Otherwise, code: string, message: string | RegExp) {
  const records = plane.trail().length
  const answer = await alice.send(alice.sign('GetCallerIdentity', {}, otherwise))
  assert.deepEqual([answer.status, answer.code], [400, code])
  if (typeof message === 'string') assert.equal(answer.message, message)
  else assert.match(answer.message, message)
  const [record, ...others] = plane.trail().slice(records)
  assert.deepEqual(others, [])
  assert.equal(record?.eventName, 'GetCallerIdentity')
  assert.equal(record.event.requestID, answer.headers['x-amzn-requestid'])
  assert.notEqual(record.errorCode, '')
  assert.equal(record.event.requestParameters, null)
  if (record.event.userIdentity.type !== 'Unknown') return
  assert.equal(record.event.errorMessage, undefined)
  const { claimedAccessKeyId, phase, ...facts } = record.event.additionalEventData
  assert.match(String(claimedAccessKeyId), /^(AKIA|ASIA)[A-Z0-9]{16}$/)
  assert.deepEqual([phase, facts], ['complete', {}])
}

describe('a signature', () => {
  it('tells who asks', async () => {
    const answer = await alice.done('GetCallerIdentity', {})
    assert.match(answer.Arn, /^arn:aws:iam::\d{12}:user\/alice$/)
    assert.match(answer.UserId, /^AIDA[A-Z2-7]{17}$/)
    const root = await plane.root.done('GetCallerIdentity', {})
    assert.deepEqual([root.Arn, root.UserId], [`arn:aws:iam::${root.Account}:root`, root.Account])
  })

  it('with a wrong secret is refused', async () => {
    await refused({ secretAccessKey: 'x'.repeat(40) }, 'InvalidSignatureException', WRONG)
    await refused(
      { secretAccessKey: plane.root.secretAccessKey },
      'InvalidSignatureException',
      WRONG,
    )
  })

  it('of an unknown key is refused', async () => {
    const accessKeyId = 'AKIAAAAAAAAAAAAAAAAA'
    await refused({ accessKeyId }, 'UnrecognizedClientException', INVALID_TOKEN)
  })

  it('over another body is refused', async () => {
    const signed = alice.sign('GetCallerIdentity', {})
    const answer = await alice.send({ ...signed, body: Buffer.from('{"a":1}') })
    assert.deepEqual([answer.code, answer.message], ['InvalidSignatureException', WRONG])
  })

  it('with a session token is refused (there are no sessions here)', async () => {
    await refused({ sessionToken: 'x' }, 'UnrecognizedClientException', INVALID_TOKEN)
  })

  it('whose clock is 299 s off is taken, and 301 s is refused with both times', async () => {
    for (const aheadMs of [-299_000, 299_000]) {
      const answer = await alice.send(alice.sign('GetCallerIdentity', {}, { aheadMs }))
      assert.equal(answer.status, 200)
    }
    await refused(
      { aheadMs: -301_000 },
      'InvalidSignatureException',
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
    )
    await refused(
      { aheadMs: 302_000 },
      'InvalidSignatureException',
      /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)$/,
    )
  })

  it('is of no use after five minutes, seen before or not', async () => {
    const signed = plane.root.sign('CreateUser', { UserName: 'late' })
    assert.equal((await plane.root.send(signed)).status, 200)
    plane.clock.aheadMs = 301_000
    assert.match((await plane.root.send(signed)).message, /^Signature expired/)
  })

  it('for another region is refused', async () => {
    await refused(
      { region: 'us-east-1' },
      'InvalidSignatureException',
      "Credential should be scoped to a valid region, not 'us-east-1'.",
    )
  })

  it('for another service than the one that is asked is refused (a key for one API would open all)', async () => {
    await refused(
      { service: 'ec2' },
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'sts' (target AWSSecurityTokenService).",
    )
    await refused({ service: 's3' }, 'InvalidSignatureException', /scoped to correct service/)
  })

  it('in the query is refused (a link that pushes could be sent to somebody)', async () => {
    const target = '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x&X-Amz-Signature=x'
    await refused(
      { target },
      'InvalidSignatureException',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    )
    const { authorization: _, ...headers } = alice.sign('GetCallerIdentity', {}, { target }).headers
    const answer = await alice.send({ target, headers, body: Buffer.from('{}') })
    assert.equal(answer.code, 'MissingAuthenticationTokenException')
  })

  it('that leaves out a header for AWS is refused (anybody on the way could have put it in)', async () => {
    const signed = alice.sign('GetCallerIdentity', {})
    const headers = { ...signed.headers, 'x-amz-more': 'x' }
    const answer = await alice.send({ ...signed, headers })
    assert.equal(
      answer.message,
      'There were headers present in the request which were not signed: x-amz-more',
    )
  })
})

describe('an access key', () => {
  const switched = (status: string) =>
    plane.root.done('UpdateAccessKey', {
      UserName: 'alice',
      AccessKeyId: alice.accessKeyId,
      Status: status,
    })

  it('that is inactive is refused like one that is unknown, and works again when it is active', async () => {
    await switched('Inactive')
    await refused({}, 'UnrecognizedClientException', INVALID_TOKEN)
    await refused({ secretAccessKey: 'wrong' }, 'UnrecognizedClientException', INVALID_TOKEN)
    await switched('Active')
    assert.equal((await alice.call('GetCallerIdentity', {})).status, 200)
  })

  it('that was deleted is refused', async () => {
    const bob = await plane.user('bob')
    assert.equal((await bob.call('GetCallerIdentity', {})).status, 200)
    const key = { UserName: 'bob', AccessKeyId: bob.accessKeyId }
    await plane.root.done('DeleteAccessKey', key)
    const answer = await bob.call('GetCallerIdentity', {})
    assert.equal(
      answer.text,
      encodeJsonError({ code: 'UnrecognizedClientException', message: INVALID_TOKEN }),
    )
  })

  it('is only sealed in the database, and open nowhere else', () => {
    for (const kept of [plane.databaseBytes(), plane.log(), JSON.stringify(plane.trail())]) {
      assert.ok(!kept.includes(alice.secretAccessKey))
      assert.ok(!kept.includes(plane.root.secretAccessKey))
    }
  })

  it('works after a restart, and the root key is not made a second time', async () => {
    const keys = plane.query('select access_key_id from access_keys').length
    await plane.restart()
    assert.equal((await alice.call('GetCallerIdentity', {})).status, 200)
    assert.equal((await plane.root.call('GetCallerIdentity', {})).status, 200)
    assert.equal(plane.query('select access_key_id from access_keys').length, keys)
  })
})
