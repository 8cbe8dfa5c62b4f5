import { throttling } from '@fleetkey/domain/exceptions/server'
import type { TryBudget } from '../store/credential-store.ts'
import type { Store } from '../store/store.ts'
import { networkOf } from './network.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Of one account: what an online guesser gets, however many addresses they have (security.md T34). */
export const passwordBudget = (account: string): TryBudget => ({
  key: `password ${account}`,
  tries: 10,
  windowMs: 10 * MINUTE_MS,
})

/** Six digits, three of which are right at any moment: at 5 a minute a day of guessing finds one in 2 % of cases. */
export const codeBudget = (userId: string): TryBudget => ({
  key: `code ${userId}`,
  tries: 5,
  windowMs: MINUTE_MS,
})

/** Of one network: many accounts tried from one place. */
export const networkBudget = (sourceAddress: string): TryBudget => ({
  key: `network ${networkOf(sourceAddress)}`,
  tries: 300,
  windowMs: HOUR_MS,
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

/** Of everybody together: many accounts tried from many places. Hashing a password is also what costs the server most. */
export const everybodysBudget: TryBudget = { key: 'everybody', tries: 600, windowMs: MINUTE_MS }

/** Takes one try out of each, before anything is verified. Throws Throttling, with when to come back, when one is spent. */
export async function takeTry(
  store: { readonly identities: Pick<Store['identities'], 'passwords'> },
  budgets: readonly TryBudget[],
  now: number,
): Promise<void> {
  const until = await store.identities.passwords.takeTry(budgets, now)
  if (until !== undefined) throw throttling(Math.ceil((until - now) / 1000))
}
