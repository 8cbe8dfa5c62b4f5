import type { RouteObject } from 'react-router'

export const sessionRoutes: RouteObject[] = [
  {
    path: '/sessions',
    lazy: async () => ({ Component: (await import('./sessions.tsx')).Sessions }),
  },
]
