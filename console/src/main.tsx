import { I18nProvider } from '@cloudscape-design/components/i18n'
import messages from '@cloudscape-design/components/i18n/messages/all.en'
import '@cloudscape-design/global-styles/index.css'
import './shell/page.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { followOtherTabs } from './api/signing-in.ts'
import { watchStyleSheets } from './parts/style-sheets.ts'
import { openRouter } from './routes.tsx'
import { forgetLeftPages } from './shell/forget-left-pages.ts'
import { followColorMode } from './shell/color-mode.ts'
import { throwAwayLeftPages } from './shell/left-pages.ts'
import { goWhereOneMay } from './shell/require-session.ts'

watchStyleSheets()
followColorMode()
followOtherTabs()
forgetLeftPages()
throwAwayLeftPages()

const root = document.getElementById('console')
if (root === null) throw new Error('the page has no place for the console')
await goWhereOneMay()
createRoot(root).render(
  <StrictMode>
    <I18nProvider locale="en" messages={[messages]}>
      <RouterProvider router={openRouter()} />
    </I18nProvider>
  </StrictMode>,
)
