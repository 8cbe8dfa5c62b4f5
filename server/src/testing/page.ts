import { TARGET_PREFIXES } from '../http/route.ts'
import { OPERATIONS } from '../operations/operations.ts'
import { exchange, type ApiResponse } from './api-client.ts'

/** For tests: a page of the console in somebody's browser, with each step in the open. */
export interface Page {
  /** `__Host-fleetkey=…`, as the browser has it; empty when it has none. */
  cookie: string
  /** `__Host-fleetkey-device=…`: who has signed in in this browser. Empty when nobody has. */
  deviceCookie: string
  csrfToken: string
  readonly origin: string
  /** As `call.ts` of the console sends it. `otherwise` is what another page, or no browser, would send; `none` leaves a header out. */
  call(
    operation: string,
    fields: object,
    otherwise?: Readonly<Record<string, string>>,
  ): Promise<ApiResponse>
  /** Signs in; throws unless it succeeds. */
  signIn(userName: string, password: string, more?: object): Promise<ApiResponse>
}

/** @param host what the person has typed into their browser for this machine */
export function openPage(plane: { readonly port: number }, host = '127.0.0.1'): Page {
  const page: Page = {
    cookie: '',
    deviceCookie: '',
    csrfToken: '',
    get origin() {
      return `http://${host}:${plane.port}`
    },
    async call(operation, fields, otherwise = {}) {
      const service = OPERATIONS.find(({ name }) => name === operation)?.service ?? 'fleetkey'
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${TARGET_PREFIXES[service]}.${operation}`,
        host: `${host}:${plane.port}`,
        origin: page.origin,
        'sec-fetch-site': 'same-origin',
        'x-fleetkey-csrf': page.csrfToken,
        ...cookies(),
        ...otherwise,
      }
      const sent = Object.entries(headers).filter(([, value]) => value !== 'none')
      const answer = await exchange(
        { port: plane.port, method: 'POST', path: '/', headers: Object.fromEntries(sent) },
        JSON.stringify(fields),
      )
      keep(answer)
      return answer
    },
    async signIn(userName, password, more = {}) {
      const fields = { UserName: userName, Password: password, Console: true, ...more }
      const answer = await page.call('SignIn', fields)
      if (answer.status !== 200) throw new Error(`SignIn: ${answer.status} ${answer.text}`)
      return answer
    },
  }

  function cookies() {
    const cookie = [page.cookie, page.deviceCookie].filter((one) => one !== '').join('; ')
    return cookie === '' ? {} : { cookie }
  }

  /** As a browser does with `Set-Cookie`. */
  function keep({ headers, body }: ApiResponse): void {
    for (const set of [headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = set.split(';')
      const kept = /;\s*Max-Age=0/i.test(set) ? '' : pair
      if (set.startsWith('__Host-fleetkey-device=')) page.deviceCookie = kept
      else page.cookie = kept
    }
    if (typeof body?.CsrfToken === 'string') page.csrfToken = body.CsrfToken
  }
  return page
}
