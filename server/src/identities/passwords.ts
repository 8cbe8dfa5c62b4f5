import { passwordPolicyViolation } from '@fleetkey/domain/exceptions/iam'
import type { Envelope } from '../secrets/envelope.ts'
import type { PasswordRow } from '../store/credential-store.ts'
import type { EntityRow } from '../store/identity-store.ts'
import type { Store } from '../store/store.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'
import type { Waiting } from './turns.ts'
import { checkPassword, type PasswordPolicy } from './password-policy.ts'

// Hashes are sealed too: who has only the database cannot even begin to guess.
const passwordContext = (userId: string): string => `password ${userId}`

interface Parts {
  readonly store: Pick<Store, 'identities'>
  readonly envelope: Envelope
  readonly now: () => number
}

/**
 * Whether it is the user's password. `row` is undefined for users without one, and for nobody: that takes as long. The caller takes a try
 * out of the budgets first (budgets.ts).
 */
export function isPassword(
  { envelope }: Pick<Parts, 'envelope'>,
  row: PasswordRow | undefined,
  shown: { readonly password: string; readonly waiting: Waiting },
): Promise<boolean> {
  const hash = row && envelope.open(row.hash, passwordContext(row.userId))
  return verifyPassword(shown.password, hash, shown)
}

/**
 * Gives the user a password, or another in the place of `replaces`. Undefined when theirs is another by now: hashing takes a while, and what
 * somebody has set meanwhile stands. Throws PasswordPolicyViolation.
 */
export async function setPassword(
  parts: Parts,
  user: Pick<EntityRow, 'id' | 'name'>,
  wanted: {
    readonly password: string
    readonly resetRequired: boolean
    readonly policy: PasswordPolicy
    readonly replaces: PasswordRow | undefined
  },
): Promise<PasswordRow | undefined> {
  const { store, envelope, now } = parts
  const { password, resetRequired, policy, replaces: old } = wanted
  checkPassword(password, policy, user.name)
  const before = old === undefined ? [] : [old.hash, ...old.earlier]
  const forbidden = before.slice(0, policy.passwordReusePrevention)
  for (const sealed of forbidden) {
    if (
      await verifyPassword(password, envelope.open(sealed, passwordContext(user.id)), {
        waiting: 'known',
      })
    ) {
      throw passwordPolicyViolation(
        `The password must not be one of the last ${policy.passwordReusePrevention}.`,
      )
    }
  }
  const hash = envelope.seal(await hashPassword(password), passwordContext(user.id))
  const row = {
    userId: user.id,
    hash,
    resetRequired,
    createdAt: old?.createdAt ?? now(),
    changedAt: now(),
    earlier: before.slice(0, KEPT),
  }
  return (await store.identities.passwords.set(row, old?.hash)) ? row : undefined
}

/** As many as any policy can ask for. */
const KEPT = 24
