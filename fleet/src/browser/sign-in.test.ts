import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { authenticatorOf, type Authenticator } from '../../../server/src/testing/authenticator.ts'
import { openSqliteStore } from '../../../server/src/store/sqlite/open.ts'
import { StoreUnavailable, type Store } from '../../../server/src/store/store.ts'
import { startControlPlane, type ControlPlane } from '../../../server/src/testing/control-plane.ts'
import { accessibilityFindings } from './accessibility.ts'
import { until } from '../until.ts'
import { openBrowser, openForgetfulBrowser, whyNoBrowser, type Browser } from './browser.ts'
import { load } from './signed-in.ts'

// From the first start on, in a real browser: a server in this process, whose clock can be set.

const missing = whyNoBrowser()
const skip = missing === undefined ? false : `without ${missing}`
const PASSWORD = 'correct horse battery'
const NEXT_PASSWORD = 'another horse battery'

/** Whether the disk of the server is gone. */
let isAway = false

async function openFailingStore(options: Parameters<typeof openSqliteStore>[0]): Promise<Store> {
  const store = await openSqliteStore(options)
  const orGone = <Result>(ask: () => Promise<Result>) =>
    isAway ? Promise.reject(new StoreUnavailable('no disk', { inDoubt: false })) : ask()
  return { ...store, securityVersion: () => orGone(() => store.securityVersion()) }
}

describe('the door of the console', { skip }, () => {
  let plane: ControlPlane
  let browser: Browser
  let phone: Authenticator
  before(async () => {
    plane = await startControlPlane({ openStore: openFailingStore })
    browser = await openBrowser()
  })
  after(async () => {
    await browser.close()
    await plane.close()
  })
  // Nobody's tries, and no code that was used up, are those of the next case.
  beforeEach(() => void (plane.clock.aheadMs += 120_000))

  const now = () => Date.now() + plane.clock.aheadMs
  const setUpLink = () => plane.told().trim().split(/\s+/).at(-1) ?? ''

  async function signIn(page: Page, name: string, password: string): Promise<void> {
    await page.getByLabel('User name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  async function signInAsAda(page: Page, path: string): Promise<void> {
    await load(page, `${plane.url}${path}`)
    await signIn(page, 'ada', PASSWORD)
    await page.getByLabel('MFA code').fill(phone.code(now()))
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL((url) => url.pathname !== '/sign-in')
  }

  it('is set up by the link that the server tells, whose token leaves the address at once', async () => {
    const { page, problems } = await browser.person()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await load(page, setUpLink())
    await page.getByLabel('User name').fill('ada')
    assert.equal(page.url(), `${plane.url}/set-up`)
    assert.deepEqual(await accessibilityFindings(page), [])
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByLabel('Retype password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Create administrator' }).click()

    await page.getByRole('button', { name: 'Show QR code' }).click()
    const key = page.getByText(/^([A-Z2-7]{4} )+[A-Z2-7]{4}$/).first()
    await page.getByRole('img', { name: /^QR code/ }).waitFor()
    const seed = (await key.innerText()).replaceAll(' ', '')
    phone = authenticatorOf({
      SerialNumber: '',
      Base32StringSeed: Buffer.from(seed).toString('base64'),
    })
    assert.deepEqual(await accessibilityFindings(page), [])
    await page.getByLabel('MFA code 1').fill(phone.code(now() - 30_000))
    await page.getByLabel('MFA code 2').fill(phone.code(now()))
    await page.getByRole('button', { name: 'Add MFA' }).click()
    await page.waitForURL('**/instances/add')
    const token = setUpLink().split('#')[1] ?? ''
    assert.ok(asked.length > 0 && !asked.some((url) => url.includes(token)))
    assert.deepEqual(problems, [])
  })

  it('asks for the second factor, leads back to the page that was wanted, and keeps nothing a script could read', async () => {
    const { page, context, problems } = await browser.person()
    await signInAsAda(page, '/security-credentials?from=mail#sessions')
    assert.equal(page.url(), `${plane.url}/security-credentials?from=mail#sessions`)
    const cookies = (await context.cookies()).toSorted((a, b) => a.name.length - b.name.length)
    assert.deepEqual(
      cookies.map(({ name, httpOnly, secure, sameSite, path, domain }) => ({
        name,
        httpOnly,
        secure,
        sameSite,
        path,
        domain,
      })),
      ['__Host-fleetkey', '__Host-fleetkey-device'].map((name) => ({
        name,
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        path: '/',
        domain: '127.0.0.1',
      })),
    )
    const readable = await page.evaluate(
      'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])',
    )
    assert.equal(readable, '["",{},{}]')
    await page.getByText('This one').waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    // Chromium tells of every status but 2xx: the one that asked for the code.
    assert.ok(
      problems.every((problem) => problem.includes('status of 400')),
      problems.join('\n'),
    )
    const policy = `trustedTypes.createPolicy('evil', { createScriptURL: (url) => url })`
    await assert.rejects(page.evaluate(policy), /disallowed/, 'text that becomes code')
  })

  for (const hours of [3, -3]) {
    it(`keeps a session, and tells ages rightly, where the browser's clock is ${hours} hours ahead, and set again meanwhile`, async () => {
      const name = `kay${hours}`
      await plane.root.done('CreateUser', { UserName: name })
      await plane.root.done('CreateLoginProfile', { UserName: name, Password: PASSWORD })
      const { page, context } = await browser.person()
      await context.clock.install({ time: Date.now() + hours * 3_600_000 })
      await load(page, `${plane.url}/security-credentials`)
      await signIn(page, name, PASSWORD)
      const own = page.getByRole('row').filter({ hasText: 'This one' })
      // The server's own is some minutes ahead of what its answers tell, for the codes of the cases before.
      const isNow = own.getByText(/\((now|\d+ seconds ago|in \d minutes)\)/).first()
      await isNow.waitFor()
      for (const jump of ['13:00:00', '26:00:00']) {
        const asked = page.waitForResponse('**/.well-known/fleetkey')
        await context.clock.fastForward(jump)
        await asked
        await isNow.waitFor()
      }
      assert.equal(await page.getByRole('dialog').count(), 0)
      await context.close()
    })
  }

  it('says that the browser keeps no cookie, and asks for nothing again and again', async () => {
    const forgetful = await openForgetfulBrowser()
    const { page } = forgetful
    try {
      await load(page, `${plane.url}/instances`)
      const isRefused = '(() => { try { return !localStorage } catch { return true } })()'
      assert.equal(await page.evaluate(isRefused), true)
      await signIn(page, 'ada', PASSWORD)
      await page.getByLabel('MFA code').fill(phone.code(now()))
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText('this browser does not keep the cookie of the session').waitFor()
      assert.equal(new URL(page.url()).pathname, '/sign-in')
      assert.equal(await page.getByRole('dialog').count(), 0)
    } finally {
      await forgetful.close()
    }
  })

  it('stays on its own pages after signing in, whatever the address says (open redirect)', async () => {
    const { page } = await browser.person()
    for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example']) {
      await signInAsAda(page, `/sign-in?${new URLSearchParams({ next }).toString()}`)
      assert.equal(new URL(page.url()).origin, plane.url)
      await page.getByRole('button', { name: 'ada', exact: true }).click()
      await page.getByText('Sign out', { exact: true }).click()
      await page.waitForURL('**/sign-in')
      plane.clock.aheadMs += 60_000
    }
  })

  it('shows its pages in full where each style sheet is dropped once on the way (a laptop that wakes up)', async () => {
    const { page } = await browser.person()
    const dropped = new Set<string>()
    await page.route('**/*.css', (route) => {
      const url = route.request().url()
      if (dropped.has(url)) return route.continue()
      dropped.add(url)
      return route.abort('internetdisconnected')
    })
    await signInAsAda(page, '/instances')
    await page.getByRole('button', { name: 'ada', exact: true }).waitFor()
    const unstyled = `[...document.querySelectorAll('link[rel=stylesheet]')].filter((link) => link.sheet === null).length`
    assert.ok(dropped.size >= 3, [...dropped].join())
    assert.equal(await page.evaluate(unstyled), 0)
  })

  it('asks once more who it is before it shows a secret, and then shows it', async () => {
    const { page } = await browser.person()
    await signInAsAda(page, '/security-credentials')
    plane.clock.aheadMs += 16 * 60_000
    await page.getByRole('button', { name: 'Create access key' }).click()
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await proof.getByLabel('Password').fill(PASSWORD)
    await proof.getByRole('button', { name: 'Confirm' }).click()
    await proof.getByLabel('MFA code').fill(phone.code(now()))
    await proof.getByRole('button', { name: 'Confirm' }).click()
    const shown = page.getByRole('dialog', { name: 'Retrieve access key' })
    await shown.getByText(/^AKIA[A-Z2-7]{16}$/).waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    // A key that closes dialogs would lose what is shown this once.
    await page.keyboard.press('Escape')
    await shown.getByRole('button', { name: 'Done' }).click()
  })

  it('makes somebody change a password that was given to them', async () => {
    const given = { UserName: 'bob', Password: PASSWORD, PasswordResetRequired: true }
    await plane.root.done('CreateUser', { UserName: 'bob' })
    await plane.root.done('CreateLoginProfile', given)
    const { page } = await browser.person()
    await load(page, plane.url)
    await signIn(page, 'bob', PASSWORD)
    await page.getByLabel('New password', { exact: true }).fill(NEXT_PASSWORD)
    await page.getByLabel('Retype new password').fill(NEXT_PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('button', { name: 'bob' }).waitFor()
  })

  it('signs out every tab and browser at once, and says to the others that their session is over', async () => {
    const here = await browser.person()
    const elsewhere = await browser.person()
    for (const { page } of [here, elsewhere]) {
      await load(page, `${plane.url}/security-credentials`)
      await signIn(page, 'bob', NEXT_PASSWORD)
      await page.getByRole('button', { name: 'Sign out everywhere' }).waitFor()
    }
    const tab = await here.context.newPage()
    await tab.goto(`${plane.url}/security-credentials`)
    await tab.getByRole('button', { name: 'Sign out everywhere' }).click()
    await tab.waitForURL('**/sign-in')
    await here.page.waitForURL('**/sign-in')
    await elsewhere.page.getByRole('button', { name: 'Change password' }).waitFor()
    await elsewhere.page.getByLabel('Current password').fill('x')
    await elsewhere.page.getByLabel('New password', { exact: true }).fill('y')
    await elsewhere.page.getByLabel('Retype new password').fill('y')
    // Nobody tells a person of news who may see none: they learn of it by what they ask.
    await elsewhere.page.getByRole('button', { name: 'Change password' }).click()
    const again = elsewhere.page.getByRole('dialog', { name: 'Your session has ended' })
    await again.waitFor()
    await again.getByLabel('Password', { exact: true }).fill(NEXT_PASSWORD)
    await again.getByRole('button', { name: 'Sign in', exact: true }).click()
    await again.waitFor({ state: 'detached' })
    await elsewhere.page.getByText('Your session had ended, and nothing was done.').waitFor()
    assert.equal(await elsewhere.page.getByLabel('Current password').inputValue(), 'x')
  })

  it('ends a page that hears of nothing at once when one signs out everywhere on another device', async () => {
    const { page } = await browser.person()
    await signInAsAda(page, '/iam/users')
    await page.getByRole('heading', { name: /^Users/ }).waitFor()
    // What browsers say of a page that they kept as it was, and show again.
    const isLoaded = page.waitForEvent('load')
    await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`)
    await isLoaded
    await page.getByRole('heading', { name: /^Users/ }).waitFor()
    const phoneInHand = await browser.person()
    plane.clock.aheadMs += 60_000
    await signInAsAda(phoneInHand.page, '/security-credentials')
    await phoneInHand.page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
    assert.equal(await page.getByRole('heading', { name: /^Users/ }).isVisible(), false)
    // Whoever else sits there by now has nothing of it.
    await page.getByRole('button', { name: 'Throw the page away' }).click()
    await page.getByLabel('User name').waitFor()
    assert.equal(page.url(), `${plane.url}/sign-in`)
    assert.equal(await page.getByText('ada').count(), 0)
    assert.equal(await page.evaluate('JSON.stringify({ ...sessionStorage })'), '{}')
  })

  it('keeps a page as it was through the end of its session, hidden, in all tabs, and goes on with it', async () => {
    const { page, context, problems } = await browser.person({ colorScheme: 'dark' })
    await signInAsAda(page, '/iam/create-policy')
    await page.getByText('JSON', { exact: true }).click()
    const editor = page.getByRole('textbox', { name: 'Policy document' })
    await editor.fill('{ "of": "an hour"')
    await page.getByLabel('Policy name').fill('mine')
    const tab = await context.newPage()
    await tab.goto(`${plane.url}/iam/users`)
    const filter = tab.getByRole('searchbox', { name: 'Find users' })
    await filter.fill('ad')
    const title = await page.title()

    plane.clock.aheadMs += 13 * 3_600_000
    const again = page.getByRole('dialog', { name: 'Your session has ended' })
    await again.waitFor()
    await tab.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
    await again.getByText('Sign in again as ada').waitFor()
    assert.equal(await page.title(), 'Sign in again · Fleetkey')
    assert.deepEqual(await seenOf(page), [], 'but for the dialog')
    for (const key of ['Escape', 'Escape', 'Escape']) await page.keyboard.press(key)
    await page.setViewportSize({ width: 390, height: 844 })
    assert.deepEqual(await accessibilityFindings(page), [])
    const width = await page.evaluate('document.documentElement.scrollWidth')
    assert.equal(width, 390)
    await page.setViewportSize({ width: 1280, height: 800 })

    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Multi-factor authentication' }).waitFor()
    await page.keyboard.type(phone.code(now()))
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await editor.inputValue(), '{ "of": "an hour"')
    assert.equal(await page.getByLabel('Policy name').inputValue(), 'mine')
    assert.equal(await page.title(), title)
    await page.keyboard.type('-own')
    assert.equal(await page.getByLabel('Policy name').inputValue(), 'mine-own', 'the focus is back')

    await tab.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await filter.inputValue(), 'ad')
    await tab.getByRole('button', { name: 'Ask for users again' }).click()
    await tab.getByText(/not authorized|CrossSite|nothing was done/).waitFor({ state: 'detached' })
    // Chromium tells of every status but 2xx: the one that asked for the code, and doors that were closed.
    assert.deepEqual(
      problems.filter((problem) => !/status of 40\d|WebSocket/.test(problem)),
      [],
    )
  })

  it('says that the server cannot tell now while its store fails, and comes back by itself', async () => {
    const { page } = await browser.person()
    await signInAsAda(page, '/instances')
    await page.getByText('Live', { exact: true }).waitFor()
    isAway = true
    // Whoever leaves is not left to believe that they have.
    await page.getByRole('button', { name: 'ada', exact: true }).click()
    await page.getByText('Sign out', { exact: true }).click()
    await page.getByText('You are still signed in').waitFor()
    await page.reload()
    await page.getByText('Try again in some seconds').first().waitFor()
    await page.getByText('This page asks again by itself.').waitFor()
    isAway = false
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'ada', exact: true }).waitFor()
    assert.ok(!plane.log().includes('unhandled'))
  })

  it('takes a passkey, or a password and a passkey, in the dialog that asks who it is', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
    }
    await plane.root.done('CreateUser', { UserName: 'kim' })
    await plane.root.done('PutUserPolicy', {
      UserName: 'kim',
      PolicyName: 'all',
      PolicyDocument: JSON.stringify(policy),
    })
    await plane.root.done('CreateLoginProfile', { UserName: 'kim', Password: PASSWORD })
    const { page, context } = await browser.person()
    const session = await context.newCDPSession(page)
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
    // Where browsers have passkeys.
    await load(page, `http://localhost:${plane.port}/security-credentials`)
    await signIn(page, 'kim', PASSWORD)
    await page.getByRole('button', { name: 'Add passkey' }).click()
    await page.getByLabel('Passkey name').fill('laptop')
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('row').filter({ hasText: 'laptop' }).waitFor()
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
    const shown = page.getByRole('dialog', { name: 'Retrieve access key' })
    const wantProof = async () => {
      plane.clock.aheadMs += 16 * 60_000
      await page.getByRole('button', { name: 'Create access key' }).click()
      await proof.getByRole('button', { name: 'Use a passkey instead' }).waitFor()
    }
    await wantProof()
    assert.deepEqual(await accessibilityFindings(page), [])
    await proof.getByRole('button', { name: 'Use a passkey instead' }).click()
    await shown.getByText(/^AKIA[A-Z2-7]{16}$/).waitFor()
    await shown.getByRole('button', { name: 'Done' }).click()

    await wantProof()
    await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await proof.getByRole('button', { name: 'Use a passkey instead' }).click()
    await proof.getByText('No passkey was used').waitFor()
    await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await proof.getByLabel('Password').fill(PASSWORD)
    await proof.getByRole('button', { name: 'Confirm' }).click()
    await proof.getByText('Leave it empty to use your passkey').waitFor()
    await proof.getByRole('button', { name: 'Confirm' }).click()
    await shown.getByText(/^AKIA[A-Z2-7]{16}$/).waitFor()
    const proofs = plane.trail().filter(({ eventName }) => eventName === 'ProveAgain')
    assert.deepEqual(
      proofs.slice(-2).map(({ event }) => event.additionalEventData?.['MFAUsed']),
      ['Yes', 'Yes'],
    )
    await shown.getByRole('button', { name: 'Done' }).click()

    // Also where their session has ended.
    await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    plane.clock.aheadMs += 13 * 3_600_000
    const again = page.getByRole('dialog', { name: 'Your session has ended' })
    await again.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await again.waitFor({ state: 'detached' })
    await page.getByRole('row').filter({ hasText: 'laptop' }).waitFor()
  })

  it('tells how long to wait once tries are spent', async () => {
    const { page } = await browser.person()
    await load(page, plane.url)
    for (let tries = 0; tries < 10; tries++) {
      const answered = page.waitForResponse((response) => response.request().method() === 'POST')
      await signIn(page, 'bob', 'wrong')
      await answered
      await page.getByText('is wrong').waitFor()
    }
    await signIn(page, 'bob', NEXT_PASSWORD)
    await page.getByText(/^Too many tries\. Wait \d+ (minutes|seconds) and try again\.$/).waitFor()
  })

  describe('for the page of another site', () => {
    let server: Server
    let evil = ''
    before(async () => {
      const html = '<!doctype html><title>evil</title><body>'
      server = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html')
        response.end(html)
      })
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
      // Another site to a browser, and to this machine the same.
      evil = `http://localhost:${(server.address() as AddressInfo).port}`
    })
    after(() => {
      server.close()
      server.closeAllConnections()
    })

    it('is shown in no frame (clickjacking)', async () => {
      const { page, problems } = await browser.person()
      await page.goto(evil)
      await page.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe')
        frame.src = ${JSON.stringify(plane.url)}
        frame.addEventListener('load', resolve)
        document.body.append(frame)
      })`)
      // Both are told by the browser in their own time.
      await until('the refusal', () => problems.some((one) => one.includes('frame-ancestors')))
      const [framed] = page.frames().filter((frame) => frame !== page.mainFrame())
      await until('an error in its place', () => framed?.url().startsWith('chrome-error:') === true)
    })

    it('does nothing with the session of whoever looks at it (CSRF), and signs nobody in (login CSRF)', async () => {
      const { page, context } = await browser.person()
      await signInAsAda(page, '/security-credentials')
      const evilPage = await context.newPage()
      await evilPage.goto(evil)
      const users = async () => (await plane.root.done('ListUsers', {})).Users.length as number
      const before = await users()
      assert.equal(await evilPage.evaluate(attack, plane.url), 'refused', 'before it was sent')
      assert.equal(await users(), before)
      const records = plane.trail().slice(-6)
      assert.ok(
        !records.some(({ errorCode, eventName }) => eventName === 'CreateUser' && errorCode === ''),
      )
      await page.reload()
      await page.getByRole('button', { name: 'ada', exact: true }).waitFor()
    })
  })
})

/** What of a page could be seen: elements that are not of its dialog, and take place. */
async function seenOf(page: Page): Promise<readonly string[]> {
  return await page.evaluate<string[]>(`[...document.body.querySelectorAll('*')]
    .filter((each) => each.closest('dialog') === null && each.checkVisibility({ visibilityProperty: true }))
    .map((each) => each.outerHTML.slice(0, 80))`)
}

/** In the other site's page: what a form could send, which goes out unread, and what the API wants, for which the browser asks first. */
async function attack(url: string): Promise<string> {
  const [asAForm, asThePage] = [
    { 'content-type': 'application/x-www-form-urlencoded' },
    {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSIdentityManagement.CreateUser',
    },
  ]
  await fetch(url, {
    method: 'POST',
    mode: 'no-cors',
    credentials: 'include',
    headers: asAForm,
    body: 'Action=CreateUser&Version=2010-05-08&UserName=mallory',
  }).catch(() => {})
  return await fetch(url, {
    method: 'POST',
    credentials: 'include',
    headers: asThePage,
    body: JSON.stringify({ UserName: 'mallory' }),
  }).then(
    ({ status }) => String(status),
    () => 'refused',
  )
}
