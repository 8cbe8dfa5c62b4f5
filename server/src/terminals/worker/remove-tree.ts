import type { SFTPWrapper } from 'ssh2'
import { FileFailed } from '../file-messages.ts'
import { removeFolder } from './change-files.ts'
import { asked } from './sftp-promises.ts'
import type { TreeCount } from './tree-count.ts'
import { isTheEnd, type TreeStep, type TreeThing } from './walk-tree.ts'

/** Requests on their way at once. */
const AT_ONCE = 16

/**
 * Takes away what is walked through, each folder after what is in it. What cannot be taken away stays, with the folders that it is in, and does not
 * keep the others.
 */
export async function removeTree(
  sftp: SFTPWrapper,
  steps: AsyncIterable<TreeStep>,
  {
    count,
    step,
    isStopped,
  }: {
    readonly count: TreeCount
    readonly step: () => void
    /** Asked before each thing that would be taken away. */
    readonly isStopped: () => boolean
  },
): Promise<void> {
  const underWay = new Set<Promise<void>>()
  /** Folders in which something stays. */
  const kept = new Set<string>()
  /** Folders of which not all was told. */
  const unseen = new Map<string, FileFailed>()
  let end: FileFailed | undefined
  const stays = (path: string, failure: FileFailed) => {
    if (isTheEnd(failure)) end ??= failure
    else count.problem(failure)
    for (let at = path; at !== '' && !kept.has(at); at = at.slice(0, at.lastIndexOf('/')))
      kept.add(at)
  }
  const take = async ({ path, entry }: TreeThing, removal: Promise<unknown>) => {
    try {
      await removal
      count.add(entry)
    } catch (error) {
      if (!(error instanceof FileFailed)) throw error
      // Whoever took it away: it is gone.
      if (error.failure.kind !== 'not-found' || path.includes('\ufffd'))
        stays(path, nameable(path, error))
    }
    step()
  }
  for await (const next of steps) {
    if (end !== undefined || isStopped()) break
    switch (next.kind) {
      case 'folder':
        break
      case 'problem':
        unseen.set(next.path, next.failure)
        break
      case 'file': {
        const { path } = next.thing
        const removal = asked(path, (done) => sftp.unlink(path, done as never))
        const work = take(next.thing, removal).finally(() => underWay.delete(work))
        underWay.add(work)
        if (underWay.size >= AT_ONCE) await Promise.race(underWay)
        break
      }
      case 'left': {
        await Promise.all(underWay)
        const { path } = next.thing
        const failure = unseen.get(path)
        // One that nobody may look into can be taken away all the same, when it is empty.
        const removal = () =>
          removeFolder(sftp, path).catch((error: FileFailed) =>
            Promise.reject(isTheEnd(error) ? error : (failure ?? error)),
          )
        if (!kept.has(path)) await take(next.thing, removal())
        else if (failure !== undefined) stays(path, failure)
      }
    }
  }
  await Promise.all(underWay)
  if (end !== undefined) throw end
}

/** Of a name that is no UTF-8 a part was lost on the way to us. */
function nameable(path: string, error: FileFailed): FileFailed {
  if (error.failure.kind !== 'not-found') return error
  return new FileFailed('failed', `${path}: its name is no UTF-8: "rm" it in the terminal`)
}
