import { unescapeHtml } from './escape-html.ts'

const MAX_REDIRECTS = 20

/** What a browser shows after all redirects. */
export interface Page {
  readonly url: URL
  readonly status: number
  readonly html: string
}

/** A person's browser without the window: keeps cookies, follows redirects, fills in forms. For tests. */
export class HttpBrowser {
  readonly #cookies = new Map<string, Map<string, string>>()
  readonly #detour: (url: URL) => URL

  /** @param detour sees every address before it is asked, and may change it: an attacker on the way */
  constructor(detour: (url: URL) => URL = (url) => url) {
    this.#detour = detour
  }

  open(address: string | URL): Promise<Page> {
    return this.#request(new URL(address), { method: 'GET' })
  }

  /** Sends a page's form with these fields added. `action` picks the form whose action ends so. */
  submit(page: Page, fields: Readonly<Record<string, string>> = {}, action = ''): Promise<Page> {
    const form = formsOf(page).find((each) => each.action.pathname.endsWith(action))
    if (!form) throw new Error(`no form for "${action}" at ${page.url.href}:\n${page.html}`)
    const body = new URLSearchParams({ ...form.hidden, ...fields })
    return this.#request(form.action, { method: 'POST', body })
  }

  async #request(from: URL, init: { method: string; body?: URLSearchParams }): Promise<Page> {
    let url = from
    let next = init
    for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
      url = this.#detour(url)
      const jar = this.#cookies.get(url.host) ?? new Map<string, string>()
      this.#cookies.set(url.host, jar)
      const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
      const response = await fetch(url, {
        ...next,
        redirect: 'manual',
        headers: cookie === '' ? {} : { cookie },
        signal: AbortSignal.timeout(10_000),
      })
      keepCookies(jar, response.headers.getSetCookie())
      const location = response.headers.get('location')
      if (location === null) return { url, status: response.status, html: await response.text() }
      await response.body?.cancel()
      url = new URL(location, url)
      next = { method: 'GET' }
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects from ${from.href}`)
  }
}

function keepCookies(jar: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split(/; */)
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    const isOver = attributes.some((attribute) => {
      const expires = /^expires=(.*)$/i.exec(attribute)?.[1]
      return expires !== undefined && Date.parse(expires) <= Date.now()
    })
    if (isOver) jar.delete(name)
    else jar.set(name, value)
  }
}

function formsOf(page: Page): { action: URL; hidden: Record<string, string> }[] {
  return [...page.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(
    ([, head = '', body = '']) => ({
      action: new URL(attribute(head, 'action') ?? '', page.url),
      hidden: Object.fromEntries(
        [...body.matchAll(/<input\b([^>]*)>/gs)].flatMap(([, input = '']) =>
          attribute(input, 'value') === undefined
            ? []
            : [[attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']],
        ),
      ),
    }),
  )
}

function attribute(head: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1]
  return value === undefined ? undefined : unescapeHtml(value)
}
