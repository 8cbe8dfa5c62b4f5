import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TryBudget } from '../credential-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { changesRights, fresh, NOW } from './given.ts'

const MINUTE = 60_000
/** A window of a minute begins then. */
const START = Math.floor(NOW / MINUTE) * MINUTE

export function describeTries(now: () => StoreUnderTest): void {
  describe('tries', () => {
    const passwords = () => now().store.identities.passwords
    const budget = (tries: number, windowMs = MINUTE): TryBudget => ({
      key: fresh('account '),
      tries,
      windowMs,
    })
    const take = async (budgets: readonly TryBudget[], at = START) =>
      (await passwords().takeTry(budgets, at)) === undefined
    /** How many are left in the window of `at`; uses them up. */
    const left = async (spent: TryBudget, at = START) => {
      let count = 0
      while (await take([spent], at)) count++
      return count
    }

    it('are as many as the budget has, until the window is over to the millisecond', async () => {
      const account = budget(3)
      assert.equal(await left(account, START), 3)
      assert.equal(await take([account], START + MINUTE - 1), false)
      assert.equal(await left(account, START + MINUTE), 3)
      assert.equal(await left(account, START + 5 * MINUTE), 3)
    })

    it('count in windows that are fixed, not in ones that each try opens anew', async () => {
      const account = budget(2)
      assert.equal(await take([account], START + MINUTE - 1), true)
      assert.equal(await left(account, START + MINUTE - 1), 1)
      assert.equal(await left(account, START + MINUTE), 2)
    })

    it('say, once spent, when all budgets have some again', async () => {
      const [minute, hour] = [budget(1), budget(1, 60 * MINUTE)]
      assert.equal(await passwords().takeTry([minute, hour], START), undefined)
      assert.equal(await passwords().takeTry([minute], START + 1), START + MINUTE)
      const hourEnd = (Math.floor(START / (60 * MINUTE)) + 1) * 60 * MINUTE
      assert.equal(await passwords().takeTry([minute, hour], START + 1), hourEnd)
    })

    it('are taken from every budget or from none', async () => {
      const [account, network, all] = [budget(2), budget(1), budget(5)]
      assert.equal(await take([account, network, all]), true)
      assert.equal(await take([account, network, all]), false)
      assert.equal(await take([network, account, all]), false)
      assert.equal(await left(account), 1)
      assert.equal(await left(network), 0)
      assert.equal(await left(all), 4)
    })

    it('are counted in each budget’s own window', async () => {
      const [minute, hour] = [budget(1), budget(2, 60 * MINUTE)]
      const hourStart = Math.ceil(NOW / (60 * MINUTE)) * 60 * MINUTE
      const at = (n: number) => take([minute, hour], hourStart + n * MINUTE)
      assert.deepEqual(
        [await at(0), await at(0), await at(1), await at(2)],
        [true, false, true, false],
      )
      assert.equal(await left(minute, hourStart + 2 * MINUTE), 1)
      assert.equal(await at(60), true)
    })

    it('are no more when 100 race for them', async () => {
      const [account, network] = [budget(5), budget(7)]
      const results = await Promise.all(Array.from({ length: 100 }, () => take([account, network])))
      assert.equal(results.filter(Boolean).length, 5)
      assert.equal(await left(network), 2)
    })

    it('are not given anew by a clock that goes back', async () => {
      const account = budget(2)
      assert.equal(await left(account, START), 2)
      assert.equal(await take([account], START - MINUTE), false)
      assert.equal(await take([account], START - 1), false)
      const other = budget(1)
      assert.equal(await take([budget(1)], START + 10 * MINUTE), true)
      assert.equal(await left(account, START + 1), 0)
      assert.equal(await left(other, START), 1)
    })

    it('end with the later of two windows that clocks disagree on', async () => {
      const account = budget(2)
      assert.equal(await take([account], START + MINUTE), true)
      assert.equal(await take([account], START), true)
      assert.equal(await left(account, START + MINUTE), 0)
      assert.equal(await left(account, START + 2 * MINUTE), 2)
    })

    it('are not given anew by a restart', async () => {
      const account = budget(2)
      await take([account])
      await now().reopen()
      assert.equal(await left(account), 1)
    })

    it('are whole again once given back', async () => {
      const [account, network] = [budget(2), budget(2)]
      await take([account, network])
      await passwords().giveBack(account.key)
      assert.equal(await left(account), 2)
      assert.equal(await left(network), 1)
      await passwords().giveBack(fresh('unknown '))
    })

    it('of a budget of none are none, and of no budget free', async () => {
      assert.equal(await take([budget(0)]), false)
      assert.equal(await take([]), true)
    })

    it('change no right', async () => {
      const account = budget(1)
      const acts = async () => {
        await take([account])
        await take([account])
        await passwords().giveBack(account.key)
      }
      assert.equal(await changesRights(now().store, acts), false)
    })
  })
}
