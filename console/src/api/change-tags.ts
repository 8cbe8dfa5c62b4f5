import { call } from './call.ts'
import type { TagChanges } from '../ui/tag-changes.ts'

/** As many as one call takes, as EC2's does. */
const AT_ONCE = 1000

type Ask = (operation: 'DeleteTags' | 'CreateTags', input: object) => Promise<unknown>

/**
 * Of all of them, a thousand at a time. Removed first: at the limit there is no room for new ones, and a key that changed its case would clash with itself.
 * @param options.onProgress of how many they are changed
 */
export async function changeTags(
  resources: readonly string[],
  { set, remove }: TagChanges,
  options: { readonly onProgress?: (changed: number) => void; readonly ask?: Ask } = {},
): Promise<void> {
  const { onProgress, ask = (operation, input) => call('ec2', operation, input) } = options
  for (let at = 0; at < resources.length; at += AT_ONCE) {
    const Resources = resources.slice(at, at + AT_ONCE)
    // oxlint-disable-next-line no-await-in-loop -- where one is refused, no further one is asked
    if (remove.length > 0) await ask('DeleteTags', { Resources, Tags: remove })
    // oxlint-disable-next-line no-await-in-loop -- likewise
    if (set.length > 0) await ask('CreateTags', { Resources, Tags: set })
    onProgress?.(at + Resources.length)
  }
}
