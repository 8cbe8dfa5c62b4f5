import { isInCidr } from './address-range.ts'

export interface AccessLogin {
  readonly user: string
  readonly groups: readonly string[]
  /** Undefined when it is not known whence the login comes. */
  readonly address: string | undefined
}

export type AccessVerdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly line: string; readonly number: number }
  /** A rule that only the system itself can judge comes first. */
  | { readonly kind: 'unknown'; readonly line: string; readonly number: number }

/** access.conf(5): the first line that matches user and origin decides; none is a yes. */
export function judgeAccess(text: string, login: AccessLogin): AccessVerdict {
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^#.*/, '').trim()
    const [, permission, users = '', origins = ''] = /^([+-])\s*:([^:]*):(.*)$/.exec(line) ?? []
    if (permission === undefined) continue
    const isUser = matchesList(users, (token) => matchesUser(token, login))
    if (isUser === false) continue
    const isOrigin = matchesList(origins, (token) => matchesOrigin(token, login.address))
    if (isOrigin === false) continue
    const where = { line, number: index + 1 }
    if (isUser === undefined || isOrigin === undefined) return { kind: 'unknown', ...where }
    return permission === '+' ? { kind: 'allowed' } : { kind: 'refused', ...where }
  }
  return { kind: 'allowed' }
}

type Match = boolean | undefined

/** `A B EXCEPT C D`, also nested: undefined when a token that counts cannot be judged. */
function matchesList(list: string, matches: (token: string) => Match): Match {
  const tokens = list.split(/[\s,]+/).filter((token) => token !== '')
  const except = tokens.indexOf('EXCEPT')
  const included = any(tokens.slice(0, except < 0 ? undefined : except).map(matches))
  if (except < 0 || included === false) return included
  const excluded = matchesList(tokens.slice(except + 1).join(' '), matches)
  if (excluded === true) return false
  return excluded === undefined ? undefined : included
}

const any = (found: readonly Match[]): Match =>
  found.includes(true) ? true : found.includes(undefined) ? undefined : false

function matchesUser(token: string, { user, groups }: AccessLogin): Match {
  if (token === 'ALL') return true
  if (token.startsWith('@')) return undefined // a netgroup
  const group = /^\((.*)\)$/.exec(token)?.[1]
  if (group !== undefined) return groups.includes(group)
  // Without the option nodefgroup a name may be a group's as well.
  return token === user || groups.includes(token)
}

function matchesOrigin(token: string, address: string | undefined): Match {
  if (token === 'ALL') return true
  // Without a domain, a terminal, cron: nothing that comes over the network by its address.
  if (token === 'LOCAL' || /^(?:tty|cron|:)/.test(token)) return false
  if (address === undefined || token.startsWith('@')) return undefined
  if (/^[0-9a-fA-F:.]+(?:\/\d+)?$/.test(token)) {
    if (token.endsWith('.')) return address.startsWith(token)
    return isInCidr(token, address)
  }
  return undefined // a name: depends on what the resolver says
}
