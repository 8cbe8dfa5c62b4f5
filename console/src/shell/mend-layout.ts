/**
 * For a `ref` around Cloudscape's layout. Its bar of narrow windows gives its `nav` an orientation, which that role has not (WAI-ARIA 1.2,
 * aria-orientation): screen readers may take it for something else. The bar comes and goes with the width of the window.
 */
export function mendLayout(root: HTMLElement | null): (() => void) | undefined {
  if (root === null) return undefined
  const mend = () =>
    root.querySelector('nav[aria-orientation]')?.removeAttribute('aria-orientation')
  const watch = new MutationObserver(mend)
  watch.observe(root, { childList: true, subtree: true })
  mend()
  return () => watch.disconnect()
}
