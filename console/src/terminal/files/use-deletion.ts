import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import type { TreeTally } from '@fleetkey/wire/terminal/file-tree'
import { useEffect, useRef, useState } from 'react'
import { goThroughAll, NOTHING, type GoneThrough, type GoThrough } from './deletion.ts'

/** How far somebody is with deleting. */
export type Deletion =
  /** What there is to lose is counted. */
  | { readonly kind: 'counting'; readonly soFar: TreeTally }
  | { readonly kind: 'asking'; readonly found: GoneThrough }
  | { readonly kind: 'deleting'; readonly soFar: TreeTally; readonly of: TreeTally | undefined }
  /** Not all of it is gone. */
  | { readonly kind: 'left'; readonly came: GoneThrough }

/**
 * @param acts.onChanged some, or all, are gone
 * @param acts.onDone all are gone
 */
export function useDeletion(
  entries: readonly FileEntry[],
  acts: {
    readonly count: GoThrough
    readonly remove: GoThrough
    readonly onChanged: () => void
    readonly onDone: () => void
  },
): {
  readonly deletion: Deletion
  /** What is to be deleted, or is left of it. */
  readonly left: readonly FileEntry[]
  readonly begin: () => void
  readonly stop: () => void
} {
  const [deletion, setDeletion] = useState<Deletion>({ kind: 'counting', soFar: NOTHING })
  const [left, setLeft] = useState(entries)
  const stop = useRef(new AbortController())

  useEffect(() => {
    const counting = new AbortController()
    stop.current = counting
    const { signal } = counting
    const onSoFar = (soFar: TreeTally) => setDeletion({ kind: 'counting', soFar })
    void goThroughAll(entries, acts.count, { signal, onSoFar }).then((found) => {
      if (!signal.aborted) setDeletion({ kind: 'asking', found })
    })
    // The dialog that goes takes all with it.
    return () => stop.current.abort()
    // Counted once, as the dialog opens.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  const begin = async () => {
    const deleting = new AbortController()
    stop.current = deleting
    const of = deletion.kind === 'asking' ? deletion.found : undefined
    const onSoFar = (soFar: TreeTally) => setDeletion({ kind: 'deleting', soFar, of })
    onSoFar(NOTHING)
    const came = await goThroughAll(left, acts.remove, { signal: deleting.signal, onSoFar })
    acts.onChanged()
    setLeft(came.left)
    if (came.left.length === 0) acts.onDone()
    else setDeletion({ kind: 'left', came })
  }

  return { deletion, left, begin: () => void begin(), stop: () => stop.current.abort() }
}
