import type { RouteObject } from 'react-router'

export const instanceRoutes: RouteObject[] = [
  {
    path: '/instances',
    lazy: async () => ({ Component: (await import('./instances.tsx')).Instances }),
  },
  {
    path: '/instances/add',
    lazy: async () => ({ Component: (await import('./add/add-instance.tsx')).AddInstance }),
  },
  {
    path: '/instances/:id',
    lazy: async () => ({ Component: (await import('./instance-page.tsx')).InstancePage }),
  },
]
