import type { RoleRow } from '../../store/identity-store.ts'
import type { World } from '../operation.ts'
import { ROLE } from './naming.ts'

/** Throws NoSuchEntity. */
export async function requireRole(named: string, world: World): Promise<RoleRow> {
  const found = await ROLE.find(named, world)
  const role = found && (await world.store.identities.roles.get(found.id))
  if (role === undefined) throw ROLE.missing(named)
  return role
}
