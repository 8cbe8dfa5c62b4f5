import type { Tags } from '@fleetkey/domain/instance'
import type { Asker, HandOver } from '../operation.ts'
import { handOverAt, handOverPlace } from './hand-over.ts'
import type { Naming } from './naming.ts'
import { withEntity } from './rights-edit.ts'

interface TagEdit {
  readonly asker: Asker
  readonly set?: Tags
  readonly remove?: readonly string[]
}

/**
 * What other tags on a user or role hand over. Tags of a user come with each of their requests (`aws:PrincipalTag/…`). Those of a
 * role do so where its session has no other, and policies of others can let in to it by them (`aws:ResourceTag/…` with sts:AssumeRole): so
 * whoever sets them must hold what the role may do.
 */
export async function handOverTags(
  naming: Naming,
  named: string,
  { asker, set = {}, remove = [] }: TagEdit,
): Promise<readonly HandOver[]> {
  const row = await naming.find(named, asker)
  if (row?.kind === 'role') {
    return handOverPlace(row.id, {
      to: `whoever is let in to role ${row.name} by its tags`,
      scope: asker,
    })
  }
  const gone = new Set([...Object.keys(set), ...remove].map((key) => key.toLowerCase()))
  return handOverAt(naming, named, {
    asker,
    edit: (user) => {
      const kept = Object.entries(user.tags).filter(([key]) => !gone.has(key.toLowerCase()))
      return withEntity({ ...user, tags: { ...Object.fromEntries(kept), ...set } })
    },
  })
}
