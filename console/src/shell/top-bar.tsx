import TopNavigation from '@cloudscape-design/components/top-navigation'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { chooseColorMode, colorMode, type ColorMode } from './color-mode.ts'

/** The bar on top: where one is, how it looks, and who one is. */
export function TopBar() {
  const navigate = useNavigate()
  const [mode, setMode] = useState(colorMode)
  return (
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
      ]}
    />
  )
}

const WORDS: Readonly<Record<ColorMode, string>> = {
  system: 'As the device',
  light: 'Light',
  dark: 'Dark',
}
