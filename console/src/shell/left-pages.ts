import { leftFor, onSessionChange, sessionStanding } from '../api/console-session.ts'

/**
 * Throws away the page of whoever has signed out or does not come back, with all that it knows of them: another document is loaded in its place,
 * and nothing asks first. To be called before any page is shown.
 */
export function throwAwayLeftPages(): void {
  const isLeft = () => sessionStanding() === 'left'
  // The first to hear of it: pages that have something unsaved would hold it back, for somebody else to see.
  addEventListener('beforeunload', (event) => isLeft() && event.stopImmediatePropagation())
  onSessionChange(() => {
    if (!isLeft()) return
    document.documentElement.hidden = true
    sessionStorage.clear()
    location.replace(leftFor())
  })
}
