import AppLayout from '@cloudscape-design/components/app-layout'
import SideNavigation from '@cloudscape-design/components/side-navigation'
import { useState } from 'react'
import { Outlet, useLocation, useNavigate } from 'react-router'
import { activeEntry, NAVIGATION } from './navigation.ts'
import { TopBar } from './top-bar.tsx'

/** What is around every page: the bar on top, the navigation beside. */
export function Shell() {
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const [isOpen, setOpen] = useState(() => matchMedia('(min-width: 912px)').matches)
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
              if (!matchMedia('(min-width: 912px)').matches) setOpen(false)
              void navigate(event.detail.href)
            }}
          />
        }
        toolsHide
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
