import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StoreUnderTest } from '../store.contract.ts'
import { created } from './given-identities.ts'
import { fresh } from './given.ts'

export function describeExclusively(now: () => StoreUnderTest): void {
  describe('works that run exclusively', () => {
    const exclusively = <T>(work: () => Promise<T>) => now().store.exclusively(work)

    it('run one at a time, in the order of arrival, and give what they gave', async () => {
      const log: string[] = []
      const work = (n: number) => async () => {
        log.push(`begin ${n}`)
        await now().store.settings.get('anything')
        log.push(`end ${n}`)
        return n
      }
      const results = await Promise.all([1, 2, 3].map((n) => exclusively(work(n))))
      assert.deepEqual(results, [1, 2, 3])
      assert.deepEqual(
        log,
        [1, 2, 3].flatMap((n) => [`begin ${n}`, `end ${n}`]),
      )
    })

    it('see what the ones before them wrote (two checks would both pass, and both write)', async () => {
      const { store } = now()
      const { id } = await created(store)
      const takeTurn = async () => {
        const tags = (await store.identities.entities.byId(id))?.tags ?? {}
        const next = String(Number(tags['count'] ?? '0') + 1)
        await store.identities.entities.changeTags(id, { set: { count: next }, limit: 50 })
      }
      await Promise.all(Array.from({ length: 20 }, () => exclusively(takeTurn)))
      assert.equal((await store.identities.entities.byId(id))?.tags['count'], '20')
    })

    it('leave the next alone when one rejects or throws', async () => {
      const name = fresh('setting-')
      const works = [
        exclusively(() => Promise.reject(new Error('rejected'))),
        exclusively(() => {
          throw new Error('thrown')
        }),
        exclusively(() => now().store.settings.setIfAbsent(name, 'written')),
      ]
      const [rejected, thrown, written] = await Promise.allSettled(works)
      assert.match(String(rejected?.status === 'rejected' && rejected.reason), /rejected/)
      assert.match(String(thrown?.status === 'rejected' && thrown.reason), /thrown/)
      assert.deepEqual(written, { status: 'fulfilled', value: 'written' })
    })

    it('hold up no write that is outside', async () => {
      const outside = Promise.withResolvers<void>()
      const inside = exclusively(() => outside.promise)
      await now().store.settings.setIfAbsent(fresh('setting-'), 'x')
      outside.resolve()
      await inside
    })
  })
}
