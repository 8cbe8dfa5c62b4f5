import { passkeyArn } from '@fleetkey/domain/arn'
import type { Realm } from '@fleetkey/domain/realm'
import type { EntityRow } from '../../store/identity-store.ts'
import type { PasskeyRow } from '../../store/passkey-store.ts'

export const shownPasskey = (
  { passkeyId, name, rpId, isSynced, createdAt, lastUsedAt }: PasskeyRow,
  { user, realm }: { readonly user: EntityRow; readonly realm: Realm },
) => ({
  PasskeyId: passkeyId,
  /** For DeactivateMFADevice. */
  SerialNumber: passkeyArn(realm, user.name, passkeyId),
  Name: name,
  /** The host name that it is good for. */
  HostName: rpId,
  /** Whether it is kept by more than one device of its owner. */
  IsSynced: isSynced,
  CreateDate: new Date(createdAt),
  LastUsedDate: lastUsedAt === undefined ? undefined : new Date(lastUsedAt),
})
