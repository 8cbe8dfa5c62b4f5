/** What the administrator of a new deployment types. */
export interface NewAdministrator {
  readonly userName: string
  readonly password: string
  readonly again: string
}

/** Characters of a password where the account has set no policy of its own (docs/operate/policies.md). */
const SHORTEST = 12

/** What can be said before anything is sent, by field. */
export function mistakesOf(
  typed: NewAdministrator,
): Partial<Record<keyof NewAdministrator, string>> {
  const { userName, password, again } = typed
  return {
    ...(!/^[\w+=,.@-]{1,64}$/.test(userName) && {
      userName: '1 to 64 letters, digits or any of _ + = , . @ -',
    }),
    ...(password.length < SHORTEST
      ? { password: `At least ${SHORTEST} characters.` }
      : userName.length > 3 &&
        password.toLowerCase().includes(userName.toLowerCase()) && {
          password: 'It must not contain the user name.',
        }),
    ...(again !== password && { again: 'The two are not the same.' }),
  }
}

/** Of the address: `#TOKEN`, as the server told it. */
export const tokenIn = (hash: string): string => /^#([\w-]{16,64})$/.exec(hash)?.[1] ?? ''
