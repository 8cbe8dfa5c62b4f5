import type { RouteObject } from 'react-router'

export const instanceRoutes: RouteObject[] = []
