import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { parseEnrolmentAnswer, parseJoinToken } from '@fleetkey/wire/agent/enrolment'
import { generatePrivateKey, publicKeyText } from '../secrets/ed25519.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolmentRequest, FACTS, postEnrolment } from '../testing/fake-agent.ts'
import { push } from '../testing/push.ts'

let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
})
after(() => plane.close())
beforeEach(() => {
  plane.clock.aheadMs = 0
})

interface Token {
  readonly JoinTokenId: string
  readonly JoinToken: string
}
const newToken = (fields: object = {}): Promise<Token> => plane.root.done('CreateJoinToken', fields)
const instances = () => plane.query('select * from instances').length

const INVALID =
  'The join token is not valid: it was used, revoked, has expired or was never issued. Make a new one with "fleetkey join-tokens create".'

async function refusedToken(token: string) {
  const before = { instances: instances(), records: plane.trail().length }
  const answer = await postEnrolment(plane, enrolmentRequest(token, generatePrivateKey()))
  assert.deepEqual(
    [answer.status, answer.code, answer.message],
    [400, 'JoinTokenInvalidException', INVALID],
  )
  assert.equal(instances(), before.instances)
  const [record, ...others] = plane.trail().slice(before.records)
  assert.deepEqual(
    [record?.eventName, record?.errorCode, record?.phase, others],
    ['EnrolInstance', 'JoinTokenInvalidException', 'complete', []],
  )
}

describe('enrolment', () => {
  it('makes an instance with the tags of the token, and tells the host whom to believe', async () => {
    const tags = [{ Key: 'env', Value: 'dev' }]
    const { JoinToken, JoinTokenId } = await newToken({ Name: 'web-1', Tags: tags })
    const key = generatePrivateKey()
    const answer = await postEnrolment(plane, enrolmentRequest(JoinToken, key))
    assert.equal(answer.status, 200)
    const enrolled = parseEnrolmentAnswer(answer.body)
    assert.match(enrolled?.instanceId ?? '', /^i-[0-9a-f]{17}$/)
    assert.deepEqual(enrolled?.issuerKeys, [plane.issuerPublicKey])
    assert.equal(enrolled?.deployment, plane.deployment)
    assert.deepEqual(
      plane
        .query('select key, value from instance_tags where instance_id = ?', enrolled.instanceId)
        .map((row) => [row['key'], row['value']]),
      [
        ['Name', 'web-1'],
        ['env', 'dev'],
      ],
    )
    const records = plane.trail().slice(-2)
    assert.deepEqual(
      records.map((record) => [record.phase, record.eventName, record.errorCode]),
      [
        ['intent', 'EnrolInstance', ''],
        ['outcome', 'EnrolInstance', ''],
      ],
    )
    assert.deepEqual(records[1]?.event.responseElements, { instanceId: enrolled.instanceId })
    assert.deepEqual(records[1]?.event.userIdentity, {
      type: 'Unknown',
      principalId: `join-token/${JoinTokenId}`,
    })
    const agent = await connectAgent(plane, { ...enrolled, key })
    assert.equal((await push(plane.root, enrolled.instanceId)).status, 200)
    await agent.close()
  })

  it('refuses a token that was never issued', () => refusedToken(`fkjoin_${'A'.repeat(43)}.`))

  it('refuses a token that was used', async () => {
    const { JoinToken } = await newToken()
    const first = await postEnrolment(plane, enrolmentRequest(JoinToken, generatePrivateKey()))
    assert.equal(first.status, 200)
    await refusedToken(JoinToken)
  })

  it('refuses a token that was revoked', async () => {
    const { JoinToken, JoinTokenId } = await newToken()
    await plane.root.done('RevokeJoinToken', { JoinTokenId })
    await refusedToken(JoinToken)
  })

  it('refuses a token from the moment it expires', async () => {
    const { JoinToken } = await newToken({ ExpiresInSeconds: 60 })
    plane.clock.aheadMs = 60_000
    await refusedToken(JoinToken)
  })

  it('makes one instance of 50 hosts that race with one token', async () => {
    const { JoinToken } = await newToken()
    const before = instances()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        postEnrolment(plane, enrolmentRequest(JoinToken, generatePrivateKey())),
      ),
    )
    const codes = answers.map((answer) => answer.code ?? 'enrolled')
    assert.equal(codes.filter((code) => code === 'enrolled').length, 1)
    assert.equal(codes.filter((code) => code === 'JoinTokenInvalidException').length, 49)
    assert.equal(instances(), before + 1)
  })

  it('refuses a host that does not hold the key that it brings (could take the place of another)', async () => {
    const { JoinToken } = await newToken()
    const key = generatePrivateKey()
    const answer = await postEnrolment(
      plane,
      enrolmentRequest(JoinToken, key, generatePrivateKey()),
    )
    assert.deepEqual(
      [answer.status, answer.code, answer.message],
      [
        400,
        'ValidationException',
        'The enrolment request is not signed by the key that it brings.',
      ],
    )
    const right = enrolmentRequest(JoinToken, key)
    assert.equal((await postEnrolment(plane, right)).status, 200, 'the token was not used up')
  })

  it('refuses a proof for another token or another key (was overheard)', async () => {
    const [mine, other] = [await newToken(), await newToken()]
    const key = generatePrivateKey()
    const { proof } = enrolmentRequest(other.JoinToken, key)
    const request = { ...enrolmentRequest(mine.JoinToken, key), proof }
    assert.equal((await postEnrolment(plane, request)).code, 'ValidationException')
    const agentKey = publicKeyText(generatePrivateKey())
    const moved = { ...enrolmentRequest(mine.JoinToken, key), agentKey }
    assert.equal((await postEnrolment(plane, moved)).code, 'ValidationException')
  })

  it('refuses what is no enrolment request', async () => {
    const { JoinToken } = await newToken()
    const request = enrolmentRequest(JoinToken, generatePrivateKey())
    for (const body of ['', 'null', '[]', '{}', { ...request, facts: { ...FACTS, sshPort: 0 } }]) {
      const answer = await postEnrolment(plane, body)
      assert.equal(answer.status, 400)
      assert.match(answer.code ?? '', /^(ValidationException|SerializationException)$/)
    }
  })

  it('keeps of a token only the hash, also when the host pasted it wrong', async () => {
    const { JoinToken } = await newToken()
    const secret = parseJoinToken(JoinToken)?.secret ?? ''
    const answer = await postEnrolment(plane, { secret })
    assert.ok(!answer.text.includes(secret))
    const hash = createHash('sha256').update(secret).digest('base64')
    assert.ok(plane.databaseBytes().includes(hash))
    for (const kept of [plane.databaseBytes(), plane.log(), JSON.stringify(plane.trail())]) {
      assert.ok(!kept.includes(secret))
    }
  })
})
