import type { RouteObject } from 'react-router'

export const securityGroupRoutes: RouteObject[] = []
