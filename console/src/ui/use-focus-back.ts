import { useState } from 'react'

/** For what closes itself, such as a panel beside a list: gives the focus back to what had it when this was opened, where that is still there. */
export function useFocusBack(): () => void {
  const [opener] = useState(() => document.activeElement)
  return () => {
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
  }
}
