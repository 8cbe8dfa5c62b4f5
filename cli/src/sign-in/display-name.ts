import type { IDToken } from 'openid-client'

/** How a person is known at the provider, for people to read. */
export function displayName(claims: IDToken): string {
  // An address that was not verified is anybody's: it could be a colleague's.
  const email = claims['email_verified'] === false ? undefined : claims['email']
  const known = [email, claims['preferred_username']]
  return known.find((name): name is string => typeof name === 'string' && name !== '') ?? claims.sub
}

/** The same as the name of a role session, of which AWS allows `[\w+=,.@-]{2,64}`. It shows in ARNs and in the trail. */
export function roleSessionName(claims: IDToken): string {
  const name = displayName(claims)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_+=,.@-]+/g, '-')
    .slice(0, 64)
  return name.padEnd(2, '-')
}
