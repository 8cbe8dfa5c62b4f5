import { useCallback, useRef, type RefCallback } from 'react'

/**
 * For the field of a dialog that a person is to fill in first: it has the focus when the dialog opens, not the button that closes it. The dialog
 * comes to the page after whoever shows it was drawn, and looks for the focus itself: the field has the last word.
 */
export function useFocusFirst<Field extends { focus(): void }>(): RefCallback<Field> {
  const isDone = useRef(false)
  return useCallback((field: Field | null) => {
    if (field === null || isDone.current) return
    isDone.current = true
    setTimeout(() => field.focus())
  }, [])
}
