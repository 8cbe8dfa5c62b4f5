import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { AnswerFailed, NoResponders, RequestTimeout, type Bus } from './bus.ts'

const IN_TIME_MS = 5000
const SHORTLY_MS = 20

/** Two ends of one transport; on a local bus they are the same. */
export interface BusUnderTest {
  readonly asking: Bus
  readonly serving: Bus
}

/** What every bus promises. Each case uses a subject of its own. */
export function describeBus(name: string, open: () => Promise<BusUnderTest>): void {
  describe(name, () => {
    let tested: BusUnderTest
    before(async () => {
      tested = await open()
    })
    after(async () => {
      await tested.asking.close()
      await tested.serving.close()
    })
    const ask = (subject: string, payload: string, timeoutMs = IN_TIME_MS) =>
      tested.asking.request(subject, payload, timeoutMs)

    it('carries payload and answer unchanged', async () => {
      const payload = 'Grüße \u{1F511}\n\0'.repeat(1000)
      tested.serving.serve('echo', (got) => Promise.resolve(got + got))
      assert.equal(await ask('echo', payload), payload + payload)
      assert.equal(await ask('echo', ''), '')
    })

    it('says at once when nobody serves', async () => {
      await assert.rejects(ask('nobody', 'x'), new NoResponders('nobody'))
    })

    it('asks only who serves the subject', async () => {
      tested.serving.serve('host.a', () => Promise.resolve('a'))
      tested.serving.serve('host.b', () => Promise.resolve('b'))
      assert.deepEqual(await Promise.all([ask('host.a', ''), ask('host.b', '')]), ['a', 'b'])
      await assert.rejects(ask('host', ''), NoResponders)
    })

    it('answers many at a time, each with its own', async () => {
      tested.serving.serve('many', async (payload) => {
        if (Number(payload) % 2 === 0) await Promise.resolve()
        return payload
      })
      const payloads = Array.from({ length: 500 }, (_, n) => String(n))
      assert.deepEqual(await Promise.all(payloads.map((one) => ask('many', one))), payloads)
    })

    it('gives up on an answer that does not come', async () => {
      tested.serving.serve('silent', () => new Promise(() => {}))
      await assert.rejects(ask('silent', '', SHORTLY_MS), new RequestTimeout('silent'))
    })

    it('says that a server threw, and keeps why to itself (could name what the asker may not know)', async () => {
      tested.serving.serve('throws', () => Promise.reject(new Error('secret')))
      await assert.rejects(ask('throws', ''), new AnswerFailed('throws'))
      tested.serving.serve('throws at once', () => {
        throw new Error('secret')
      })
      await assert.rejects(ask('throws at once', ''), AnswerFailed)
    })

    it('lets a later server replace an earlier one, whose end changes nothing', async () => {
      const stopFirst = tested.serving.serve('moved', () => Promise.resolve('first'))
      tested.serving.serve('moved', () => Promise.resolve('second'))
      assert.equal(await ask('moved', ''), 'second')
      stopFirst()
      assert.equal(await ask('moved', ''), 'second')
    })

    it('still answers what it was asked before it stopped serving', async () => {
      const answer = Promise.withResolvers<string>()
      const asked = Promise.withResolvers<void>()
      const stop = tested.serving.serve('stops', () => {
        asked.resolve()
        return answer.promise
      })
      const request = ask('stops', '')
      await asked.promise
      stop()
      stop()
      await assert.rejects(ask('stops', ''), NoResponders)
      answer.resolve('late')
      assert.equal(await request, 'late')
    })

    it('ends what waits when it closes, and serves nobody any more', async () => {
      const { asking, serving } = await open()
      const asked = Promise.withResolvers<void>()
      serving.serve('closing', () => {
        asked.resolve()
        return new Promise(() => {})
      })
      const request = asking.request('closing', '', IN_TIME_MS)
      const ended = assert.rejects(request, RequestTimeout)
      await asked.promise
      await asking.close()
      await ended
      await assert.rejects(asking.request('closing', '', IN_TIME_MS), NoResponders)
      await serving.close()
      assert.throws(() => serving.serve('closing', () => Promise.resolve('')), /closed/)
    })
  })
}
