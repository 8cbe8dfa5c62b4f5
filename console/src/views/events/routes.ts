import type { RouteObject } from 'react-router'

export const eventRoutes: RouteObject[] = [
  {
    path: '/events',
    lazy: async () => ({ Component: (await import('./event-history.tsx')).EventHistory }),
  },
  {
    path: '/events/:id',
    lazy: async () => ({ Component: (await import('./event-page.tsx')).EventPage }),
  },
]
