import type { RouteObject } from 'react-router'

export const iamRoutes: RouteObject[] = []
