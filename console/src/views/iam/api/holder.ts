/** Who can hold policies. */
export interface Holder {
  readonly kind: HolderKind
  readonly name: string
}

export type HolderKind = 'user' | 'group' | 'role'

/** In names of operations and members: `User` of `AttachUserPolicy` and `UserName`. */
export const NOUNS: Readonly<Record<HolderKind, 'User' | 'Group' | 'Role'>> = {
  user: 'User',
  group: 'Group',
  role: 'Role',
}

/** As people say it. */
export const WORDS: Readonly<Record<HolderKind, string>> = {
  user: 'user',
  group: 'user group',
  role: 'role',
}

/** How requests name it: `{ UserName: 'alice' }`. */
export const named = ({ kind, name }: Holder): object => ({ [`${NOUNS[kind]}Name`]: name })

const FOLDERS: Readonly<Record<HolderKind, string>> = {
  user: 'users',
  group: 'groups',
  role: 'roles',
}

/** The list that it stands in, as a crumb on the way to its page. */
export const listOf = (kind: HolderKind): { readonly text: string; readonly href: string } => ({
  text: LISTS[kind],
  href: `/iam/${FOLDERS[kind]}`,
})

const LISTS: Readonly<Record<HolderKind, string>> = {
  user: 'Users',
  group: 'User groups',
  role: 'Roles',
}

/** Its page. */
export const pageOf = ({ kind, name }: Holder): string =>
  `/iam/${FOLDERS[kind]}/${encodeURIComponent(name)}`

/** The page of a managed policy. */
export const policyPage = (arn: string): string => `/iam/policies/${encodeURIComponent(arn)}`

/** Whether it is one of those that come with Fleetkey under AWS's names, which nobody changes. */
export const isOfAws = (arn: string): boolean => arn.startsWith('arn:aws:iam::aws:')

/** The user or role behind an ARN; undefined for others, such as root. */
export function holderOf(arn: string): Holder | undefined {
  const [, kind, name] = /:(user|role|group)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  return name === undefined ? undefined : { kind: kind as HolderKind, name }
}
