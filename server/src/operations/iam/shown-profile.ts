import type { EntityRow } from '../../store/identity-store.ts'
import type { World } from '../operation.ts'
import { entityArn } from './entity-arn.ts'
import { shownRoleCore } from './shown-role.ts'
import { shownTags } from './tags.ts'

/** An instance profile as lists show it, with its role if it has one. */
export async function shownProfile(row: EntityRow, world: World) {
  const role = await world.store.identities.profiles.roleOf(row.id)
  return {
    Path: row.path,
    InstanceProfileName: row.name,
    InstanceProfileId: row.id,
    Arn: entityArn(row, world.realm),
    CreateDate: new Date(row.createdAt),
    Roles: role === undefined ? [] : [await shownRoleCore(role, world)],
  }
}

/** With its tags, which lists leave out, as in AWS. */
export async function shownWholeProfile(row: EntityRow, world: World) {
  const tags = shownTags(row.tags)
  return { ...(await shownProfile(row, world)), ...(tags.length === 0 ? {} : { Tags: tags }) }
}
