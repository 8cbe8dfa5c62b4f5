import { useEffect, useRef, useState, type RefObject } from 'react'
import { NavigationType, useLocation, useNavigationType } from 'react-router'

/** Until then most pages know what they are of, and are called so. */
const TOLD_AFTER_MS = 700

/**
 * A page that comes in place of another, without the browser loading anything: it begins at its top, whoever goes by keyboard goes on in it, and
 * its title is told, and before it what the page before has done (see Said). Where the page itself has put the focus somewhere, it stays there.
 * @returns what is to be told
 */
export function usePageArrival(main: RefObject<HTMLElement | null>): string {
  const { pathname, state } = useLocation()
  const how = useNavigationType()
  const [arrival, setArrival] = useState<{ readonly said: unknown }>()
  const [told, setTold] = useState('')
  // The first page is told by the browser, unless somebody has just signed in; another filter or tab is the same page.
  const last = useRef(how === NavigationType.Pop ? pathname : undefined)
  useEffect(() => {
    if (last.current === pathname) return
    last.current = pathname
    // Of a page that one comes back to the browser knows where one was.
    if (how !== NavigationType.Pop) scrollTo(0, 0)
    if (main.current?.contains(document.activeElement) === false) {
      main.current.focus({ preventScroll: true })
    }
    setArrival({ said: (state as { readonly said?: unknown } | null)?.said })
  }, [pathname, how, main, state])
  useEffect(() => {
    if (arrival === undefined) return undefined
    const { said } = arrival
    const timer = setTimeout(
      () => setTold(typeof said === 'string' ? `${said} ${document.title}` : document.title),
      TOLD_AFTER_MS,
    )
    return () => clearTimeout(timer)
  }, [arrival])
  return told
}
