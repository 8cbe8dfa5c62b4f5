import { passwordPolicyViolation } from '@fleetkey/domain/exceptions/iam'
import type { Store } from '../store/store.ts'

/** What passwords of the account must be like. IAM API reference, "UpdateAccountPasswordPolicy"; members as there. */
export interface PasswordPolicy {
  /** 6 to 128. */
  readonly minimumPasswordLength: number
  readonly requireSymbols: boolean
  readonly requireNumbers: boolean
  readonly requireUppercaseCharacters: boolean
  readonly requireLowercaseCharacters: boolean
  readonly allowUsersToChangePassword: boolean
  /** Days until a password must be changed, 1 to 1095; 0: never. */
  readonly maxPasswordAge: number
  /** How many earlier passwords must not come again, 1 to 24; 0: any may. */
  readonly passwordReusePrevention: number
  /** An expired password is no longer good for its own change. */
  readonly hardExpiry: boolean
}

/**
 * Until the account sets one: long rather than composed (NIST SP 800-63B §3.1.1), and people may change their own. AWS's has eight
 * characters of three kinds.
 */
export const DEFAULT_PASSWORD_POLICY: PasswordPolicy = {
  minimumPasswordLength: 12,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
  allowUsersToChangePassword: true,
  maxPasswordAge: 0,
  passwordReusePrevention: 0,
  hardExpiry: false,
}

const SETTING = 'password-policy'

/** Undefined when the account has none of its own. */
export async function loadPasswordPolicy(
  store: Pick<Store, 'settings'>,
): Promise<PasswordPolicy | undefined> {
  const stored = await store.settings.get(SETTING)
  return stored === undefined ? undefined : (JSON.parse(stored) as PasswordPolicy)
}

export async function savePasswordPolicy(
  store: Pick<Store, 'settings'>,
  policy: PasswordPolicy | undefined,
): Promise<void> {
  await store.settings.set(SETTING, policy && JSON.stringify(policy))
}

/** Throws PasswordPolicyViolation with all that is wrong. */
export function checkPassword(password: string, policy: PasswordPolicy, userName: string): void {
  const wants = [
    [password.length >= policy.minimumPasswordLength, `${policy.minimumPasswordLength} characters`],
    [!policy.requireSymbols || /[!@#$%^&*()_+\-=[\]{}|']/.test(password), 'a symbol'],
    [!policy.requireNumbers || /[0-9]/.test(password), 'a digit'],
    [!policy.requireUppercaseCharacters || /[A-Z]/.test(password), 'an upper-case letter'],
    [!policy.requireLowercaseCharacters || /[a-z]/.test(password), 'a lower-case letter'],
  ] as const
  const missing = wants.filter(([has]) => !has).map(([, what]) => what)
  if (missing.length > 0) {
    throw passwordPolicyViolation(`The password must have at least ${missing.join(', ')}.`)
  }
  if (password.toLowerCase().includes(userName.toLowerCase()) && userName.length > 3) {
    throw passwordPolicyViolation('The password must not contain the user name.')
  }
}

const DAY_MS = 86_400_000

export function isTooOld(changedAt: number, policy: PasswordPolicy, now: number): boolean {
  return policy.maxPasswordAge > 0 && now - changedAt > policy.maxPasswordAge * DAY_MS
}
