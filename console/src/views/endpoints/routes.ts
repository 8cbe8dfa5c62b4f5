import type { RouteObject } from 'react-router'

export const endpointRoutes: RouteObject[] = [
  {
    path: '/endpoints',
    lazy: async () => ({ Component: (await import('./endpoints.tsx')).Endpoints }),
  },
]
