import { startTransition, useCallback, useState, type Dispatch, type SetStateAction } from 'react'

/**
 * State of what is read, as opposed to typed or pressed: a long table that has come is drawn a few milliseconds at a time (React draws all at once what
 * is set outside of a transition), and whatever somebody does meanwhile goes before.
 */
export function useReadState<State>(
  first: State | (() => State),
): readonly [State, Dispatch<SetStateAction<State>>] {
  const [state, setState] = useState(first)
  const set = useCallback(
    (next: SetStateAction<State>) => startTransition(() => setState(next)),
    [],
  )
  return [state, set]
}
