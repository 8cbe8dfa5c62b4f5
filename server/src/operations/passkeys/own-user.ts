import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import type { EntityRow } from '../../store/identity-store.ts'
import type { PasskeyRow } from '../../store/passkey-store.ts'
import type { Asker } from '../operation.ts'

/** Passkeys are made by whose they are, and by nobody for others. Throws Validation for root and for roles. */
export async function requireOwnUser({ caller, store }: Asker): Promise<EntityRow> {
  const { principal } = caller
  const user =
    principal.kind === 'user' ? await store.identities.entities.byId(principal.userId) : undefined
  if (user !== undefined) return user
  throw validationFailure(
    'Only users have passkeys. Whoever has a role signs in where their account is.',
  )
}

/** Throws NoSuchEntity, also when it is somebody else's. */
export async function requireOwnPasskey(passkeyId: string, asker: Asker): Promise<PasskeyRow> {
  const user = await requireOwnUser(asker)
  const row = await asker.store.identities.passkeys.get(passkeyId)
  if (row?.userId !== user.id) throw noSuchEntity(`Passkey ${passkeyId} of your own`)
  return row
}

/** For its owner: any text of one line. */
export const PASSKEY_NAME = { min: 1, max: 64, pattern: /^[^\p{C}\p{Zl}\p{Zp}]*$/u } as const
