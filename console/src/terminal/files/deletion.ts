import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import type { TreeTally } from '@fleetkey/wire/terminal/file-tree'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { refusalOf } from './ask-door.ts'
import type { TreeEnd } from './tree-doors.ts'

interface Watched {
  readonly signal: AbortSignal
  readonly onSoFar: (tally: TreeTally) => void
}

/** What is gone through of each: a folder with all that is in it, or what is none. Rejects with an ApiRefusal. */
export type GoThrough = (entry: FileEntry, watched: Watched) => Promise<TreeEnd>

export interface GoneThrough extends TreeTally {
  /** The first of what went wrong, in the words of the host. */
  readonly problems: readonly string[]
  readonly problemCount: number
  /** Why it went no further. */
  readonly refusal: ApiRefusal | undefined
  /** It was stopped before it was through. */
  readonly isStopped: boolean
  /** In which something is left, or that were not come to. */
  readonly left: readonly FileEntry[]
}

/** Goes through one after the other, until there are no more or it is stopped. */
export async function goThroughAll(
  entries: readonly FileEntry[],
  goThrough: GoThrough,
  { signal, onSoFar }: Watched,
): Promise<GoneThrough> {
  let sum: TreeTally = NOTHING
  const problems: string[] = []
  let problemCount = 0
  const left: FileEntry[] = []
  for (const [at, entry] of entries.entries()) {
    let soFar = NOTHING
    const told = (tally: TreeTally) => {
      soFar = tally
      onSoFar(add(sum, tally))
    }
    let refusal: ApiRefusal | undefined
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, each on record
      const end = await goThrough(entry, { signal, onSoFar: told })
      told(end)
      problems.push(...end.problems)
      problemCount += end.problemCount
      if (end.problemCount > 0) left.push(entry)
      if (end.broken !== undefined) refusal = refusalOf(0, end.broken)
    } catch (error) {
      const refused = asRefusal(error)
      if (!signal.aborted && isOfOne(refused)) {
        problems.push(refused.message)
        problemCount++
        left.push(entry)
      } else if (!signal.aborted) refusal = refused
    }
    sum = add(sum, soFar)
    if (refusal !== undefined || signal.aborted) {
      const rest = [entry, ...entries.slice(at + 1)].filter((each) => !left.includes(each))
      return {
        ...sum,
        problems,
        problemCount,
        refusal,
        isStopped: signal.aborted,
        left: [...left, ...rest],
      }
    }
  }
  return { ...sum, problems, problemCount, refusal: undefined, isStopped: false, left }
}

/** Whatever else comes may go well. */
const isOfOne = ({ code }: ApiRefusal): boolean =>
  /^(File|Folder)/.test(code) && code !== 'FileTimeoutException'

export const NOTHING: TreeTally = { files: 0, folders: 0, bytes: 0 }

const add = (one: TreeTally, other: TreeTally): TreeTally => ({
  files: one.files + other.files,
  folders: one.folders + other.folders,
  bytes: one.bytes + other.bytes,
})
