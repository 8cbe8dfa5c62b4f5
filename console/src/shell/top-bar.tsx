import Alert from '@cloudscape-design/components/alert'
import TopNavigation from '@cloudscape-design/components/top-navigation'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { ConsoleSession } from '../api/console-session.ts'
import { signOut } from '../api/signing-in.ts'
import { useAct } from '../api/use-act.ts'
import { chooseColorMode, colorMode, type ColorMode } from './color-mode.ts'

/** The bar on top: where one is, how it looks, and who one is. */
export function TopBar({ session }: { readonly session: ConsoleSession }) {
  const navigate = useNavigate()
  const leave = useAct(signOut)
  const { principal, accountId } = session
  const [mode, setMode] = useState(colorMode)
  return (
    <>
      <TopNavigation
        identity={{
          href: '/',
          title: 'Fleetkey',
          onFollow(event) {
            event.preventDefault()
            void navigate('/')
          },
        }}
        utilities={[
          {
            type: 'menu-dropdown',
            iconName: 'settings',
            ariaLabel: 'Appearance',
            title: 'Appearance',
            items: (['system', 'light', 'dark'] as const).map((id) => ({
              id,
              text: WORDS[id],
              itemType: 'checkbox' as const,
              checked: id === mode,
            })),
            onItemClick({ detail }) {
              const chosen = detail.id as ColorMode
              chooseColorMode(chosen)
              setMode(chosen)
            },
          },
          {
            type: 'menu-dropdown',
            iconName: 'user-profile',
            text: principal.name,
            title: principal.name,
            description: `Account ${accountId}`,
            items: [
              {
                id: '/security-credentials',
                text: 'Security credentials',
                href: '/security-credentials',
              },
              { id: 'sign-out', text: 'Sign out' },
            ],
            onItemFollow(event) {
              event.preventDefault()
              void navigate(event.detail.id)
            },
            onItemClick({ detail }) {
              if (detail.id === 'sign-out') void leave.run()
            },
          },
        ]}
      />
      {leave.refusal !== undefined && (
        <Alert
          type="error"
          header="You are still signed in"
          dismissible
          dismissAriaLabel="Close"
          onDismiss={leave.forget}
        >
          {leave.refusal.message}
        </Alert>
      )}
    </>
  )
}

const WORDS: Readonly<Record<ColorMode, string>> = {
  system: 'As the device',
  light: 'Light',
  dark: 'Dark',
}
