import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { CHAIN_START, checkLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent, type Host } from '../testing/fake-agent.ts'

let plane: ControlPlane
let web: Host
let agent: FakeAgent
before(async () => {
  plane = await startControlPlane()
  web = await enrolHost(plane, { Name: 'web-1', env: 'dev' })
  agent = await connectAgent(plane, web)
})
after(async () => {
  await agent.close()
  await plane.close()
})

async function refused(operation: string, fields: object, code: string) {
  const answer = await plane.root.call(operation, fields)
  assert.deepEqual([answer.status, answer.code], [400, code])
  assert.equal(plane.trail().at(-1)?.errorCode, code)
  return answer.message
}

async function idsOf(fields: object): Promise<string[]> {
  const { Reservations } = await plane.root.done('DescribeInstances', fields)
  return Reservations.map(
    (one: { Instances: { InstanceId: string }[] }) => one.Instances[0]?.InstanceId,
  )
}

describe('ForgetInstance', () => {
  it('removes the instance, and a second time there is none', async () => {
    const { instanceId } = await enrolHost(plane)
    await plane.root.done('ForgetInstance', { InstanceId: instanceId })
    assert.ok(!(await idsOf({})).includes(instanceId))
    await refused('ForgetInstance', { InstanceId: instanceId }, 'InvalidInstanceID.NotFound')
    await refused('ForgetInstance', { InstanceId: '*' }, 'ValidationException')
  })
})

describe('join tokens', () => {
  it('are listed without their secret, and revoked once', async () => {
    const made = await plane.root.done('CreateJoinToken', { Name: 'x', ExpiresInSeconds: 60 })
    const list = await plane.root.call('ListJoinTokens', {})
    assert.ok(!list.text.includes(made.JoinToken.slice(7, 50)))
    const states = new Map<string, string>(
      list.body.JoinTokens.map((one: Record<string, string>) => [one['JoinTokenId'], one['State']]),
    )
    assert.equal(states.get(made.JoinTokenId), 'unused')
    assert.ok([...states.values()].includes('used'))
    await plane.root.done('RevokeJoinToken', { JoinTokenId: made.JoinTokenId })
    const again = await plane.root.call('RevokeJoinToken', { JoinTokenId: made.JoinTokenId })
    assert.deepEqual([again.status, again.code], [404, 'NoSuchEntity'])
  })

  it('live for an hour at most, and their tags follow the rules of tags', async () => {
    for (const broken of [
      { ExpiresInSeconds: 3601 },
      { ExpiresInSeconds: 59 },
      {
        Tags: [
          { Key: 'env', Value: 'a' },
          { Key: 'env', Value: 'b' },
        ],
      },
      {
        Tags: [
          { Key: 'env', Value: 'a' },
          { Key: 'Env', Value: 'b' },
        ],
      },
      { Name: 'a\nb' },
      { Tags: [{ Key: 'aws:x', Value: '' }] },
      { Tags: 'env=dev' },
    ]) {
      await refused('CreateJoinToken', broken, 'ValidationException')
    }
  })
})

describe('the trail', () => {
  it('is a chain that holds from its first record to its head', async () => {
    let previous: ChainLink = CHAIN_START
    let head: ChainLink = CHAIN_START
    do {
      const page = await plane.root.done('ReadTrail', { AfterSeq: previous.seq, MaxResults: 20 })
      if (head.seq === 0) head = { seq: page.Head.Seq, hash: page.Head.Hash }
      for (const { Seq: seq, Hash: hash, Record: record } of page.Entries) {
        const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')
        assert.equal(checkLink(previous, { seq, hash, record }, sha256Hex), undefined)
        previous = { seq, hash }
        if (seq === head.seq) assert.equal(hash, head.hash)
      }
    } while (previous.seq < head.seq)
    assert.ok(head.seq > 20)
  })
})
