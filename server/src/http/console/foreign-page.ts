import type { ApiRequest } from '../raw-request.ts'

/**
 * Whether a request was sent by a page of the console, as the browser says: pages have no say in `Origin` and `Sec-Fetch-Site`. Answers
 * what is wrong otherwise, for whoever set it up (security.md T23, T24).
 */
export type ForeignPage = (request: Pick<ApiRequest, 'raw' | 'isSecure'>) => string | undefined

/**
 * @param origins Where the console is, e.g. `https://fleetkey.example.com`. None: wherever it was asked at, which over plain HTTP is this
 * machine only; a page of somebody's whose name has just come to mean 127.0.0.1 is none of ours.
 */
export function createForeignPage(origins: readonly string[]): ForeignPage {
  return ({ raw, isSecure }) => {
    const all = (name: string) => raw.headers.filter(([header]) => header.toLowerCase() === name)
    const [origin, ...others] = all('origin').map(([, value]) => value)
    const [site] = all('sec-fetch-site').map(([, value]) => value)
    if (site !== undefined && site !== 'same-origin') {
      return 'the browser says that another site sent it.'
    }
    if (origin === undefined || others.length > 0) return 'it names no Origin, or several.'
    if (origins.length > 0) {
      return origins.includes(origin)
        ? undefined
        : 'its Origin is none of those in console.origins of the configuration.'
    }
    const [host = ''] = all('host').map(([, value]) => value)
    const isHere = origin === `${isSecure ? 'https' : 'http'}://${host}`
    if (isHere && (isSecure || LOOPBACK.test(host))) return undefined
    return 'its Origin is not where it was asked at. If something between ends TLS or changes the name, set trustedProxies or console.origins.'
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/
