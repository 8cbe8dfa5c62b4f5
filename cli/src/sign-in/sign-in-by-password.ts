import { asAnswer, textOf, type Answer } from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { SIGN_IN } from '../api/operations.ts'
import { Refusal } from '../api/refusal.ts'
import type { AskSecret } from '../ask.ts'
import { Failure } from '../failure.ts'
import { credentialsOf, placeOf, type SessionPlace } from './assume-role.ts'
import type { Session } from './session.ts'

/** Wrong codes are asked for again; a wrong password is not, for the server would count it again. */
const MAX_QUESTIONS = 6

/**
 * Signs in with a password of the server itself (SignIn). It says what it wants besides: a code of the person's device, or a new
 * password.
 * @throws Failure `credentials` when it is not right
 */
export async function signInByPassword(
  api: Pick<ApiClient, 'call'>,
  place: SessionPlace,
  options: {
    readonly user: string
    readonly durationSeconds: number | undefined
    readonly ask: AskSecret
    /** What the server gave this machine before, and where it is kept that it gives now (known-machine.ts). */
    readonly device: string | undefined
    readonly remember: (device: string) => void
  },
): Promise<Session> {
  const { user, durationSeconds, ask, device, remember } = options
  let input: SignInInput = {
    UserName: user,
    Password: await ask(`Password of ${user} (not shown): `),
    DurationSeconds: durationSeconds,
    ...(device !== undefined && { Device: device }),
  }
  for (let questions = 0; questions < MAX_QUESTIONS; questions += 1) {
    const answer = await signIn(api, input)
    switch (answer.kind) {
      case 'in': {
        const { Device: given } = answer.answer
        // A server of before gives none.
        if (typeof given === 'string') remember(given)
        return {
          ...placeOf(place),
          ...credentialsOf(answer.answer),
          arn: textOf(asAnswer(answer.answer['User'], 'User'), 'Arn'),
          origin: { kind: 'password', user },
        }
      }
      case 'code':
        input = { ...input, TokenCode: await ask('Code of your device, or a recovery code: ') }
        break
      case 'new password':
        input = { ...input, NewPassword: await askTwice(ask, answer.why) }
        break
    }
  }
  throw new Failure('credentials', 'The server keeps asking; nobody is logged in.')
}

interface SignInInput {
  readonly UserName: string
  readonly Password: string
  readonly DurationSeconds: number | undefined
  readonly TokenCode?: string
  readonly NewPassword?: string
  readonly Device?: string
}

type SignInAnswer =
  | { readonly kind: 'in'; readonly answer: Answer }
  | { readonly kind: 'code' }
  | { readonly kind: 'new password'; readonly why: string }

async function signIn(api: Pick<ApiClient, 'call'>, input: SignInInput): Promise<SignInAnswer> {
  try {
    return { kind: 'in', answer: await api.call(SIGN_IN, input) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    switch (error.code) {
      case 'MultiFactorAuthRequiredException':
        return { kind: 'code' }
      case 'PasswordResetRequiredException':
      case 'PasswordPolicyViolation':
      case 'PasswordPolicyViolationException':
        return { kind: 'new password', why: error.message }
      default:
        throw error
    }
  }
}

async function askTwice(ask: AskSecret, why: string): Promise<string> {
  const password = await ask(`${why} New password (not shown): `)
  if ((await ask('The same again: ')) === password) return password
  throw new Failure('cancelled', 'The two are not the same; the password was not changed.')
}
