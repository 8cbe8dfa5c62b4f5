import { HttpBrowser, type Page } from './http-browser.ts'

interface Person {
  readonly name: string
  readonly password: string
  /** At the question whether the client may know them. Default allow. */
  readonly decides?: 'allow' | 'deny'
}

/** What a person does at the provider, in a browser: signs in and decides. Answers with the page they end on. */
export async function signIn(
  address: string,
  person: Person,
  browser = new HttpBrowser(),
): Promise<Page> {
  return answerForms(browser, await browser.open(address), person)
}

/** The same at the address that a device shows, with its code in it; `code` is what the person compares. */
export async function confirmDevice(address: string, code: string, person: Person): Promise<Page> {
  const browser = new HttpBrowser()
  // The first page sends itself on, by script where there is one.
  const question = await browser.submit(await browser.open(address))
  if (!question.html.includes(code)) throw new Error(`the page does not show ${code}`)
  return answerForms(browser, await browser.submit(question), person)
}

/** An ID token for a program that has nothing to do with fleetkey: a CI job, say. By the device flow (RFC 8628). */
export async function idTokenOf(
  { issuer, clientId }: { readonly issuer: string; readonly clientId: string },
  person: Person,
): Promise<string> {
  const ask = async (path: string, form: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ client_id: clientId, ...form })
    const response = await fetch(new URL(path, issuer), { method: 'POST', body })
    return (await response.json()) as Readonly<Record<string, string>>
  }
  const device = await ask('/device/auth', { scope: 'openid email groups' })
  const { device_code: code = '', verification_uri_complete: url = '' } = device
  await confirmDevice(url, device['user_code'] ?? '', person)
  const grant = 'urn:ietf:params:oauth:grant-type:device_code'
  const { id_token: token } = await ask('/token', { grant_type: grant, device_code: code })
  if (token === undefined) throw new Error(`no ID token for ${person.name}`)
  return token
}

async function answerForms(browser: HttpBrowser, form: Page, person: Person): Promise<Page> {
  const { name, password, decides = 'allow' } = person
  const consent = await browser.submit(form, { name, password }, 'sign-in')
  return browser.submit(consent, {}, decides)
}
