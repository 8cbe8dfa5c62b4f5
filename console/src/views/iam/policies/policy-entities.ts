import { pagesOf } from '../api/iam.ts'
import type { Holder } from '../api/holder.ts'
import type { PolicyEntities } from '../api/shapes.ts'

/** Who uses a policy: `boundary` as the most that they may do. */
export interface PolicyUse {
  readonly holder: Holder
  readonly as: 'permissions' | 'boundary'
}

const USAGES = [
  ['permissions', 'PermissionsPolicy'],
  ['boundary', 'PermissionsBoundary'],
] as const

/** Everybody who has a policy, and whose boundary it is. */
export async function policyUses(
  PolicyArn: string,
  signal: AbortSignal,
): Promise<readonly PolicyUse[]> {
  const uses = USAGES.map(async ([as, PolicyUsageFilter]) => {
    const found: PolicyUse[] = []
    // A page counts all three kinds together: each kind is asked for by itself.
    for (const [kind, filter] of KINDS) {
      const member = `Policy${filter}s` as keyof PolicyEntities
      const listing = {
        operation: 'ListEntitiesForPolicy',
        member,
        input: { PolicyArn, PolicyUsageFilter, EntityFilter: filter },
      }
      for await (const page of pagesOf<Readonly<Record<string, string>>>(listing, signal)) {
        for (const entity of page) {
          found.push({ as, holder: { kind, name: entity[`${filter}Name`] ?? '' } })
        }
      }
    }
    return found
  })
  return (await Promise.all(uses)).flat()
}

const KINDS = [
  ['user', 'User'],
  ['group', 'Group'],
  ['role', 'Role'],
] as const
