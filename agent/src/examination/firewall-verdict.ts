/** What a firewall makes of a new connection from an address to a port. */
export type FirewallVerdict =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'dropped' | 'rejected'
      /** e.g. `table inet filter, chain input`, for a person. */
      readonly where: string
      /** The chain to put a rule into, in the words of its program. */
      readonly chain: string
      /** By a rule, or by what the chain does at its end. */
      readonly by: 'rule' | 'policy'
    }
  /** A rule comes first that cannot be judged here. */
  | { readonly kind: 'unknown'; readonly because: string }

export interface NewConnection {
  readonly address: string
  readonly port: number
}

/** Whether a part of a rule holds for the connection; undefined when that cannot be known. */
export type Match = boolean | undefined

/** All must hold. A single no is a no, whatever else is not known. */
export function all(matches: readonly Match[]): Match {
  if (matches.includes(false)) return false
  return matches.includes(undefined) ? undefined : true
}
