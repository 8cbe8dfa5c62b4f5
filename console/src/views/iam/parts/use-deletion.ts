import { useState } from 'react'

/** What is selected in a list, to be deleted once somebody presses for it: one by a dialog of its own, several together. */
export interface Deletion<Item> {
  readonly selected: readonly Item[]
  readonly select: (items: readonly Item[]) => void
  /** Asks about what is selected. */
  readonly ask: () => void
  /** The one that is asked about, alone. */
  readonly one: Item | undefined
  /** Whether several are asked about. */
  readonly isOfSeveral: boolean
  /** No more is asked; the list is read again where something was deleted. */
  readonly end: (hasDeleted: boolean) => void
}

export function useDeletion<Item>(listed: { readonly reload: () => void }): Deletion<Item> {
  const [selected, select] = useState<readonly Item[]>([])
  const [isAsked, setAsked] = useState(false)
  return {
    selected,
    select,
    ask: () => setAsked(true),
    one: isAsked && selected.length === 1 ? selected[0] : undefined,
    isOfSeveral: isAsked && selected.length > 1,
    end: (hasDeleted) => {
      setAsked(false)
      if (!hasDeleted) return
      select([])
      listed.reload()
    },
  }
}
