let token = ''

/** What proves that a request comes from a page of ours: the session's, told to whoever may read its answers. Empty when signed out. */
export function csrfToken(): string {
  return token
}

export function keepCsrfToken(told: string): void {
  token = told
}
