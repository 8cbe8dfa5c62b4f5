import { useSyncExternalStore } from 'react'
import { isDark } from '../../../shell/color-mode.ts'

/** Whether pages are dark now: what is drawn without Cloudscape follows it too. */
export function useShownMode(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, () => (isDark() ? 'dark' : 'light'))
}

/** Cloudscape keeps the mode as a class of the page. */
function subscribe(listener: () => void): () => void {
  const watching = new MutationObserver(listener)
  watching.observe(document.documentElement, { attributes: true })
  watching.observe(document.body, { attributes: true, attributeFilter: ['class'] })
  return () => watching.disconnect()
}
