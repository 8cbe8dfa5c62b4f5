/**
 * Shows a dialog over the page, of which nothing can be seen, read aloud, found or pressed meanwhile, and which stays just as it was: what is typed,
 * open, scrolled to and under way. No key closes the dialog.
 * @returns what takes it away: what had the focus has it again
 */
export function coverPage(dialog: HTMLDialogElement): () => void {
  const { documentElement: root, title, activeElement } = document
  const stay = () => dialog.showModal()
  root.classList.add('is-covered')
  document.title = 'Sign in again · Fleetkey'
  // Browsers let a second Escape, or "back" on a phone, close what refused the first.
  dialog.setAttribute('closedby', 'none')
  dialog.addEventListener('close', stay)
  dialog.showModal()
  return () => {
    dialog.removeEventListener('close', stay)
    root.classList.remove('is-covered')
    document.title = title
    dialog.close()
    if (!(activeElement instanceof HTMLElement)) return
    // Browsers give it the focus back, but Chromium no caret to what was hidden until now: keys would go nowhere.
    activeElement.blur()
    activeElement.focus({ preventScroll: true })
  }
}
