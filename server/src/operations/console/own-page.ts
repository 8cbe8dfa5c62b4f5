import { notFromConsole } from '@fleetkey/domain/exceptions/authentication'
import type { Origin } from '../operation.ts'

/** Nobody is signed in to the console by the page of another site (login CSRF, security.md T24). Throws CrossSiteRequest. */
export function requireOwnPage({ browser }: Origin): void {
  const why = browser === undefined ? 'it names no Origin.' : browser.foreign
  if (why !== undefined) throw notFromConsole(why)
}
