import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import type { ControlPlane } from '../control-plane.ts'
import { fleetkey } from '../fleetkey.ts'
import { setPassword } from '../set-password.ts'
import type { Browser, Person, PersonOptions } from './browser.ts'

/** May do everything. */
export const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}

/** Somebody who can sign in to the console. */
export interface Account {
  readonly name: string
  readonly password: string
}

/** Makes a user with one inline policy and a password that may stay, with the commands that an administrator would use. */
export async function makeAccount(
  plane: Pick<ControlPlane, 'root'>,
  name: string,
  policy: object = EVERYTHING,
): Promise<Account> {
  const password = `${randomBytes(12).toString('base64url')}-aA1`
  await must(plane, ['iam', 'users', 'create', name])
  await must(plane, ['iam', 'users', 'put-policy', name, 'main', '-'], JSON.stringify(policy))
  await setPassword(plane, name, password)
  return { name, password }
}

/** Opens the console in a browser of their own and signs in, as a person does: looking for the fields by what they are called. */
export async function signedIn(
  browser: Browser,
  plane: Pick<ControlPlane, 'url'>,
  account: Account,
  { path = '/', ...options }: PersonOptions & { readonly path?: string } = {},
): Promise<Person> {
  const person = await browser.person(options)
  const { page } = person
  await load(page, `${plane.url}${path}`)
  await page.getByLabel('User name').fill(account.name)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
  // The address changes a moment before the page does, which may have fields of the same name.
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor({ state: 'detached' })
  return person
}

/** Loads a page that asks who one is: again where a test beside this one changes the machine's network meanwhile, and the browser drops what it is loading. */
export async function load(page: Page, url: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await page.goto(url)
      return await page.getByLabel('User name').waitFor({ timeout: 10_000 })
    } catch (error) {
      if (tries === 3) {
        const shown = await page.locator('body').innerText({ timeout: 1000 }).catch(String)
        throw new Error(`no "User name" at ${page.url()}, but: ${shown}`, { cause: error })
      }
      // Else an address that differs by what follows # alone is gone to within the document that failed.
      await page.goto('about:blank')
    }
  }
}

/** For a page to evaluate: ends the session of its browser, which no tab hears of from another, as if it were by another device. */
export const signOutAsElsewhere = `(async () => {
  const ask = (operation, csrf) =>
    fetch('/', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Fleetkey.' + operation,
        'x-fleetkey-csrf': csrf,
      },
      body: '{}',
    })
  const told = await (await ask('GetConsoleSession', '')).json()
  await ask('SignOut', told.CsrfToken)
})()`

async function must(
  plane: Pick<ControlPlane, 'root'>,
  argv: readonly string[],
  input?: string,
): Promise<void> {
  const { code, stdout, stderr } = await fleetkey(argv, {
    env: plane.root,
    ...(input !== undefined && { input }),
  })
  if (code !== 0) throw new Error(`fleetkey ${argv.join(' ')}: exit ${code}\n${stderr}${stdout}`)
}
