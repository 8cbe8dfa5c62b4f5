/**
 * Browsers keep a page that was left as it was, and show it again at once when somebody goes back to it: also after they have signed out, to
 * whoever sits there then. It is loaded anew instead, and asks who is signed in.
 */
export function forgetLeftPages(): void {
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    document.documentElement.hidden = true
    location.reload()
  })
}
