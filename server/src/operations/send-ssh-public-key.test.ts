import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../testing/fake-agent.ts'
import { PUBLIC_KEY, push, PUSH_TO_DEV } from '../testing/push.ts'

let plane: ControlPlane
let dev: FakeAgent
let prod: FakeAgent
let alice: ApiClient
const UNKNOWN = 'i-00000000000000000'

before(async () => {
  plane = await startControlPlane()
  alice = await plane.user('alice', PUSH_TO_DEV)
  dev = await connectAgent(plane, await enrolHost(plane, { env: 'dev', Name: 'web-1' }))
  prod = await connectAgent(plane, await enrolHost(plane, { env: 'prod' }))
})
after(async () => {
  await Promise.all([dev.close(), prod.close()])
  await plane.close()
})

const refused = async (fields: Record<string, unknown>, code: string, message: string) => {
  const answer = await push(alice, dev.host.instanceId, fields)
  assert.deepEqual([answer.status, answer.code, answer.message], [400, code, message])
  const [last] = plane.trail().slice(-1)
  assert.equal(last?.errorCode, code)
  assert.equal(last?.event.errorMessage, message.slice(0, 1024))
}

describe('SendSSHPublicKey', () => {
  it('answers Success with the request id, which is in the header, the grant and the trail', async () => {
    const answer = await push(alice, dev.host.instanceId, { SSHPublicKey: `${PUBLIC_KEY} me\n` })
    const requestId = answer.headers['x-amzn-requestid']
    assert.deepEqual([answer.status, answer.body], [200, { RequestId: requestId, Success: true }])
    assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1')
    const grant = dev.grants().at(-1)
    assert.equal(grant?.requestId, requestId)
    assert.equal(`${grant?.keyType} ${grant?.keyBlob}`, PUBLIC_KEY)
    assert.deepEqual([grant?.osUser, grant?.uid, grant?.ttl], ['ec2-user', 1000, 60])
    const records = plane.trail().filter((record) => record.requestId === requestId)
    assert.deepEqual(
      records.map((record) => [record.phase, record.errorCode]),
      [
        ['intent', ''],
        ['outcome', ''],
      ],
    )
    assert.deepEqual(records[1]?.event.requestParameters, {
      instanceId: dev.host.instanceId,
      instanceOSUser: 'ec2-user',
      sSHPublicKey: PUBLIC_KEY,
    })
    assert.deepEqual(records[1]?.event.responseElements, { requestId, success: true })
    assert.match(String(records[1]?.event.additionalEventData.explanation), /allows it/)
  })

  it('says all that is wrong with the arguments in one answer, in the words of AWS', async () => {
    await refused(
      { InstanceId: 'mi-0123456789', InstanceOSUser: '', SSHPublicKey: 'ssh-ed25519 AAAA' },
      'InvalidArgsException',
      "4 validation errors detected: Value 'mi-0123456789' at 'instanceId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^i-[a-f0-9]+$; Value '' at 'instanceOSUser' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'instanceOSUser' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[A-Za-z_][A-Za-z0-9@._-]{0,30}[A-Za-z0-9$_-]?$|^(?=.{2,32}$)[0-9]{1,32}[A-Za-z@._-][A-Za-z0-9@._-]*[A-Za-z0-9$_-]?$; Value at 'sSHPublicKey' failed to satisfy constraint: Member must have length greater than or equal to 80",
    )
  })

  it('says what is missing', async () => {
    await refused(
      { InstanceOSUser: null, SSHPublicKey: undefined },
      'InvalidArgsException',
      "2 validation errors detected: Value null at 'instanceOSUser' failed to satisfy constraint: Member must not be null; Value null at 'sSHPublicKey' failed to satisfy constraint: Member must not be null",
    )
  })

  it('refuses another JSON type', async () => {
    await refused(
      { InstanceOSUser: ['root'] },
      'SerializationException',
      "LIST_VALUE cannot be converted to String at 'instanceOSUser'",
    )
  })

  it('refuses a newline in the user name (would name a second file or line)', async () => {
    const answer = await push(alice, dev.host.instanceId, { InstanceOSUser: 'root\n' })
    assert.equal(answer.code, 'InvalidArgsException')
  })

  it('refuses options before the key and a second line (would open more than was allowed)', async () => {
    for (const text of [`command="x" ${PUBLIC_KEY}`, `${PUBLIC_KEY}\n${PUBLIC_KEY}`]) {
      const answer = await push(alice, dev.host.instanceId, { SSHPublicKey: text })
      assert.equal(answer.code, 'InvalidArgsException')
    }
    assert.ok(dev.grants().every((grant) => !grant.keyBlob.includes(' ')))
  })

  it('keeps a pasted private key out of answer, trail, log and database, whichever member it is in', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const secret = pem.split('\n')[1] ?? ''
    assert.equal(secret.length, 64)
    const padded = `${pem}${'\n'.repeat(80)}`
    const swapped = [
      { SSHPublicKey: padded },
      { SSHPublicKey: PUBLIC_KEY, InstanceOSUser: pem },
      { SSHPublicKey: PUBLIC_KEY, InstanceId: pem },
      { SSHPublicKey: PUBLIC_KEY, AvailabilityZone: pem },
    ]
    for (const fields of swapped) {
      const answer = await push(alice, dev.host.instanceId, fields)
      assert.equal(answer.code, 'InvalidArgsException')
      assert.ok(!answer.text.includes(secret), answer.text)
      assert.ok(!answer.text.includes(secret.slice(0, 40)), answer.text)
    }
    for (const kept of [plane.log(), plane.databaseBytes(), JSON.stringify(plane.trail())]) {
      assert.ok(kept.length > 1000)
      assert.ok(!kept.includes(secret.slice(0, 40)))
    }
  })

  it('denies another instance than the policy allows, says why, and records it', async () => {
    const before = prod.told.length
    const answer = await push(alice, prod.host.instanceId)
    assert.equal(answer.code, 'AccessDeniedException')
    assert.match(
      answer.message,
      /^User: arn:aws:iam::\d{12}:user\/alice is not authorized to perform: ec2-instance-connect:SendSSHPublicKey on resource: arn:aws:ec2:on-prem-1:\d{12}:instance\/i-[0-9a-f]{17} because no identity-based policy allows the ec2-instance-connect:SendSSHPublicKey action$/,
    )
    assert.match(answer.body.Explanation, /"?env"?.*\n?Least change/s)
    const [last] = plane.trail().slice(-1)
    assert.deepEqual([last?.phase, last?.errorCode], ['complete', 'AccessDenied'])
    assert.equal(last?.event.requestParameters, null)
    assert.equal(last?.event.additionalEventData.explanation, answer.body.Explanation)
    assert.equal(last?.event.additionalEventData['osUser'], 'ec2-user')
    assert.equal(prod.told.length, before, 'the host was asked before the answer was known')
  })

  it('denies an instance that is not there as one that is: existence is not told', async () => {
    const mallory = await plane.user('mallory')
    const untagged = await enrolHost(plane)
    const whoMayNothing = [await push(mallory, dev.host.instanceId), await push(mallory, UNKNOWN)]
    const whoMayElsewhere = [await push(alice, untagged.instanceId), await push(alice, UNKNOWN)]
    for (const answers of [whoMayNothing, whoMayElsewhere]) {
      const [real, unreal] = answers.map((answer) => ({
        ...answer.body,
        text: answer.text.replaceAll(/i-[0-9a-f]{17}/g, 'i-X'),
      }))
      assert.equal(real?.__type, 'AccessDeniedException')
      assert.equal(unreal?.text, real?.text)
    }
  })

  it('tells somebody who may push anywhere that there is no such instance', async () => {
    const answer = await push(plane.root, UNKNOWN)
    assert.deepEqual(
      [answer.status, answer.code, answer.message],
      [
        400,
        'EC2InstanceNotFoundException',
        `No instance ${UNKNOWN} is enrolled here. Run "fleetkey instances" to see those that are.`,
      ],
    )
    assert.deepEqual(
      plane
        .trail()
        .slice(-2)
        .map((record) => [record.phase, record.errorCode]),
      [
        ['intent', ''],
        ['outcome', 'EC2InstanceNotFoundException'],
      ],
    )
  })

  it('decides by the osUser too', async () => {
    const bob = await plane.user('bob', {
      ...PUSH_TO_DEV,
      Condition: { StringEquals: { 'ec2:osuser': 'deploy' } },
    })
    assert.equal((await push(bob, dev.host.instanceId)).code, 'AccessDeniedException')
    const allowed = await push(bob, dev.host.instanceId, { InstanceOSUser: 'deploy' })
    assert.equal(allowed.status, 200)
    assert.equal(dev.grants().at(-1)?.osUser, 'deploy')
  })
})
