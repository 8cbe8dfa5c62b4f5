import { oidcProviderArn } from '@fleetkey/domain/arn'
import type { RoleRow } from '../../store/identity-store.ts'
import type { Asker, HandOver } from '../operation.ts'
import { compiledPolicy } from '../policy-set-of.ts'
import { handOverPlace } from './hand-over.ts'

/** What whoever the provider of that name vouches for gets: everything that the roles may do whose trust policies name it. */
export async function rolesTrusting(
  providerName: string,
  scope: Asker,
): Promise<readonly HandOver[]> {
  const names = [providerName, oidcProviderArn(scope.realm, providerName)]
  const roles = (await scope.store.identities.roles.list()).filter((role) =>
    trustsOneOf(role, names),
  )
  const handed = roles.map((role) =>
    handOverPlace(role.id, {
      to: `whoever ${providerName} vouches for, as role ${role.name}`,
      scope,
    }),
  )
  return (await Promise.all(handed)).flat()
}

function trustsOneOf({ trustPolicy }: RoleRow, names: readonly string[]): boolean {
  const { statements } = compiledPolicy(trustPolicy, 'trust')
  return statements.some(
    ({ effect, principal }) =>
      effect === 'Allow' &&
      principal?.entries.some(({ kind, text }) => kind === 'provider' && names.includes(text)),
  )
}
