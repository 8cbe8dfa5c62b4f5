import type { ApiRefusal } from '../../api/api-refusal.ts'
import type { PasskeyOptions } from '../../api/passkeys.ts'

/** What is asked for: each is told apart by the refusal of what was sent before. */
export type SignInStep = 'password' | 'code' | 'new password'

export const STEP_TITLES: Readonly<Record<SignInStep, string>> = {
  password: 'Sign in',
  code: 'Multi-factor authentication',
  'new password': 'Change your password',
}

/** What has been typed so far. */
export interface Typed {
  readonly userName: string
  readonly password: string
  readonly code: string
  readonly newPassword: string
  readonly again: string
}

export const NOTHING_TYPED: Typed = {
  userName: '',
  password: '',
  code: '',
  newPassword: '',
  again: '',
}

/** The step that a refusal asks for; undefined when it is none, and what was typed was wrong. */
export function stepAskedBy({ code }: ApiRefusal): SignInStep | undefined {
  switch (code) {
    case 'MultiFactorAuthRequiredException':
      return 'code'
    case 'PasswordResetRequiredException':
      return 'new password'
    default:
      return undefined
  }
}

/**
 * What a refusal says to who has shown this. The server tells nobody which of all was wrong; whoever was asked for a code has shown the right
 * password just now.
 */
export function refusalAt(shown: SignInStep | 'passkey', { code, message }: ApiRefusal): string {
  if (code !== 'AuthenticationFailedException') return message
  switch (shown) {
    case 'passkey':
      return 'That passkey signs nobody in here: it was removed, or is of another server, or its user may not use the console. Sign in with your password, or ask an administrator.'
    case 'password':
      return 'The user name or the password is wrong. Both tell capital letters from small ones; an administrator can set another password.'
    case 'code':
      return 'That is not the code. Each is good for once and for a minute and a half: wait for the next that your app shows, and see that its clock is right.'
    case 'new password':
      return message
  }
}

/** What the second factor may be. */
export interface Factors {
  /** A code of an app, or a recovery code. */
  readonly takesCode: boolean
  /** What a passkey is to sign; undefined where the user has none for this address. */
  readonly passkey: PasskeyOptions | undefined
}

export function factorsOf({ members }: Pick<ApiRefusal, 'members'>): Factors {
  const { Kinds: kinds, PasskeyOptions: passkey } = members
  const takesCode = !Array.isArray(kinds) || kinds.some((kind) => kind !== 'Passkey')
  return { takesCode, passkey: passkey as PasskeyOptions | undefined }
}

/** What is sent: of a step that was not asked for, nothing. */
export function fieldsOf(typed: Typed) {
  const { userName, password, code, newPassword } = typed
  return {
    UserName: userName.trim(),
    Password: password,
    // As the app shows it: `123 456`. Recovery codes have a hyphen.
    ...(code !== '' && { TokenCode: code.replaceAll(/\s/g, '') }),
    ...(newPassword !== '' && { NewPassword: newPassword }),
  }
}

/** What can be said before anything is sent, by field. */
export function mistakes(step: SignInStep, typed: Typed): Partial<Record<keyof Typed, string>> {
  switch (step) {
    case 'password':
      return {
        ...(typed.userName.trim() === '' && { userName: 'Enter your user name.' }),
        ...(typed.password === '' && { password: 'Enter your password.' }),
      }
    case 'code':
      return /^(\d{6}|[a-z2-9]{5}-[a-z2-9]{5})$/.test(typed.code.replaceAll(/\s/g, ''))
        ? {}
        : { code: 'Six digits, or a recovery code such as abcde-fghij.' }
    case 'new password':
      return {
        ...(typed.newPassword === '' && { newPassword: 'Enter a new password.' }),
        ...(typed.newPassword === typed.password &&
          typed.password !== '' && { newPassword: 'It must differ from the one you have.' }),
        ...(typed.again !== typed.newPassword && { again: 'The two are not the same.' }),
      }
  }
}
