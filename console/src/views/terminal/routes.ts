import type { RouteObject } from 'react-router'

export const terminalRoutes: RouteObject[] = [
  {
    path: '/terminal',
    handle: { fillsWindow: true },
    lazy: async () => {
      const { openAsked, TerminalPage } = await import('./terminal-page.tsx')
      return { loader: openAsked, Component: TerminalPage }
    },
  },
]
