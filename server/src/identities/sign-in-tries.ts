import type { TryBudget } from '../store/credential-store.ts'
import type { KnownDevice } from './known-devices.ts'
import { networkOf, surroundingsOf } from '../network.ts'
import type { Waiting } from './turns.ts'

const MINUTE_MS = 60_000
const TEN_MINUTES_MS = 10 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS

/** What is tried; each has tries of its own, so that a flood of one stops no other. */
export type Tried = 'password' | 'passkey' | 'challenge' | 'set-up'

/** Who tries it. */
export interface Trying {
  readonly sourceAddress: string
  /** The device, where it is known as one of whom they say that they are. */
  readonly device?: KnownDevice | undefined
  /** Whose password it is to be, where that is said. */
  readonly account?: string
}

export interface SignInTries {
  /** One try is taken out of every budget of the first way that has one in each. */
  readonly ways: readonly (readonly TryBudget[])[]
  /** Keys of those that are the account's own, given back to who turns out to be it. */
  readonly own: readonly string[]
  /** How they wait for what is dear. */
  readonly waiting: Waiting
}

/** A password is sent again with each further factor; for a passkey there is one challenge each time that it is only asked for. */
const FREELY: Readonly<Record<Tried, number>> = {
  password: 1,
  passkey: 1,
  challenge: 6,
  'set-up': 1,
}

/**
 * How often somebody may try to sign in. Where they were before, out of what is theirs: nobody else can use that up. Anybody else shares: with all
 * who try the same account (security.md T34), with their network, with what is around it, and with everybody, as hashing a password is what
 * costs the server most. A quarter of that is for networks from which little came this hour, so that ten that flood it do not have all of it.
 */
export function signInTries(tried: Tried, { sourceAddress, device, account }: Trying): SignInTries {
  const budget = (what: string, tries: number, windowMs: number): TryBudget => ({
    key: `${tried} ${what}`,
    tries,
    windowMs,
  })
  if (device !== undefined) {
    const { deviceId, userId } = device
    const freely = FREELY[tried]
    const own = [
      budget(`device ${deviceId}`, 10 * freely, TEN_MINUTES_MS),
      budget(`devices of ${userId}`, 30 * freely, TEN_MINUTES_MS),
    ]
    return { ways: [own], own: keysOf(own), waiting: 'known' }
  }
  const network = networkOf(sourceAddress)
  const around = surroundingsOf(sourceAddress)
  const own =
    account === undefined
      ? []
      : [
          budget(`account ${account} from ${network}`, 10, TEN_MINUTES_MS),
          budget(`account ${account}`, 30, TEN_MINUTES_MS),
        ]
  const common = [...own, budget(`network ${network}`, 300, HOUR_MS)]
  const crowd = [
    budget(`minute of ${network}`, 60, MINUTE_MS),
    budget(`minute of ${around}`, 100, MINUTE_MS),
    budget('minute of everybody', 450, MINUTE_MS),
  ]
  const newcomers = [
    budget(`newcomers of ${network}`, 4, HOUR_MS),
    budget(`newcomers of ${around}`, 10, MINUTE_MS),
    budget('newcomers', 150, MINUTE_MS),
  ]
  return {
    ways: [
      [...common, ...crowd],
      [...common, ...newcomers],
    ],
    own: keysOf(own),
    waiting: { network },
  }
}

const keysOf = (budgets: readonly TryBudget[]): readonly string[] => budgets.map(({ key }) => key)
