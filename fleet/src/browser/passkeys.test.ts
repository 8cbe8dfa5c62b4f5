import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { fleetkeyJson } from '../fleetkey.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { startPlainPlane, type PlainPlane } from './plain-plane.ts'
import { makeAccount, signedIn, type Account } from './signed-in.ts'

// One person with a passkey, from adding it to losing it, in a real browser with an authenticator of Chromium's own.

describe('passkeys', { skip: whyNoBrowser() ?? false, timeout: 180_000 }, () => {
  let dir: string
  let plane: PlainPlane
  let browser: Browser
  let account: Account
  let person: Person
  let page: Page
  let authenticator: { readonly session: CDPSession; readonly authenticatorId: string }

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fleetkey-passkeys-'))
    ;[plane, browser] = await Promise.all([startPlainPlane({ dir }), openBrowser()])
    account = await makeAccount(plane, 'alice')
    person = await signedIn(browser, plane, account, { path: '/security-credentials' })
    page = person.page
    page.setDefaultTimeout(30_000)
    const session = await person.context.newCDPSession(page)
    await session.send('WebAuthn.enable')
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    authenticator = { session, authenticatorId }
  })
  after(async () => {
    await browser?.close()
    await plane?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const inDialog = (name: string) =>
    page.getByRole('dialog').getByRole('button', { name, exact: true })
  const signedOut = async () => {
    await person.context.clearCookies()
    await page.goto(`${plane.url}/sign-in`)
    await page.getByLabel('User name').waitFor()
  }
  const setVerified = (isUserVerified: boolean) =>
    authenticator.session.send('WebAuthn.setUserVerified', {
      authenticatorId: authenticator.authenticatorId,
      isUserVerified,
    })
  const logins = async () => {
    const events = (await fleetkeyJson(['events', '--event', 'ConsoleLogin', '--limit', '1'], {
      env: plane.root,
    })) as { record: { additionalEventData?: Readonly<Record<string, unknown>> } }[]
    return events[0]?.record.additionalEventData
  }

  it('is added and renamed on the page of one’s own credentials', async () => {
    await page.getByText('No passkeys').waitFor()
    await button('Add passkey').click()
    await page.getByLabel('Passkey name').fill('laptop')
    await inDialog('Continue').click()
    await page.getByRole('row').filter({ hasText: 'laptop' }).getByText('localhost').waitFor()
    await button('Rename laptop').click()
    await page.getByLabel('Passkey name').fill('<b>my</b> laptop')
    await inDialog('Rename').click()
    await page.getByText('<b>my</b> laptop').first().waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
  })

  it('is not added twice to one authenticator', async () => {
    await button('Add passkey').click()
    await page.getByLabel('Passkey name').fill('again')
    await inDialog('Continue').click()
    await page.getByText('This authenticator holds a passkey of yours already.').waitFor()
    await inDialog('Cancel').click()
  })

  it('is asked for after the password', async () => {
    await signedOut()
    assert.deepEqual(await accessibilityFindings(page), [])
    await page.getByLabel('User name').fill(account.name)
    await page.getByLabel('Password', { exact: true }).fill(account.password)
    await button('Sign in').click()
    await page.getByRole('heading', { name: 'Multi-factor authentication' }).waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    assert.equal(await page.getByLabel('MFA code').count(), 0, 'there is no app')
    await button('Use passkey').click()
    await page.waitForURL((url) => url.pathname === '/')
    const facts = await logins()
    assert.deepEqual([facts?.['MFAUsed'], facts?.['SignedInWith']], ['Yes', undefined])
  })

  it('signs in by itself, without a name', async () => {
    await signedOut()
    await button('Sign in with a passkey').click()
    await page.waitForURL((url) => url.pathname === '/')
    assert.equal((await logins())?.['SignedInWith'], 'Passkey')
    await page.goto(`${plane.url}/security-credentials`)
    await page.getByText(', with a second factor').waitFor()
  })

  it('does not sign in by itself when its owner has not unlocked it', async () => {
    await setVerified(false)
    await signedOut()
    await button('Sign in with a passkey').click()
    await page.getByText('No passkey was used').waitFor()
    await setVerified(true)
  })

  it('is removed, and the password is enough again', async () => {
    await button('Sign in with a passkey').click()
    await page.waitForURL((url) => url.pathname === '/')
    await page.goto(`${plane.url}/security-credentials`)
    await button('Remove <b>my</b> laptop').click()
    await inDialog('Remove').click()
    await page.getByText('No passkeys').waitFor()
    await signedOut()
    await button('Sign in with a passkey').click()
    await page.getByText('That passkey signs nobody in here').waitFor()
    await page.getByLabel('User name').fill(account.name)
    await page.getByLabel('Password', { exact: true }).fill(account.password)
    await button('Sign in').click()
    await page.waitForURL((url) => url.pathname === '/')
  })

  it('is not offered at an address, and the page says why', async () => {
    const { port } = new URL(plane.url)
    const other = await signedIn(browser, { url: `http://127.0.0.1:${port}` }, account, {
      path: '/security-credentials',
    })
    await other.page.getByText('this page is at the address 127.0.0.1').waitFor()
    const without = await browser.person()
    await without.page.goto(`http://127.0.0.1:${port}/sign-in`)
    await without.page
      .getByText('No passkeys here: Browsers have passkeys for host names only')
      .waitFor()
    const add = other.page.getByRole('button', { name: 'Add passkey' })
    assert.equal(await add.isDisabled(), true)
  })
})
