import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { rootArn } from '@fleetkey/domain/arn'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { EntityRow } from '../../store/identity-store.ts'
import type { Asker, Resource } from '../operation.ts'
import { resourceOf } from './entity-resource.ts'
import { LONG_NAME } from './names.ts'
import { requireEntity, USER } from './naming.ts'

/** `UserName` where AWS lets it be left out: the caller is meant then. */
export const readOptionalUserName = (v: Members): string | undefined =>
  v.optionalString('UserName', LONG_NAME)

/** Whom such a request means: a user by name, the caller's own user by its id, or the account's root. */
type Whom =
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'own'; readonly userId: string; readonly name: string }
  | { readonly kind: 'root' }

/** Throws ValidationException when a role asks about itself: it is no user. */
function whom(userName: string | undefined, { caller: { principal } }: Asker): Whom {
  if (userName !== undefined) return { kind: 'user', name: userName }
  switch (principal.kind) {
    case 'root':
      return { kind: 'root' }
    case 'user':
      return { kind: 'own', userId: principal.userId, name: principal.userName }
    case 'assumedRole':
    case 'webIdentity':
      throw validationFailure('Must specify userName when calling with non-User credentials')
  }
}

/** The user that is meant; undefined for root. Throws NoSuchEntity. */
export async function requireOwnUser(
  userName: string | undefined,
  asker: Asker,
): Promise<EntityRow | undefined> {
  const meant = whom(userName, asker)
  switch (meant.kind) {
    case 'root':
      return undefined
    case 'user':
      return await requireEntity(USER, meant.name, asker)
    case 'own': {
      const row = await asker.store.identities.entities.byId(meant.userId)
      if (row === undefined) throw USER.missing(meant.name)
      return row
    }
  }
}

export async function ownUserResource(
  userName: string | undefined,
  asker: Asker,
): Promise<Resource> {
  const meant = whom(userName, asker)
  if (meant.kind === 'root') return { arn: rootArn(asker.realm) }
  const row =
    meant.kind === 'own'
      ? await asker.store.identities.entities.byId(meant.userId)
      : await USER.find(meant.name, asker)
  return row === undefined
    ? { arn: USER.arnOfNone(meant.name, asker.realm) }
    : resourceOf(row, asker)
}
