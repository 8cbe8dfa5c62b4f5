import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { accountIsFull, QUOTAS, type CountedKind } from '@fleetkey/iam/quotas'
import type { World } from '../operation.ts'

/** How many of a kind the account may have: what the store's `create` is told. */
export const quotaOf = (kind: CountedKind): number => QUOTAS.perAccount[kind]

/** Why the store made none: the account has as many as it may, or the name is `taken`. */
export async function notCreated(
  kind: CountedKind,
  taken: ServiceException,
  { store }: Pick<World, 'store'>,
): Promise<ServiceException> {
  const count = await store.identities.entities.count(kind)
  return count >= quotaOf(kind) ? accountIsFull(kind) : taken
}
