import type { RouteObject } from 'react-router'

export const sessionRoutes: RouteObject[] = []
