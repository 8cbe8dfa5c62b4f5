import type { RouteObject } from 'react-router'

export const terminalRoutes: RouteObject[] = []
