import AppLayout from '@cloudscape-design/components/app-layout'
import SideNavigation from '@cloudscape-design/components/side-navigation'
import { useEffect, useState } from 'react'
import { Outlet, useLocation, useMatches, useNavigate } from 'react-router'
import { activeEntry, NAVIGATION } from './navigation.ts'
import { TopBar } from './top-bar.tsx'

/** What is around every page: the bar on top, the navigation beside. */
export function Shell() {
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const fillsWindow = useMatches().some(({ handle }) => isFilling(handle))
  const [isOpen, setOpen] = useState(() => hasRoom() && !fillsWindow)
  useEffect(() => setOpen(hasRoom() && !fillsWindow), [fillsWindow])
  return (
    <>
      <div id="top-bar">
        <TopBar />
      </div>
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
        content={<Outlet />}
        ariaLabels={{
          navigation: 'Navigation',
          navigationClose: 'Close the navigation',
          navigationToggle: 'Open the navigation',
        }}
      />
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
