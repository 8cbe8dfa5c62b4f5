import { afterDoing } from '../../../api/after-doing.ts'
import { iam } from '../api/iam.ts'
import type { Tag } from '../api/shapes.ts'

/**
 * Sets and removes tags. What is set comes first: a policy that denies by a tag that is missing must never see it gone for a moment.
 * @param noun as the operations name it: `User` of `TagUser`
 */
export async function saveTags(
  noun: 'User' | 'Role' | 'Policy' | 'OpenIDConnectProvider',
  named: object,
  { set, removed }: { readonly set: readonly Tag[]; readonly removed: readonly string[] },
): Promise<void> {
  if (set.length > 0) await iam(`Tag${noun}`, { ...named, Tags: set })
  if (removed.length === 0) return
  const saved = set.map(({ Key }) => Key).join(', ')
  await afterDoing(set.length > 0 ? `Saved already: ${saved}.` : undefined, () =>
    iam(`Untag${noun}`, { ...named, TagKeys: removed }),
  )
}
