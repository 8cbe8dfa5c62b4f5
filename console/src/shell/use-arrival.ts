import { useEffect, useRef, useState, type RefObject } from 'react'
import { NavigationType, useLocation, useNavigationType } from 'react-router'

/**
 * A page that comes in place of another, without the browser loading anything: it begins at its top, whoever goes by keyboard goes on in it, and
 * its title is told. Where the page itself has put the focus somewhere, it stays there.
 * @returns what is to be told
 */
export function useArrival(main: RefObject<HTMLElement | null>): string {
  const { pathname } = useLocation()
  const how = useNavigationType()
  const [told, setTold] = useState('')
  const last = useRef(pathname)
  useEffect(() => {
    // The first page is told by the browser; another filter or tab is the same page.
    if (last.current === pathname) return
    last.current = pathname
    // Of a page that one comes back to the browser knows where one was.
    if (how !== NavigationType.Pop) scrollTo(0, 0)
    if (main.current?.contains(document.activeElement) === false) {
      main.current.focus({ preventScroll: true })
    }
    // The page's own effects ran before: it has its title.
    setTold(document.title)
  }, [pathname, how, main])
  return told
}
