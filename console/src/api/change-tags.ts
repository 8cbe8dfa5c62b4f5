import { afterDoing } from './after-doing.ts'
import { call } from './call.ts'
import type { TagChanges } from '../ui/tag-changes.ts'

/** As many as one call takes, as EC2's does. */
const AT_ONCE = 1000

type Ask = (operation: 'DeleteTags' | 'CreateTags', input: object) => Promise<unknown>

/**
 * Of all of them, a thousand at a time. Removed first: at the limit there is no room for new ones, and a key that changed its case would clash with itself.
 * A refusal says what is changed already; asked again, that is changed once more, which is no other change.
 */
export async function changeTags(
  resources: readonly string[],
  { set, remove }: TagChanges,
  ask: Ask = (operation, input) => call('ec2', operation, input),
): Promise<void> {
  for (let at = 0; at < resources.length; at += AT_ONCE) {
    const Resources = resources.slice(at, at + AT_ONCE)
    const before = at === 0 ? [] : [`The tags of ${at.toLocaleString('en')} are changed.`]
    const removed = remove.map(({ Key }) => Key).join(', ')
    // oxlint-disable-next-line no-await-in-loop -- where one is refused, no further one is asked
    await afterDoing(before[0], async () => {
      if (remove.length > 0) await ask('DeleteTags', { Resources, Tags: remove })
    })
    const done = remove.length > 0 ? [...before, `Removed already: ${removed}.`] : before
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await afterDoing(done.length > 0 ? done.join(' ') : undefined, async () => {
      if (set.length > 0) await ask('CreateTags', { Resources, Tags: set })
    })
  }
}
