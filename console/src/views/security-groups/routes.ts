import type { RouteObject } from 'react-router'

export const securityGroupRoutes: RouteObject[] = [
  {
    path: '/security-groups',
    lazy: async () => ({ Component: (await import('./security-groups.tsx')).SecurityGroups }),
  },
  {
    path: '/security-groups/:id',
    lazy: async () => ({ Component: (await import('./security-group.tsx')).SecurityGroup }),
  },
]
