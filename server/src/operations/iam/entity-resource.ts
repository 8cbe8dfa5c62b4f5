import type { EntityRow, PolicyRow } from '../../store/identity-store.ts'
import type { Resource, World } from '../operation.ts'
import { entityArn } from './entity-arn.ts'
import type { Naming } from './naming.ts'

/** What permission is asked for: the ARN and the tags that are stored, never the caller's spelling of them. */
export async function entityResource(
  naming: Naming,
  named: string,
  world: World,
): Promise<Resource> {
  const row = await naming.find(named, world)
  if (row === undefined) return { arn: naming.arnOfNone(named, world.realm) }
  return resourceOf(row, world)
}

/**
 * The same with `iam:PermissionsBoundary`, the ARN of its boundary if it has one. The key comes only with the operations that change what a
 * user or role may do (Service Authorization Reference, IAM); elsewhere it is missing, as in AWS.
 */
export async function boundedResource(
  naming: Naming,
  named: string,
  world: World,
): Promise<Resource> {
  const row = await naming.find(named, world)
  if (row === undefined) return { arn: naming.arnOfNone(named, world.realm) }
  const boundary = await boundaryArn(row, world)
  return {
    ...resourceOf(row, world),
    ...(boundary === undefined ? {} : { context: { 'iam:PermissionsBoundary': boundary } }),
  }
}

export function resourceOf(row: EntityRow | PolicyRow, { realm }: World): Resource {
  return { arn: entityArn(row, realm), tags: row.tags }
}

/** Of a user's or role's permissions boundary. */
export async function boundaryArn(
  { boundaryId }: EntityRow,
  { store, realm }: Pick<World, 'store' | 'realm'>,
): Promise<string | undefined> {
  if (boundaryId === undefined) return undefined
  const policy = await store.identities.policies.get(boundaryId)
  return policy && entityArn(policy, realm)
}
