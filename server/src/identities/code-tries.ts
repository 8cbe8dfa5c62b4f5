import type { TryBudget } from '../store/credential-store.ts'
import { takeTry, type Tries } from './budgets.ts'
import type { KnownDevice } from './known-devices.ts'
import { networkOf } from '../network.ts'

const MINUTE_MS = 60_000

/** Who shows a second factor. */
export type CodeTrier =
  | { readonly sourceAddress: string }
  /** What the user has and a stranger has not, even one who knows the password: a device that they were signed in from, a key that signs. */
  | { readonly holds: string }

export const onDevice = ({ deviceId }: KnownDevice): CodeTrier => ({ holds: `device ${deviceId}` })

/** A temporary key is tried as what it was made with: else each new one would have tries of its own. */
export const withKey = (caller: {
  readonly accessKeyId: string
  readonly session: { readonly parentKeyId: string | undefined } | undefined
}): CodeTrier => ({ holds: `key ${caller.session?.parentKeyId ?? caller.accessKeyId}` })

/**
 * How often a second factor may be shown: five times a minute. Whoever has only the password takes no try from whom it belongs to, where they
 * have been before, and from one network not all those of newcomers. Of six digits three are right at any moment: 30 in ten minutes find one
 * in a day in 1.3 % of cases, and whoever holds something of the user's likewise.
 * @param whose id of the user
 */
export function codeTries(whose: string, trier: CodeTrier): readonly TryBudget[] {
  const minute = (of: string) => ({ key: `code ${of}`, tries: 5, windowMs: MINUTE_MS })
  const total = (of: string) => ({ key: `codes ${of}`, tries: 30, windowMs: 10 * MINUTE_MS })
  if ('holds' in trier) return [minute(`${whose} by ${trier.holds}`), total(`${whose} by holders`)]
  const network = networkOf(trier.sourceAddress)
  return [
    minute(`${whose} from ${network}`),
    { key: `codes ${whose} from ${network}`, tries: 10, windowMs: 10 * MINUTE_MS },
    total(whose),
  ]
}

/** Takes one try before anything is compared, and returns what gives it back to who was right. Throws Throttling when there is none. */
export async function takeCodeTry(
  store: Tries & CanGiveBack,
  budgets: readonly TryBudget[],
  now: number,
): Promise<() => Promise<void>> {
  await takeTry(store, budgets, now)
  return async () => {
    await Promise.all(budgets.map(({ key }) => store.identities.passwords.giveBack(key)))
  }
}

interface CanGiveBack {
  readonly identities: { readonly passwords: { giveBack(key: string): Promise<void> } }
}
