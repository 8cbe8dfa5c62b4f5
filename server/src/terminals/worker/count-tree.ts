import type { TreeCount } from './tree-count.ts'
import type { TreeStep } from './walk-tree.ts'

/** Counts what is walked through. */
export async function countTree(
  steps: AsyncIterable<TreeStep>,
  { count, isStopped }: { readonly count: TreeCount; readonly isStopped: () => boolean },
): Promise<void> {
  for await (const next of steps) {
    if (isStopped()) return
    if (next.kind === 'folder' || next.kind === 'file') count.add(next.thing.entry)
    if (next.kind === 'problem') count.problem(next.failure)
  }
}
