import AppLayout from '@cloudscape-design/components/app-layout'
import SideNavigation from '@cloudscape-design/components/side-navigation'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import { Outlet, useLocation, useMatches, useNavigate } from 'react-router'
import { useSession, useStanding } from '../api/use-session.ts'
import { useLiveSession } from '../live/use-live.ts'
import { keepFocus } from './keep-focus.ts'
import { mendLayout } from './mend-layout.ts'
import { activeEntry, NAVIGATION } from './navigation.ts'
import { SessionEndNotice } from './session-end-notice.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { StepUpDialog } from './step-up-dialog.tsx'
import { TopBar } from './top-bar.tsx'
import { usePageArrival } from './use-page-arrival.ts'

/** Where the link past the navigation leads. */
const MAIN_ID = 'main-content'

/** Whether the navigation was opened or closed, and on which kind of page. */
interface Opened {
  readonly fillsWindow: boolean
  readonly isOpen: boolean
}

/** What is around every page: the bar on top, the navigation beside. */
export function Shell() {
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const fillsWindow = useMatches().some(({ handle }) => isFilling(handle))
  const [opened, setOpened] = useState<Opened>()
  const session = useSession()
  const standing = useStanding()
  const main = useRef<HTMLDivElement>(null)
  const told = usePageArrival(main)
  // What is around a page is drawn and laid out first, by itself: with the page it would be one long piece of work before anything shows.
  const isDrawn = useDeferredValue(true, false)
  useEffect(() => keepFocus(() => main.current), [])
  useLiveSession()
  // It is being left.
  if (session === undefined) return undefined
  // What somebody chose counts for pages of the kind that they chose it on.
  const isOpen = opened?.fillsWindow === fillsWindow ? opened.isOpen : hasRoom() && !fillsWindow
  const setOpen = (to: boolean) => setOpened({ fillsWindow, isOpen: to })
  return (
    <>
      <a
        className="skip-link"
        href={`#${MAIN_ID}`}
        onClick={(event) => {
          // The address of the page stays as it is: it may be shared.
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to main content
      </a>
      <div id="top-bar">
        <TopBar session={session} />
      </div>
      {/* Not behind the layout, which is as high as the window: every page would scroll by its height. */}
      <div aria-live="polite" className="unseen">
        {told}
      </div>
      <div ref={mendLayout}>
        <AppLayout
          headerSelector="#top-bar"
          navigationOpen={isOpen}
          onNavigationChange={({ detail }) => setOpen(detail.open)}
          navigation={
            <SideNavigation
              header={{ text: 'Fleetkey', href: '/' }}
              items={NAVIGATION}
              activeHref={activeEntry(pathname)}
              onFollow={(event) => {
                if (event.detail.external === true) return
                event.preventDefault()
                if (!hasRoom()) setOpen(false)
                void navigate(event.detail.href)
              }}
            />
          }
          toolsHide
          disableContentPaddings={fillsWindow}
          notifications={standing === 'in' && <SessionEndNotice session={session} />}
          stickyNotifications
          content={
            // Cloudscape's own main has the navigation in it.
            <div id={MAIN_ID} tabIndex={-1} ref={main}>
              {isDrawn && <Outlet />}
            </div>
          }
          ariaLabels={{
            navigation: 'Navigation',
            navigationClose: 'Close the navigation',
            navigationToggle: 'Open the navigation',
          }}
        />
      </div>
      <StepUpDialog />
      {standing === 'over' && <SignInAgain session={session} />}
    </>
  )
}

/** Whether the navigation stands beside the page, and not over it. */
function hasRoom(): boolean {
  return matchMedia('(min-width: 912px)').matches
}

/** A route whose page takes all of the window, such as terminals: `handle: { fillsWindow: true }`. */
function isFilling(handle: unknown): boolean {
  return typeof handle === 'object' && handle !== null && 'fillsWindow' in handle
}
