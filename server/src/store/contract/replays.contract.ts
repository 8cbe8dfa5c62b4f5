import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { entry, fresh, NOW } from './given.ts'

const ANSWER = { status: 200, body: '{"Success":true}' }

export function describeReplays(now: () => StoreUnderTest): void {
  describe('replays', () => {
    const trail = () => now().store.trail
    const key = () => ({ key: fresh('AKIA/'), until: NOW + 900_000 })
    const intent = () => entry({ phase: 'intent' })

    it('records an intent and links it', async () => {
      const given = intent()
      const result = await trail().appendIntent(given, key())
      const { seq, hash } = await trail().head()
      assert.deepEqual(result, { kind: 'recorded', seq, hash })
      assert.equal((await trail().read(seq - 1, 1))[0]?.eventId, given.eventId)
    })

    it('records nothing for a request that was seen before', async () => {
      const replay = key()
      await trail().appendIntent(intent(), replay)
      const before = await trail().head()
      const again = intent()
      const result = await trail().appendIntent(again, replay)
      assert.deepEqual(result, { kind: 'repeated', answer: undefined })
      assert.deepEqual(await trail().head(), before)
      const open = (await trail().openIntents()).map(({ eventId }) => eventId)
      assert.equal(open.includes(again.eventId), false)
    })

    it('gives the first answer to a repeat, also after a restart', async () => {
      const replay = key()
      const given = intent()
      await trail().appendIntent(given, replay)
      const outcome = { ...entry({ phase: 'outcome' }), requestId: given.requestId }
      const link = await trail().appendOutcome(outcome, replay.key, ANSWER)
      assert.deepEqual(await trail().head(), link)
      const repeat = { kind: 'repeated', answer: ANSWER }
      assert.deepEqual(await trail().appendIntent(intent(), replay), repeat)
      await now().reopen()
      assert.deepEqual(await trail().appendIntent(intent(), replay), repeat)
    })

    it('lets one of racing repeats act', async () => {
      const replay = key()
      const before = await trail().head()
      const results = await Promise.all(
        Array.from({ length: 200 }, () => trail().appendIntent(intent(), replay)),
      )
      assert.equal(results.filter(({ kind }) => kind === 'recorded').length, 1)
      assert.equal((await trail().head()).seq, before.seq + 1)
    })

    it('leaves the key free when the intent cannot be stored', async () => {
      const replay = key()
      await assert.rejects(trail().appendIntent(entry({ phase: 'intent', time: 0.5 }), replay))
      assert.equal((await trail().appendIntent(intent(), replay)).kind, 'recorded')
    })

    it('keeps a key until its time, whatever is forgotten meanwhile', async () => {
      const kept = { key: fresh('AKIA/'), until: NOW + 10_000 }
      await trail().appendIntent(intent(), kept)
      await Promise.all(
        Array.from({ length: 600 }, () =>
          trail().appendIntent({ ...intent(), time: kept.until - 1 }, key()),
        ),
      )
      assert.equal((await trail().appendIntent(intent(), kept)).kind, 'repeated')
    })
  })
}
