/** Kept in this browser, for this person's comfort: never a secret, and nothing that anything depends on. */
export interface Keeper {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** Undefined where nothing was kept, or what was kept is no JSON. */
export function readStored(key: string, keeper?: Keeper): unknown {
  try {
    return JSON.parse((keeper ?? localStorage).getItem(key) ?? '')
  } catch {
    return undefined
  }
}

/** Whether it is kept: a browser may have no room for it, or no leave. */
export function keep(key: string, value: unknown, keeper?: Keeper): boolean {
  try {
    ;(keeper ?? localStorage).setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}
