import type { RouteObject } from 'react-router'

export const recordingRoutes: RouteObject[] = []
