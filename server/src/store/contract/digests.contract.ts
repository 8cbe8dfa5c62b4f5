import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoredDigest } from '../digest-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { entry, fresh, NOW } from './given.ts'
import { checkedTrail } from './trail.contract.ts'

export function describeDigests(now: () => StoreUnderTest): void {
  describe('digests', () => {
    const digests = () => now().store.digests
    const trail = () => now().store.trail

    /** The next one, over all records there are. */
    async function next(): Promise<StoredDigest> {
      const [last, head] = await Promise.all([digests().last(), trail().head()])
      const firstSeq = (last?.lastSeq ?? 0) + 1
      return {
        number: (last?.number ?? 0) + 1,
        endTime: (last?.endTime ?? NOW) + 1000,
        firstSeq,
        lastSeq: head.seq,
        lastHash: head.hash,
        object: fresh('bucket/AWSLogs/'),
        digest: JSON.stringify({ text: 'Grüße' }),
        signature: 'c0ffee',
      }
    }

    /** A digest over so many new records. */
    async function added(records: number) {
      for (let record = 0; record < records; record++) await trail().append(entry())
      const digest = await next()
      await digests().append(digest)
      return digest
    }

    it('begin with none', async () => {
      assert.equal(await digests().last(), undefined)
      assert.deepEqual(await digests().read(0, 10), [])
      assert.equal(await digests().delivered('somewhere'), 0)
      assert.deepEqual(await digests().base(), { seq: 0, hash: '0'.repeat(64), digestNumber: 0 })
    })

    it('are given back as they were, in order, also when nothing had happened, and when opened again', async () => {
      const given = [await added(3), await added(0), await added(1)]
      await now().reopen()
      assert.deepEqual(await digests().read((given[0]?.number ?? 0) - 1, 10), given)
      assert.deepEqual(await digests().read(given[0]?.number ?? 0, 1), [given[1]])
      assert.deepEqual(await digests().last(), given[2])
      assert.deepEqual(await digests().lastBefore(given[2]?.endTime ?? 0), given[2])
      assert.deepEqual(await digests().lastBefore((given[2]?.endTime ?? 0) - 1), given[1])
      assert.equal(await digests().lastBefore(NOW - 1), undefined)
    })

    it('follow one another (a gap would let a record go unsigned)', async () => {
      const last = await added(1)
      await trail().append(entry())
      const good = await next()
      for (const change of [
        { number: last.number },
        { number: last.number + 2 },
        { firstSeq: good.firstSeq + 1 },
        { firstSeq: good.firstSeq - 1 },
        { endTime: last.endTime },
        { lastSeq: good.firstSeq - 2 },
        { object: last.object },
        { lastHash: 'f'.repeat(64) },
        { lastSeq: good.lastSeq + 1 },
        { digest: 'no JSON' },
      ]) {
        await assert.rejects(digests().append({ ...good, ...change }), JSON.stringify(change))
      }
      await digests().append(good)
    })

    it('are delivered to each destination up to a number that only grows', async () => {
      const [one, other] = [fresh('to-'), fresh('to-')]
      await digests().noteDelivered(one, 5)
      await digests().noteDelivered(one, 4)
      await digests().noteDelivered(other, 1)
      await now().reopen()
      assert.deepEqual(await Promise.all([one, other].map((to) => digests().delivered(to))), [5, 1])
    })

    it('let the trail begin later, in small steps, and what is kept is whole and found', async () => {
      const gone = entry({ phase: 'intent' })
      await trail().append(gone)
      const [report, keptReport] = [fresh('i-'), fresh('i-')]
      await trail().appendOnce(entry(), report)
      await added(1200)
      const through = await added(1300)
      const kept = entry({ requestId: gone.requestId, resource: gone.resource })
      await trail().appendOnce(entry(), keptReport)
      await trail().append(kept)
      await assert.rejects(digests().prune(through.number + 1, 10), /no digest/)
      const before = await digests().base()
      const steps: number[] = []
      do {
        steps.push(await digests().prune(through.number, 999))
        // each step leaves a trail that is whole from its base on
        assert.equal((await digests().base()).seq, through.lastSeq)
        await checkedTrail(now().store)
      } while (steps.at(-1) !== 0)
      assert.ok(steps.every((step) => step <= 999))
      assert.equal(
        steps.reduce((sum, step) => sum + step, 0),
        through.lastSeq - before.seq,
      )
      const { number, lastSeq, lastHash } = through
      assert.deepEqual(await digests().base(), {
        seq: lastSeq,
        hash: lastHash,
        digestNumber: number,
      })
      assert.deepEqual(await digests().read(0, 10), [through])
      const found = async () =>
        (await trail().lookup({ requestId: gone.requestId, limit: 10 })).map((one) => one.eventId)
      assert.deepEqual(await found(), [kept.eventId])
      const ofThatTime = await trail().lookup({ from: NOW, to: NOW, limit: 3 })
      assert.equal(ofThatTime[0]?.eventId, kept.eventId)
      const open = await trail().openIntents()
      assert.ok(open.every(({ seq }) => seq > through.lastSeq))
      await now().reopen()
      await checkedTrail(now().store)
      assert.equal(await digests().prune(through.number, 10), 0)
      const later = await added(2)
      assert.equal(later.firstSeq, through.lastSeq + 1)
      assert.equal(await trail().appendOnce(entry(), report), true)
      assert.equal(await trail().appendOnce(entry(), keptReport), false)
      assert.deepEqual(await found(), [kept.eventId])
    })

    it('cannot let it begin earlier again', async () => {
      const [first, second] = [await added(1), await added(1)]
      while ((await digests().prune(second.number, 100)) > 0);
      await assert.rejects(digests().prune(first.number, 10), /no digest/)
      assert.equal((await digests().base()).seq, second.lastSeq)
    })
  })
}
