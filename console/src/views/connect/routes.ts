import type { RouteObject } from 'react-router'

export const connectRoutes: RouteObject[] = []
