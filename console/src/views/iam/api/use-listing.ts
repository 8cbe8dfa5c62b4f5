import { useCallback, useEffect, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../../api/api-refusal.ts'
import { useReachedAgain } from '../../../api/reached-again.ts'
import { useReadState } from '../../../ui/use-read-state.ts'
import { pagesOf, type Listing } from './iam.ts'

/** A long list, as much as is there already. */
export interface Listed<Item> {
  readonly items: readonly Item[]
  readonly isLoading: boolean
  readonly refusal: ApiRefusal | undefined
  readonly reload: () => void
}

/** Shows the first page of a listing while the next ones are still asked for. Asks anew when `listing` is another. */
export function useListing<Item>(listing: Listing): Listed<Item> {
  const key = JSON.stringify(listing)
  const [known, setKnown] = useReadState<Known<Item>>({ ...NOTHING, key, turn: 0 })
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const refusal = useReachedAgain(known.refusal, reload)

  useEffect(() => {
    const stop = new AbortController()
    void follow<Item>(JSON.parse(key) as Listing, stop.signal, (found) =>
      setKnown({ ...found, key, turn }),
    )
    return () => stop.abort()
  }, [key, turn, setKnown])

  // What was there stays while it is asked again.
  if (known.key !== key) return { ...NOTHING, reload }
  if (known.turn !== turn)
    return { items: known.items, isLoading: true, refusal: undefined, reload }
  return { ...known, refusal, reload }
}

interface Found<Item> {
  readonly items: readonly Item[]
  readonly isLoading: boolean
  readonly refusal: ApiRefusal | undefined
}

/** What was found, and what was asked for then. */
interface Known<Item> extends Found<Item> {
  readonly key: string
  readonly turn: number
}

const NOTHING = { items: [], isLoading: true, refusal: undefined }

async function follow<Item>(
  listing: Listing,
  signal: AbortSignal,
  show: (found: Found<Item>) => void,
): Promise<void> {
  const items: Item[] = []
  try {
    for await (const page of pagesOf<Item>(listing, signal)) {
      items.push(...page)
      if (!signal.aborted) show({ items: [...items], isLoading: true, refusal: undefined })
    }
    if (!signal.aborted) show({ items, isLoading: false, refusal: undefined })
  } catch (error) {
    if (!signal.aborted) show({ items, isLoading: false, refusal: asRefusal(error) })
  }
}
