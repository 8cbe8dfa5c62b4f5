import { createHmac } from 'node:crypto'

/** What a page of the console sends beside the cookie: of the session's secret, so that it is another in each session and kept nowhere. */
export const csrfTokenOf = (secret: string): string =>
  createHmac('sha256', secret).update('fleetkey console: csrf').digest('base64url')
