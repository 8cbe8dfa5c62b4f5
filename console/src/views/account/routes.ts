import type { RouteObject } from 'react-router'

export const accountRoutes: RouteObject[] = [
  {
    path: '/security-credentials',
    lazy: async () => ({
      Component: (await import('./security-credentials.tsx')).SecurityCredentials,
    }),
  },
]
