import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiResponse, SignedRequest } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent, type Host } from '../testing/fake-agent.ts'
import { pushFields } from '../testing/push.ts'

let plane: ControlPlane
let host: Host
let agent: FakeAgent
before(async () => {
  plane = await startControlPlane()
  host = await enrolHost(plane)
  agent = await connectAgent(plane, host)
})
after(async () => {
  await agent.close()
  await plane.close()
})

const intentsOf = (requestId: unknown) =>
  plane.trail().filter((record) => record.requestId === requestId && record.phase === 'intent')

const times = (count: number, signed: SignedRequest): Promise<ApiResponse[]> =>
  Promise.all(Array.from({ length: count }, () => plane.root.send(signed)))

describe('the same bytes again', () => {
  it('are one grant, one intent and one answer, 100 times at once, in turn and after a restart', async () => {
    const before = { grants: agent.grants().length, records: plane.trail().length }
    const signed = plane.root.sign('SendSSHPublicKey', pushFields(host.instanceId))
    const answers = await times(100, signed)
    for (let round = 0; round < 100; round++) answers.push(await plane.root.send(signed))
    assert.equal(agent.grants().length, before.grants + 1)
    const [first] = answers
    for (const answer of answers) assert.deepEqual([answer.status, answer.text], [200, first?.text])
    assert.equal(intentsOf(first?.body.RequestId).length, 1)
    assert.equal(plane.trail().length, before.records + 2)
    const { port } = plane
    await plane.restart()
    agent = await connectAgent(plane, host)
    // The host that is signed has the port in it, which the restart changed.
    const moved = { ...signed, headers: { ...signed.headers, host: `127.0.0.1:${port}` } }
    const after = await plane.root.send(moved)
    assert.deepEqual([after.status, after.text], [200, first?.text])
    assert.equal(agent.grants().length, 0)
    // The server's stop and start are records too.
    assert.equal(plane.trail().length, before.records + 4)
  })

  it('give a refusal again as it was, without asking the host a second time to install', async () => {
    const fields = pushFields('i-00000000000000000')
    const signed = plane.root.sign('SendSSHPublicKey', fields)
    const [first, ...others] = await times(10, signed)
    assert.equal(first?.code, 'EC2InstanceNotFoundException')
    for (const other of others) assert.equal(other.text, first?.text)
    assert.equal((await plane.root.send(signed)).text, first?.text)
  })

  it('are acted on anew when anything of them is signed anew', async () => {
    const before = agent.grants().length
    for (let round = 0; round < 3; round++) {
      await plane.root.done('SendSSHPublicKey', pushFields(host.instanceId))
    }
    assert.equal(agent.grants().length, before + 3)
  })

  it('never get a word of success for what was undone meanwhile, nor an old refusal, where clients sign equal requests alike', async () => {
    await plane.root.done('CreateUser', { UserName: 'tagged' })
    const tag = { UserName: 'tagged', Tags: [{ Key: 'team', Value: 'blue' }] }
    const untag = { UserName: 'tagged', TagKeys: ['team'] }
    const tagging = plane.root.sign('TagUser', tag)
    assert.equal((await plane.root.send(tagging)).status, 200)
    await plane.root.done('UntagUser', untag)
    const again = await plane.root.send(tagging)
    assert.deepEqual(
      [again.status, again.message],
      [503, 'This very request was answered before. To ask again, sign a new one.'],
    )
    assert.deepEqual((await plane.root.done('ListUserTags', { UserName: 'tagged' })).Tags, [])

    const deleting = plane.root.sign('DeleteUser', { UserName: 'later' })
    assert.equal((await plane.root.send(deleting)).code, 'NoSuchEntity')
    await plane.root.done('CreateUser', { UserName: 'later' })
    assert.equal((await plane.root.send(deleting)).status, 503)
    await plane.root.done('GetUser', { UserName: 'later' })
  })

  for (const [operation, fields] of [
    ['CreateAccessKey', { UserName: 'twice' }],
    ['CreateJoinToken', {}],
  ] as const) {
    it(`get no second copy of the secret of ${operation}, at once or later`, async () => {
      if (operation === 'CreateAccessKey') await plane.root.done('CreateUser', fields)
      const signed = plane.root.sign(operation, fields)
      const answers = await times(20, signed)
      answers.push(await plane.root.send(signed))
      const [first, ...others] = answers.toSorted((a, b) => a.status - b.status)
      assert.equal(first?.status, 200)
      const secret: string = first?.body.JoinToken ?? first?.body.AccessKey.SecretAccessKey
      assert.ok(secret.length >= 40)
      for (const other of others) {
        assert.equal(other.status, 503)
        assert.equal(
          other.message,
          'This very request was answered before. To ask again, sign a new one.',
        )
        assert.ok(!other.text.includes(secret))
      }
      const bare = secret.replace(/^fkjoin_/, '').replace(/\.$/, '')
      for (const kept of [plane.databaseBytes(), plane.log()]) assert.ok(!kept.includes(bare))
    })
  }
})
