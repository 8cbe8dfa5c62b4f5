import { createBrowserRouter, type RouteObject } from 'react-router'
import { loadChunk } from './parts/load-chunk.ts'
import { requireSession } from './shell/require-session.ts'
import { RouteFailure } from './shell/route-failure.tsx'
import { accountRoutes } from './views/account/routes.ts'
import { connectRoutes } from './views/connect/routes.ts'
import { endpointRoutes } from './views/endpoints/routes.ts'
import { eventRoutes } from './views/events/routes.ts'
import { iamRoutes } from './views/iam/routes.ts'
import { instanceRoutes } from './views/instances/routes.ts'
import { overviewRoutes } from './views/overview/routes.ts'
import { recordingRoutes } from './views/recordings/routes.ts'
import { securityGroupRoutes } from './views/security-groups/routes.ts'
import { sessionRoutes } from './views/sessions/routes.ts'
import { signInRoutes } from './views/sign-in/routes.ts'
import { terminalRoutes } from './views/terminal/routes.ts'

/** Every page is a chunk of its own; those within the shell need somebody who is signed in. */
export const openRouter = () =>
  createBrowserRouter([
    {
      errorElement: <RouteFailure />,
      // Nothing, until it is known who is signed in: the router would tell of its absence in the browser's log.
      HydrateFallback: () => undefined,
      children: [
        ...patient(signInRoutes),
        {
          loader: requireSession,
          // Who is signed in is known then; the shell follows what becomes of it.
          shouldRevalidate: () => false,
          lazy: async () => ({
            Component: (await loadChunk(() => import('./shell/shell.tsx'))).Shell,
          }),
          errorElement: <RouteFailure />,
          // What fails of a page is said in its place: the navigation stays.
          children: [{ errorElement: <RouteFailure />, children: patient(PAGES) }],
        },
      ],
    },
  ])

const PAGES: readonly RouteObject[] = [
  ...overviewRoutes,
  ...instanceRoutes,
  ...connectRoutes,
  ...terminalRoutes,
  ...securityGroupRoutes,
  ...endpointRoutes,
  ...sessionRoutes,
  ...recordingRoutes,
  ...eventRoutes,
  ...iamRoutes,
  ...accountRoutes,
  {
    path: '*',
    lazy: async () => ({
      Component: (await import('./shell/no-such-page.tsx')).NoSuchPage,
    }),
  },
]

/** Each asks for its chunk once more before it fails. */
function patient(routes: readonly RouteObject[]): RouteObject[] {
  return routes.map((route) => {
    const { lazy } = route
    return typeof lazy === 'function' ? { ...route, lazy: () => loadChunk(lazy) } : route
  })
}
