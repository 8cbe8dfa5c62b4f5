import type { SshdConfig } from '../sshd.ts'
import { isInCidr } from './address-range.ts'
import { matchesPattern } from './pattern.ts'

/** The login that the lists of sshd_config(5) decide on. */
export interface ListedLogin {
  readonly user: string
  readonly groups: readonly string[]
  /** Undefined when it is not known whence the login comes. */
  readonly address: string | undefined
}

export type ListVerdict =
  | { readonly kind: 'allowed' }
  /** By this keyword; `pattern` is what matched, absent where nothing did. */
  | { readonly kind: 'refused'; readonly keyword: ListKeyword; readonly pattern?: string }
  /** Depends on the address, which is not known. */
  | { readonly kind: 'unknown'; readonly keyword: ListKeyword }

export type ListKeyword = 'DenyUsers' | 'AllowUsers' | 'DenyGroups' | 'AllowGroups'

/** sshd_config(5): the lists are asked in this order, and the first that says no is the end. */
export function judgeLists(config: SshdConfig, login: ListedLogin): ListVerdict {
  const list = (keyword: ListKeyword) => config.get(keyword.toLowerCase()) ?? []
  for (const pattern of list('DenyUsers')) {
    const matches = matchesUser(pattern, login)
    if (matches === undefined) return { kind: 'unknown', keyword: 'DenyUsers' }
    if (matches) return { kind: 'refused', keyword: 'DenyUsers', pattern }
  }
  if (list('AllowUsers').length > 0) {
    const matches = list('AllowUsers').map((pattern) => matchesUser(pattern, login))
    if (!matches.includes(true)) {
      const kind = matches.includes(undefined) ? 'unknown' : 'refused'
      return { kind, keyword: 'AllowUsers' }
    }
  }
  const denied = list('DenyGroups').find((pattern) => matchesGroup(pattern, login))
  if (denied !== undefined) return { kind: 'refused', keyword: 'DenyGroups', pattern: denied }
  const groups = list('AllowGroups')
  return groups.length === 0 || groups.some((pattern) => matchesGroup(pattern, login))
    ? { kind: 'allowed' }
    : { kind: 'refused', keyword: 'AllowGroups' }
}

const matchesGroup = (pattern: string, { groups }: ListedLogin) =>
  groups.some((group) => matchesPattern(pattern, group))

/** `USER`, or `USER@HOST`; undefined when the host decides and is not known. */
function matchesUser(pattern: string, { user, address }: ListedLogin): boolean | undefined {
  const at = pattern.lastIndexOf('@')
  if (at < 0) return matchesPattern(pattern, user)
  if (!matchesPattern(pattern.slice(0, at), user)) return false
  return address === undefined ? undefined : matchesHost(pattern.slice(at + 1), address)
}

/** A list of addresses, CIDR ranges and patterns; `!` takes out. sshd knows no names here unless UseDNS is set. */
function matchesHost(list: string, address: string): boolean {
  const parts = list.split(',')
  const matches = (part: string) => isInCidr(part, address) || matchesPattern(part, address)
  if (parts.some((part) => part.startsWith('!') && matches(part.slice(1)))) return false
  return parts.some((part) => !part.startsWith('!') && matches(part))
}
