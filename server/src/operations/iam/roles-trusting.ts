import { oidcProviderArn } from '@fleetkey/domain/arn'
import type { RoleRow } from '../../store/identity-store.ts'
import type { Asker, HandOver } from '../operation.ts'
import { compiledPolicy, policySetOf } from '../policy-set-of.ts'

/** What whoever the provider of that name vouches for gets: everything that the roles may do whose trust policies name it. */
export async function rolesTrusting(
  providerName: string,
  { store, realm }: Pick<Asker, 'store' | 'realm'>,
): Promise<readonly HandOver[]> {
  const names = [providerName, oidcProviderArn(realm, providerName)]
  const roles = (await store.identities.roles.list()).filter((role) => trustsOneOf(role, names))
  const handed = await Promise.all(
    roles.map(async (role) => {
      const rights = await store.identities.rights(role.id)
      if (rights === undefined) return []
      return [
        {
          to: `whoever ${providerName} vouches for, as role ${role.name}`,
          before: undefined,
          after: policySetOf(rights, realm),
        },
      ]
    }),
  )
  return handed.flat()
}

function trustsOneOf({ trustPolicy }: RoleRow, names: readonly string[]): boolean {
  const { statements } = compiledPolicy(trustPolicy, 'trust')
  return statements.some(
    ({ effect, principal }) =>
      effect === 'Allow' &&
      principal?.entries.some(({ kind, text }) => kind === 'provider' && names.includes(text)),
  )
}
