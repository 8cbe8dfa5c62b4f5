import { call } from './call.ts'
import type { TagChanges } from '../ui/tag-changes.ts'

/** Removed first: at the limit there is no room for new ones, and a key that changed its case would clash with itself. */
export async function changeTags(
  resources: readonly string[],
  { set, remove }: TagChanges,
): Promise<void> {
  if (remove.length > 0) {
    await call('ec2', 'DeleteTags', { Resources: resources, Tags: remove })
  }
  if (set.length > 0) await call('ec2', 'CreateTags', { Resources: resources, Tags: set })
}
