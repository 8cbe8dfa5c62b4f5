import { useEffect, useRef, type RefObject } from 'react'

/** For the field of a dialog that a person is to fill in first: it has the focus when the dialog opens, not the button that closes it. */
export function useFocusFirst<Field extends { focus(): void }>(): RefObject<Field | null> {
  const field = useRef<Field>(null)
  useEffect(() => field.current?.focus(), [])
  return field
}
