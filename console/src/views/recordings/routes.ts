import type { RouteObject } from 'react-router'

export const recordingRoutes: RouteObject[] = [
  {
    path: '/recordings',
    lazy: async () => ({ Component: (await import('./recordings.tsx')).Recordings }),
  },
  {
    path: '/recordings/live/:terminalId',
    lazy: async () => ({ Component: (await import('./watch-page.tsx')).WatchPage }),
  },
  {
    path: '/recordings/:id',
    lazy: async () => ({ Component: (await import('./recording-page.tsx')).RecordingPage }),
  },
]
