/** What users, groups and roles have in common is written once, for a kind. */
export interface Kind {
  /** In the names of operations: `User` in `TagUser`. */
  readonly noun: 'User' | 'Group' | 'Role'
  readonly word: 'user' | 'group' | 'role'
  /** In examples. */
  readonly example: string
}

export const USER: Kind = { noun: 'User', word: 'user', example: 'alice' }
export const GROUP: Kind = { noun: 'Group', word: 'group', example: 'sre' }
export const ROLE: Kind = { noun: 'Role', word: 'role', example: 'oncall' }

/** The member of a request that names one: `{ UserName: 'alice' }`. */
export const named = ({ noun }: Kind, name: string) => ({ [`${noun}Name`]: name })

/** `fleetkey iam users`, as examples begin. */
export const commandOf = ({ word }: Kind): string => `fleetkey iam ${word}s`
