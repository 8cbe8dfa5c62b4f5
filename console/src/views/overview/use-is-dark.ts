import { useSyncExternalStore } from 'react'
import { isDark } from '../../shell/color-mode.ts'

/** For what is drawn by itself: all else follows the style sheet. */
export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, isDark)
}

/** The mode is a class of the page's body. */
function subscribe(listener: () => void): () => void {
  const watch = new MutationObserver(listener)
  watch.observe(document.body, { attributes: true, attributeFilter: ['class'] })
  return () => watch.disconnect()
}
