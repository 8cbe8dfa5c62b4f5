import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { freePort } from '../control-plane.ts'
import { fleetkey, fleetkeyJson } from '../fleetkey.ts'
import { HttpBrowser } from '../oidc/http-browser.ts'
import { signIn } from '../oidc/person.ts'
import { startOidcProvider, type OidcProvider } from '../oidc/oidc-provider.ts'
import { trustProvider } from '../trust-provider.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { startPlainPlane, type PlainPlane } from './plain-plane.ts'
import { load, signOutAsElsewhere } from './signed-in.ts'

// Single sign-on in the browser, at a real provider: who comes back gets the role that trusts them, and nobody else's sign-in is theirs.

const CAROL = { name: 'carol', password: 'of carol', groups: ['sre'] }
const ERIN = { name: 'erin', password: 'of erin', groups: ['sre', 'ops'] }
const DAVE = { name: 'dave', password: 'of dave', groups: ['dev'] }

/** Of every kind of text that a secret may be: in a header it must be encoded (RFC 6749 §2.3.1), in a body as well. */
const CANARY = randomBytes(16).toString('hex')
const SECRET = `100% +/&=~: ${CANARY}`
const CONFIDENTIAL = [
  { clientId: 'in-header', secret: SECRET, method: 'client_secret_basic' },
  { clientId: 'in-body', secret: SECRET, method: 'client_secret_post' },
  { clientId: 'mistaken', secret: 'what the server is not told', method: 'client_secret_basic' },
] as const

const SEE_HOSTS = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'See', Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }],
}

describe(
  'single sign-on in the browser',
  { skip: whyNoBrowser() ?? false, timeout: 180_000 },
  () => {
    let dir: string
    let plane: PlainPlane
    let provider: OidcProvider
    let browser: Browser
    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'fleetkey-sso-'))
      const secretFile = join(dir, 'secret')
      await writeFile(secretFile, `${SECRET}\n`, { mode: 0o600 })
      // Known before either starts: the server is told of the provider, and the provider of the server.
      const port = await freePort('127.0.0.1')
      const issuer = `http://127.0.0.1:${port}`
      const clients = [
        { issuer, clientId: 'in-header', secretFile },
        {
          issuer,
          clientId: 'in-body',
          secretVariable: 'SSO_SECRET',
          authMethod: 'client_secret_post',
        },
        { issuer, clientId: 'mistaken', secretFile },
      ]
      const environment = { SSO_SECRET: SECRET }
      const settings = { sso: { clients } }
      ;[plane, browser] = await Promise.all([
        startPlainPlane({ dir, settings, environment }),
        openBrowser(),
      ])
      provider = await startOidcProvider({
        accounts: [CAROL, ERIN, DAVE],
        port,
        confidential: CONFIDENTIAL,
        redirectUris: [`${plane.url}/sso/callback`],
      })
      await trustProvider(plane, provider, { name: 'sre', group: 'sre', policy: SEE_HOSTS })
      const name = provider.issuer.replace('http://', '')
      const trust = ['--trust-provider', name, '--claim', 'groups=ops']
      const made = await fleetkey(['iam', 'roles', 'create', 'ops', ...trust], { env: plane.root })
      assert.equal(made.code, 0, made.stderr)
    })
    after(async () => {
      await Promise.all([browser?.close(), provider?.stop(), plane?.stop()])
      await rm(dir, { recursive: true, force: true })
    })

    /** The public client is for programs, where there is another for browsers. */
    const withProvider = (page: Page, clientId = 'in-header') =>
      page.getByRole('button', {
        name: `Sign in with ${new URL(provider.issuer).host} (${clientId})`,
      })

    async function atProvider(path = '/', clientId?: string): Promise<Person> {
      const person = await browser.person()
      person.page.setDefaultTimeout(30_000)
      await load(person.page, `${plane.url}${path}`)
      await withProvider(person.page, clientId).click()
      await person.page.waitForURL((url) => url.origin === new URL(provider.issuer).origin)
      return person
    }

    async function signsIn(page: Page, { name, password }: typeof CAROL): Promise<void> {
      await page.locator('[name=name]').fill(name)
      await page.locator('[name=password]').fill(password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('button', { name: 'Allow' }).click()
    }

    const refused = (page: Page) =>
      page.getByText('This sign-in was not begun in this browser').waitFor()
    const isSignedIn = async ({ context }: Person) =>
      (await context.cookies(plane.url)).some(({ name }) => name === '__Host-fleetkey')

    it('gives the one role that trusts the person, where they wanted to be', async () => {
      const person = await atProvider('/security-credentials')
      const { page } = person
      const [callback] = await Promise.all([
        page.waitForRequest((request) => request.url().includes('/sso/callback')),
        signsIn(page, CAROL),
      ])
      await page.getByText('assumed-role/sre/carol@example.com').first().waitFor()
      assert.equal(new URL(page.url()).pathname, '/security-credentials')
      await page.goto(`${plane.url}/instances`)
      await page
        .getByRole('heading', { name: /^Instances/ })
        .first()
        .waitFor()
      await page.goto(`${plane.url}/iam/users`)
      await page.getByText('is not authorized to perform: iam:ListUsers').first().waitFor()
      const [event] = (await fleetkeyJson(
        ['events', '--event', 'AssumeRoleWithWebIdentity', '--limit', '1'],
        { env: plane.root },
      )) as { record: { userIdentity: { userName: string } } }[]
      assert.equal(event?.record.userIdentity.userName, 'carol')

      await page.goto(callback.url())
      await refused(page)
      const other = await browser.person()
      await other.page.goto(callback.url())
      await refused(other.page)
      assert.equal(await isSignedIn(other), false, 'a callback is good once, and in its browser')
    })

    it('shows the secret of a client that has one, as it is registered, and nowhere else', async () => {
      for (const { clientId } of CONFIDENTIAL.slice(0, 2)) {
        const { page, context } = await atProvider('/security-credentials', clientId)
        await signsIn(page, CAROL)
        await page.getByText('assumed-role/sre/carol@example.com').first().waitFor()
        await context.close()
      }
      const { page } = await atProvider('/', 'mistaken')
      await signsIn(page, CAROL)
      await page.getByText('it does not take the secret of this server').waitFor()

      const exported = join(dir, 'trail.jsonl')
      assert.equal((await fleetkey(['trail', 'export', exported], { env: plane.root })).code, 0)
      const commandLines = await Promise.all(
        (await readdir('/proc'))
          .filter((pid) => /^\d+$/.test(pid))
          .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
      )
      const told = [plane.log(), provider.log(), await readFile(exported, 'utf8'), ...commandLines]
      assert.ok(told.join().includes('in-header'), 'what was searched is the right')
      assert.ok(!told.join().includes(CANARY))
      assert.doesNotMatch(told.join(), /Basic [\w+/]{16}/)
    })

    it('is done again in another tab once the session has ended, and the page goes on', async () => {
      const person = await atProvider('/instances')
      const { page, context } = person
      await signsIn(page, ERIN)
      await page.getByRole('radio', { name: 'sre' }).check()
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      const filter = page.getByRole('combobox').first()
      await filter.fill('web')
      const tab = await context.newPage()
      await tab.goto(`${plane.url}/security-credentials`)
      await tab.evaluate(signOutAsElsewhere)
      await tab.close()
      await page.getByRole('button', { name: 'Read again' }).click()
      const again = page.getByRole('dialog', { name: 'Your session has ended' })
      await again.waitFor()
      assert.deepEqual(await accessibilityFindings(page), [])
      const [opened] = await Promise.all([
        context.waitForEvent('page'),
        again.getByRole('link', { name: /^Sign in with .*in-header/ }).click(),
      ])
      // They are signed in there, and take the role that the page is of, of the two that they have; that tab then closes itself.
      const closed = opened.waitForEvent('close')
      await opened.getByRole('button', { name: 'Allow' }).click()
      await again.waitFor({ state: 'detached' })
      await closed
      assert.equal(await filter.inputValue(), 'web')
      await page.goto(`${plane.url}/security-credentials`)
      await page.getByText('assumed-role/sre/erin@example.com').first().waitFor()
      await context.close()
    })

    it('asks at the provider once more where a proof is wanted, also when one is signed in there', async () => {
      const { page } = await atProvider('/security-credentials')
      await signsIn(page, CAROL)
      await page.getByText('assumed-role/sre/carol@example.com').first().waitFor()
      // Signed in there by now: the way in asks for no password.
      await page.goto(`${plane.url}/sso/start?${clientQuery()}`)
      await page.getByRole('button', { name: 'Allow' }).click()
      await page.waitForURL((url) => url.origin === plane.url && url.pathname === '/')
      await page.goto(`${plane.url}/sso/start?${clientQuery()}&anew=1`)
      await page.locator('[name=password]').waitFor()
    })

    const clientQuery = () =>
      new URLSearchParams({ provider: provider.issuer, client: provider.clientId }).toString()

    it('lets the person choose where several roles trust them', async () => {
      const { page } = await atProvider()
      await signsIn(page, ERIN)
      await page.getByRole('heading', { name: 'Choose a role' }).waitFor()
      assert.deepEqual(await accessibilityFindings(page), [])
      await page.getByRole('radio', { name: 'ops' }).check()
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.waitForURL((url) => url.pathname === '/')
      await page.goto(`${plane.url}/security-credentials`)
      await page.getByText('assumed-role/ops/erin@example.com').first().waitFor()
    })

    it('tells whom no role trusts, and who denied it', async () => {
      const { page, context } = await atProvider()
      await signsIn(page, DAVE)
      await page.getByText('no trust policy of a role names you').waitFor()
      await context.close()
      const denied = await atProvider()
      await denied.page.locator('[name=name]').fill(CAROL.name)
      await denied.page.locator('[name=password]').fill(CAROL.password)
      await denied.page.getByRole('button', { name: 'Sign in' }).click()
      await denied.page.getByRole('button', { name: 'Deny' }).click()
      await denied.page.getByText('it was denied there').waitFor()
      await denied.page.getByText(`${plane.url}/sso/callback`).first().waitFor()
      assert.deepEqual(await accessibilityFindings(denied.page), [])
      assert.equal(await isSignedIn(denied), false)
    })

    it('takes nobody’s answer in another’s browser (login CSRF), nor one of another issuer (mix-up)', async () => {
      const held: URL[] = []
      const mallory = new HttpBrowser((url) => {
        if (url.pathname !== '/sso/callback' || held.length > 0) return url
        held.push(url)
        throw new Error('held')
      })
      const begin = `${plane.url}/sso/start?${new URLSearchParams({
        provider: provider.issuer,
        client: provider.clientId,
      }).toString()}`
      await assert.rejects(signIn(begin, CAROL, mallory), /held/)
      const [stolen] = held
      assert.ok(stolen)
      assert.ok(stolen.searchParams.has('code'))
      const victim = await atProvider()
      await victim.page.goto(stolen.href)
      await victim.page.getByText('does not belong to what this browser began').waitFor()
      assert.equal(await isSignedIn(victim), false)

      const mixedUp = new URL(stolen)
      mixedUp.searchParams.set('iss', 'https://evil.example')
      assert.equal((await mallory.open(mixedUp)).url.search, '?sso=failed')
      assert.match(plane.log(), /unexpected \\"iss\\"/)
      assert.equal((await mallory.open(stolen)).url.search, '?sso=failed', 'it is spent')
    })

    it('leads nowhere else, and is begun by no other site', async () => {
      const ask = (query: string, headers = {}) =>
        fetch(`${plane.url}/sso/start?${query}`, { redirect: 'manual', headers })
      const known = `provider=${encodeURIComponent(provider.issuer)}&client=${provider.clientId}`
      for (const [query, headers] of [
        ['provider=https%3A%2F%2Fevil.example&client=x', {}],
        [`${known}x`, {}],
        ['', {}],
        [known, { 'sec-fetch-site': 'cross-site' }],
      ] as const) {
        const { status, headers: answered } = await ask(query, headers)
        assert.deepEqual([status, answered.get('location')], [303, '/sign-in?sso=failed'])
      }
      const { headers } = await ask(known)
      assert.ok(headers.get('location')?.startsWith(`${provider.issuer}/auth?`))
      const to = new URL(headers.get('location') ?? '')
      assert.equal(to.searchParams.get('redirect_uri'), `${plane.url}/sso/callback`)
      assert.equal(to.searchParams.get('code_challenge_method'), 'S256')
      const cookie = headers.get('set-cookie') ?? ''
      assert.match(
        cookie,
        /^__Host-fleetkey-sign-in=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=300$/,
      )

      // Whatever comes back with it, it is good once: the second time nobody asks the provider anything.
      const back = () =>
        fetch(`${plane.url}/sso/callback?code=x&state=${to.searchParams.get('state')}`, {
          redirect: 'manual',
          headers: { cookie: cookie.split(';', 1)[0] ?? '' },
        })
      const [first, second] = [await back(), await back()]
      assert.ok(first.headers.get('set-cookie'), 'what the provider said is kept for its page')
      assert.equal(second.headers.get('set-cookie'), null)
    })
  },
)
