/** So long whoever took something away has to say where the focus goes. */
const AFTER_MS = 100

/**
 * What has the focus and goes away, such as the row that was deleted or the button that became a form, leaves it nowhere, and browsers tell
 * nobody: the next key begins at the top of the page, and a screen reader falls silent. It goes to what is around that instead; where a button
 * only cannot be pressed for a while, back to it.
 * @param fallback where nothing around it is left
 * @returns what ends it
 */
export function keepFocus(fallback: () => HTMLElement | null): () => void {
  let last: HTMLElement | undefined
  let around: readonly HTMLElement[] = []
  /** Who had it and is to have it again, and where it is meanwhile. */
  let lent: { readonly to: HTMLElement; readonly by: HTMLElement } | undefined

  const remember = ({ target }: FocusEvent) => {
    if (target !== lent?.to) lent = undefined
    last = target instanceof HTMLElement ? target : undefined
    around = last === undefined ? [] : ancestorsOf(last)
  }
  const forget = ({ target }: FocusEvent) => {
    // What is being taken away is still there now; what stays was left on purpose, by a press where nothing takes the focus.
    queueMicrotask(() => {
      if (target === last && last !== undefined && canHaveFocus(last)) last = undefined
    })
  }
  const look = () => {
    if (lent !== undefined && canHaveFocus(lent.by) && document.activeElement === lent.to) {
      lent.by.focus({ preventScroll: true })
    }
    if (last === undefined || canHaveFocus(last)) return
    const gone = last
    last = undefined
    setTimeout(() => {
      if (!isNowhere()) return
      if (canHaveFocus(gone)) return gone.focus({ preventScroll: true })
      const place = placeIn(around) ?? fallback()
      place?.focus({ preventScroll: true })
      if (place && gone.isConnected) lent = { to: place, by: gone }
    }, AFTER_MS)
  }
  const watch = new MutationObserver(look)
  const end = new AbortController()
  document.addEventListener('focusin', remember, end)
  document.addEventListener('focusout', forget, end)
  watch.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled'],
  })
  return () => {
    end.abort()
    watch.disconnect()
  }
}

/** Not out of a dialog, while it is there. */
function placeIn(around: readonly HTMLElement[]): HTMLElement | undefined {
  for (const each of around) {
    if (!canHaveFocus(each)) continue
    if (each.hasAttribute('tabindex')) return each
    if (each.role === 'dialog' || each instanceof HTMLDialogElement)
      return each.querySelector<HTMLElement>(PRESSABLE) ?? undefined
  }
  return undefined
}

const PRESSABLE = 'button:enabled, a[href], input:enabled'

const canHaveFocus = (element: HTMLElement): boolean =>
  element.isConnected && !element.matches(':disabled')

function isNowhere(): boolean {
  const { activeElement, body } = document
  return activeElement === null || activeElement === body || activeElement.matches(':disabled')
}

function ancestorsOf(element: HTMLElement): readonly HTMLElement[] {
  const found: HTMLElement[] = []
  for (let at = element.parentElement; at !== null; at = at.parentElement) found.push(at)
  return found
}
