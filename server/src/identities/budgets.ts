import { throttling } from '@fleetkey/domain/exceptions/server'
import type { PasswordStore, TryBudget } from '../store/credential-store.ts'
import { networkOf } from '../network.ts'

const MINUTE_MS = 60_000

/** Of somebody who is signed in and shows once more who they are: of theirs alone, so that nobody else can use it up. */
export const ownBudget = (whose: string): TryBudget => ({
  key: `own ${whose}`,
  tries: 10,
  windowMs: 10 * MINUTE_MS,
})

/** Of one network: tokens that were refused. What is over it leaves no record either, so that strangers cannot fill the trail. */
export const tokenBudget = (sourceAddress: string): TryBudget => ({
  key: `token ${networkOf(sourceAddress)}`,
  tries: 60,
  windowMs: MINUTE_MS,
})

/** Of one network: answers of browsers about which a provider is asked. Those that it vouches for are given back. */
export const answerBudget = (sourceAddress: string): TryBudget => ({
  key: `answer ${networkOf(sourceAddress)}`,
  tries: 60,
  windowMs: MINUTE_MS,
})

/** Of everybody together: refused tokens from many networks, of which one party can have any number (IPv6). */
export const everybodysTokenBudget: TryBudget = {
  key: 'token everybody',
  tries: 600,
  windowMs: MINUTE_MS,
}

export type Tries = { readonly identities: { readonly passwords: Pick<PasswordStore, 'takeTry'> } }

/** Takes one try out of each, before anything is verified. Throws Throttling, with when to come back, when one is spent. */
export const takeTry = (store: Tries, budgets: readonly TryBudget[], now: number): Promise<void> =>
  takeTryOf(store, [budgets], now)

/** As {@link takeTry}, by the first of these ways that has one. */
export async function takeTryOf(
  store: Tries,
  ways: readonly (readonly TryBudget[])[],
  now: number,
): Promise<void> {
  let soonest = Infinity
  for (const budgets of ways) {
    // oxlint-disable-next-line no-await-in-loop -- the next only when there is none by this one
    const until = await store.identities.passwords.takeTry(budgets, now)
    if (until === undefined) return
    soonest = Math.min(soonest, until)
  }
  throw throttling(Math.ceil((soonest - now) / 1000))
}
