import type { RouteObject } from 'react-router'

export const connectRoutes: RouteObject[] = [
  {
    path: '/instances/:id/connect',
    lazy: async () => ({ Component: (await import('./connect.tsx')).Connect }),
  },
]
