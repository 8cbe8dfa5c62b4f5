import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost } from '../testing/fake-agent.ts'
import { pushFields } from '../testing/push.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'

describe('after a crash', () => {
  it('an intent without an outcome is closed as unknown, once, and its request is not done again', async () => {
    const plane = await startControlPlane({
      async openStore(options) {
        const store = await openSqliteStore(options)
        const appendOutcome = () => Promise.reject(new Error('killed'))
        return { ...store, trail: { ...store.trail, appendOutcome } }
      },
    })
    try {
      const intents = () => plane.trail().filter((record) => record.phase === 'intent').length
      const signed = plane.root.sign('CreateUser', { UserName: 'cut-off' })
      const { headers } = await plane.root.send(signed)
      assert.equal(intents(), 1)
      const port = plane.port
      for (let start = 0; start < 2; start++) {
        await plane.restart({})
        const records = plane.trail().filter(({ eventName }) => eventName === 'CreateUser')
        assert.deepEqual(
          records.map((record) => [record.phase, record.errorCode]),
          [
            ['intent', ''],
            ['outcome', 'OutcomeUnknown'],
          ],
        )
        const [intent, outcome] = records
        assert.equal(outcome?.requestId, headers['x-amzn-requestid'])
        assert.equal(outcome?.event.additionalEventData.phase, 'outcome')
        assert.equal(
          outcome?.event.errorMessage,
          'The server stopped before the outcome was known.',
        )
        assert.deepEqual(outcome?.event.requestParameters, intent?.event.requestParameters)
        assert.notEqual(outcome?.event.eventID, intent?.event.eventID)
        assert.notEqual(outcome?.hash, intent?.hash)
      }
      assert.match(plane.log(), /an earlier run was cut off/)
      const moved = { ...signed, headers: { ...signed.headers, host: `127.0.0.1:${port}` } }
      const again = await plane.root.send(moved)
      assert.deepEqual([again.status, again.code], [503, 'EC2InstanceUnavailableException'])
    } finally {
      await plane.close()
    }
  })

  it('pushes go on', async () => {
    const plane = await startControlPlane()
    try {
      const host = await enrolHost(plane)
      await plane.restart()
      const agent = await connectAgent(plane, host)
      assert.equal(
        (await plane.root.call('SendSSHPublicKey', pushFields(host.instanceId))).status,
        200,
      )
      await agent.close()
    } finally {
      await plane.close()
    }
  })
})
