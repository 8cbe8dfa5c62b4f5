/**
 * What a login with a pushed key may do, as a small list: sshd options are made from it, never from the text of a request.
 * `login` is a shell or command with a terminal; `login-with-forwarding` adds what people use a jump through SSH for.
 */
export type OptionProfile = 'login' | 'login-with-forwarding'

const PROFILES: readonly string[] = ['login', 'login-with-forwarding'] satisfies OptionProfile[]

export function isOptionProfile(value: unknown): value is OptionProfile {
  return typeof value === 'string' && PROFILES.includes(value)
}
