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

async function answerForms(browser: HttpBrowser, form: Page, person: Person): Promise<Page> {
  const { name, password, decides = 'allow' } = person
  const consent = await browser.submit(form, { name, password }, 'sign-in')
  return browser.submit(consent, {}, decides)
}
