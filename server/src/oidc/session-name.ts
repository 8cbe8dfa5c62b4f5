import type { Claims } from './web-identity.ts'

/**
 * What a role session of this person is called: their address, or what else the provider calls them. Of what AWS allows, `[\w+=,.@-]{2,64}`;
 * the same as `fleetkey login` gives.
 */
export function sessionNameOf(claims: Claims, subject: string): string {
  // An address that was not verified is anybody's: it could be a colleague's.
  const email = claims['email_verified'] === false ? undefined : claims['email']
  const known = [email, claims['preferred_username'], subject]
  const name = known.find((each): each is string => typeof each === 'string' && each !== '') ?? ''
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_+=,.@-]+/g, '-')
    .slice(0, 64)
    .padEnd(2, '-')
}
