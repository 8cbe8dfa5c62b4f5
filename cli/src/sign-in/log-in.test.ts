import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { HttpBrowser, type Page } from '@fleetkey/fleet/oidc/http-browser'
import { startOidcProvider, type OidcProvider } from '@fleetkey/fleet/oidc/oidc-provider'
import { confirmDevice, signIn } from '@fleetkey/fleet/oidc/person'
import { readProfiles, writeProfiles } from '../config/profiles.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { paintFor } from '../output.ts'
import { run } from '../run.ts'
import type { Screen } from '../screen.ts'
import { FakeSignIn } from './fake-sign-in.ts'
import { readSession, writeSession } from './session-cache.ts'

// The commands of a login against a real provider, with the person's part played over plain HTTP.

const PROGRAM = new URL('../../bin/fleetkey', import.meta.url).pathname
const CAROL = { name: 'carol', password: 'of carol' }
const DAVE = { name: 'dave', password: 'of dave' }

describe('a login at a provider', { timeout: 120_000 }, () => {
  let provider: OidcProvider
  let server: FakeSignIn
  let sessionSeconds: number
  let home: string
  let env: Record<string, string>

  before(async () => {
    provider = await startOidcProvider({
      deviceInterval: 0.1,
      accounts: [
        { ...CAROL, groups: ['sre', 'dba'] },
        { ...DAVE, groups: ['dev'] },
        { name: 'eve', password: 'of eve', groups: [] },
      ],
    })
  })
  after(() => provider?.stop())

  beforeEach(async () => {
    sessionSeconds = 3600
    server = new FakeSignIn({
      provider: { issuer: provider.issuer, clientId: provider.clientId },
      roles: { sre: ['sre'], dba: ['dba'], dev: ['dev'] },
      sessionSeconds: () => sessionSeconds,
    })
    home = mkdtempSync(join(tmpdir(), 'fleetkey-login-'))
    const { FLEETKEY_ENDPOINT: endpoint = '' } = await server.api.open()
    env = { HOME: home, PATH: process.env['PATH'] ?? '', FLEETKEY_ENDPOINT: endpoint }
  })
  afterEach(() => {
    server.api.close()
    rmSync(home, { recursive: true, force: true })
  })

  /** Starts a command. `address` is the sign-in's, as soon as it is printed. */
  function start(args: readonly string[], more: Partial<Screen> = {}) {
    const { promise: address, resolve } = Promise.withResolvers<string>()
    let [out, err] = ['', '']
    const screen: Screen = {
      env,
      interactive: false,
      paintOut: paintFor({}, {}),
      paintErr: paintFor({}, {}),
      out: (text) => (out += text),
      err: (text) => {
        err += text
        const found = /^ +(?:or at +)?(http\S+(?:auth\?|user_code=)\S+)/m.exec(err)?.[1]
        if (found) resolve(found)
      },
      now: () => Date.now(),
      ...more,
    }
    const done = run(args, screen).then((code) => ({ code, out, err }))
    return { address, done }
  }

  const must = async (args: readonly string[]) => {
    const { code, out, err } = await start(args).done
    assert.equal(code, 0, err)
    return out
  }

  /** A whole login, in a browser of one's own if wanted. */
  async function logIn(
    args: readonly string[] = [],
    person: Parameters<typeof signIn>[1] = DAVE,
    browser?: HttpBrowser,
  ) {
    const { address, done } = start(['login', '--no-browser', ...args])
    const page = await Promise.race([address, done]).then((first) =>
      typeof first === 'string' ? signIn(first, person, browser) : undefined,
    )
    return { ...(await done), page }
  }

  describe('by browser', () => {
    it('takes the only role, and says so in both places', async () => {
      const { code, out, err, page } = await logIn()
      assert.equal(code, 0, err)
      assert.match(
        out,
        /^Logged in as arn:aws:sts::1:assumed-role\/dev\/dave@example\.com\nuntil .*renewed by itself/,
      )
      assert.equal(page?.status, 200)
      assert.match(page?.html ?? '', /You are signed in as dave@example\.com[^]*close this page/)
      assert.equal(
        await must(['whoami']).then((said) => /^role +(.*)$/m.exec(said)?.[1]),
        'arn:aws:iam::1:role/dev',
      )
    })

    it('keeps all that the next login needs, and the session apart, for nobody else to read', async () => {
      await logIn(['--duration', '30m'])
      assert.deepEqual(
        { ...readProfiles(env)['default'] },
        {
          endpoint: env['FLEETKEY_ENDPOINT'],
          region: 'on-prem-7',
          issuer: provider.issuer,
          clientId: provider.clientId,
          role: 'arn:aws:iam::1:role/dev',
          duration: '30m',
        },
      )
      const folder = join(home, '.cache/fleetkey/sessions')
      assert.equal(statSync(folder).mode & 0o777, 0o700)
      assert.equal(statSync(join(folder, 'default.json')).mode & 0o777, 0o600)
      assert.doesNotMatch(
        readFileSync(join(home, '.config/fleetkey/config.json'), 'utf8'),
        /secret-1|token-1/,
      )
      delete env['FLEETKEY_ENDPOINT']
      assert.equal((await logIn()).code, 0)
      assert.equal(server.calls('AssumeRoleWithWebIdentity').at(-1)?.input['DurationSeconds'], 1800)
    })

    it('asks which of several roles, and takes the same again', async () => {
      const asked = await logIn([], CAROL)
      assert.equal(asked.code, EXIT_CODES.ambiguous)
      assert.match(asked.err, /sre[^]*dba[^]*--role NAME/)
      assert.equal((await logIn(['--role', 'dba'], CAROL)).code, 0)
      assert.match((await logIn([], CAROL)).out, /assumed-role\/dba\//)
      assert.match(
        (await logIn(['--role', 'arn:aws:iam::1:role/sre'], CAROL)).out,
        /assumed-role\/sre\//,
      )
    })

    it('says that no role lets one in, and keeps nothing', async () => {
      const { code, err } = await logIn([], { name: 'eve', password: 'of eve' })
      assert.equal(code, EXIT_CODES.accessDenied)
      assert.match(err, /No role lets eve@example\.com in/)
      assert.deepEqual({ ...readProfiles(env) }, {})
      assert.equal(readSession(env, 'default'), undefined)
    })

    it('says that the person denied it', async () => {
      const { code, err, page } = await logIn([], { ...DAVE, decides: 'deny' })
      assert.equal(code, EXIT_CODES.cancelled)
      assert.match(err, /denied[^]*The person did not allow it/)
      assert.equal(page?.status, 400)
      assert.match(page?.html ?? '', /The sign-in was denied/)
      assert.equal(server.calls('AssumeRoleWithWebIdentity').length, 0)
    })

    it('refuses an answer to another question (would log one in as the attacker), and waits for the right one', async () => {
      const { address, done } = start(['login', '--no-browser'])
      const url = await address
      let callback: URL | undefined
      const forging = new HttpBrowser((next) => {
        if (next.pathname !== '/callback') return next
        callback = new URL(next)
        const forged = new URL(next)
        forged.searchParams.set('state', 'another')
        return forged
      })
      const page = await signIn(url, CAROL, forging)
      assert.equal(page.status, 400)
      assert.match(page.html, /not the sign-in that is waited for/)
      assert.ok(callback)
      const without = new URL(callback)
      without.searchParams.delete('state')
      assert.equal((await fetch(without)).status, 400)
      assert.equal(server.calls('ListWebIdentityRoles').length, 0)
      assert.equal((await signIn(url, DAVE)).status, 200)
      assert.match((await done).out, /dave@example\.com/)
    })

    const tampered: readonly (readonly [string, (url: URL) => URL, RegExp])[] = [
      [
        'an ID token for another question (would let a stolen one in)',
        (url) => changed(url, '/auth', 'nonce', 'another'),
        /unexpected JWT claim value/,
      ],
      [
        'an answer of another provider (a mix-up would hand our code to it)',
        (url) => changed(url, '/callback', 'iss', 'https://evil.example'),
        /issuer/,
      ],
      [
        'an answer that does not say whose it is, of a provider that always does',
        (url) => changed(url, '/callback', 'iss', undefined),
        /issuer|iss/,
      ],
    ]
    for (const [what, detour, says] of tampered) {
      it(`refuses ${what}`, async () => {
        const { code, err, page } = await logIn([], DAVE, new HttpBrowser(detour))
        assert.equal(code, EXIT_CODES.badAnswer, err)
        assert.match(err, says)
        assert.equal(page?.status, 400)
        assert.equal(server.calls('ListWebIdentityRoles').length, 0)
        assert.equal(readSession(env, 'default'), undefined)
      })
    }

    it('refuses a code that belongs to another challenge (a stolen code is of no use)', async () => {
      const detour = (url: URL) => changed(url, '/auth', 'code_challenge', 'x'.repeat(43))
      const { code, err } = await logIn([], DAVE, new HttpBrowser(detour))
      assert.equal(code, EXIT_CODES.credentials)
      assert.match(err, /does not sign you in[^]*grant/)
    })

    it('takes an answer once (somebody who saw the address can do nothing with it)', async () => {
      const { address, done } = start(['login', '--no-browser'])
      const stop = new Error('before it came back')
      let callback: URL | undefined
      const stopping = new HttpBrowser((url) => {
        if (url.pathname !== '/callback') return url
        callback = url
        throw stop
      })
      await assert.rejects(signIn(await address, DAVE, stopping), stop)
      const open = async () => {
        assert.ok(callback)
        return (await fetch(callback)).status
      }
      // Later than the first it is told so; later still nobody listens any more.
      const statuses = await Promise.all([1, 2, 3].map(() => open().catch(() => 410)))
      assert.deepEqual(
        statuses.toSorted((a, b) => a - b),
        [200, 410, 410],
      )
      assert.equal((await done).code, 0)
      assert.equal(server.calls('AssumeRoleWithWebIdentity').length, 1)
    })

    it('opens the browser that is there, and prints the address all the same', async () => {
      const opened = join(home, 'opened')
      const opener = join(home, 'browser')
      writeFileSync(
        opener,
        `#!/bin/sh\nprintf %s "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`,
      )
      chmodSync(opener, 0o700)
      env['BROWSER'] = opener
      const { address, done } = start(['login'])
      await signIn(await address, DAVE)
      assert.equal((await done).code, 0)
      for (let wait = 0; wait < 100 && !existsSync(opened); wait += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      assert.equal(readFileSync(opened, 'utf8'), await address)
    })

    it('refuses to replace an access key (its secret was shown once)', async () => {
      writeProfiles(env, { default: { accessKeyId: 'AKIA1', secretAccessKey: 's' } })
      const { code, err } = await start(['login']).done
      assert.equal(code, EXIT_CODES.configuration)
      assert.match(err, /has an access key/)
      assert.equal(server.api.calls.length, 0)
    })

    it('says that an access key in the environment goes before', async () => {
      env['AWS_ACCESS_KEY_ID'] = 'AKIAENV'
      assert.match((await logIn()).err, /AWS_ACCESS_KEY_ID is set and goes before/)
    })
  })

  describe('by device', () => {
    it('shows a code to confirm elsewhere', async () => {
      const { address, done } = start(['login', '--device'])
      const url = await address
      const code = new URL(url).searchParams.get('user_code') ?? ''
      const page: Page = await confirmDevice(url, code, DAVE)
      assert.match(page.html, /You can close this page/)
      const { out, err } = await done
      assert.match(out, /assumed-role\/dev\//, err)
      assert.match(err, new RegExp(`code +${code}$`, 'm'))
    })

    it('is chosen where there is no display, and says so', async () => {
      env['SSH_CONNECTION'] = '10.0.0.1 1 10.0.0.2 22'
      const { address, done } = start(['login'])
      const url = await address
      await confirmDevice(url, new URL(url).searchParams.get('user_code') ?? '', DAVE)
      const { code, err } = await done
      assert.equal(code, 0, err)
      assert.match(err, /no display here/)
    })

    it('says that the person denied it', async () => {
      const { address, done } = start(['login', '--device'])
      const url = await address
      const code = new URL(url).searchParams.get('user_code') ?? ''
      await confirmDevice(url, code, { ...DAVE, decides: 'deny' })
      assert.equal((await done).code, EXIT_CODES.cancelled)
    })
  })

  describe('that runs out', () => {
    it('is renewed on the way', async () => {
      sessionSeconds = 30
      await logIn()
      const before = readSession(env, 'default')
      sessionSeconds = 3600
      await must(['whoami'])
      const renewed = readSession(env, 'default')
      assert.equal(renewed?.credentials.sessionToken, 'token-2')
      assert.equal(renewed?.arn, before?.arn)
      assert.notEqual(refreshTokenOf(renewed), refreshTokenOf(before))
      await must(['whoami'])
      assert.equal(server.calls('AssumeRoleWithWebIdentity').length, 2)
    })

    it('is renewed once by many commands at one moment (a provider takes a second use for theft)', async () => {
      sessionSeconds = 30
      await logIn()
      sessionSeconds = 3600
      const given = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const { stdout } = await promisify(execFile)(PROGRAM, ['credentials'], {
            // Compiled modules where they always are: the home is new.
            env: { ...env, NODE_COMPILE_CACHE: join(homedir(), '.cache/fleetkey/compiled') },
          })
          return (JSON.parse(stdout) as Record<string, string>)['SessionToken']
        }),
      )
      assert.deepEqual(new Set(given), new Set(['token-2']))
      assert.equal(server.calls('AssumeRoleWithWebIdentity').length, 2)
    })

    it('says so when the provider renews no more, and does not ask it again', async () => {
      sessionSeconds = 30
      await logIn()
      const session = readSession(env, 'default')
      assert.ok(session?.origin.kind === 'provider')
      writeSession(env, 'default', {
        ...session,
        origin: { ...session.origin, refreshToken: 'old' },
      })
      for (const attempt of [1, 2]) {
        const { code, err } = await start(['whoami']).done
        assert.equal(code, EXIT_CODES.credentials, `attempt ${attempt}`)
        assert.match(err, /Your login has expired\.[^]*do {6}fleetkey login$/m)
      }
      assert.equal(refreshTokenOf(readSession(env, 'default')), undefined)
    })

    it('keeps a new refresh token even when the server is away (the old one is used up)', async () => {
      sessionSeconds = 30
      await logIn()
      const before = refreshTokenOf(readSession(env, 'default'))
      server.api.close()
      const { code } = await start(['whoami']).done
      assert.equal(code, EXIT_CODES.cannotConnect)
      const kept = refreshTokenOf(readSession(env, 'default'))
      assert.ok(kept !== undefined && kept !== before)
    })

    it('is renewed early for programs that look for new credentials early', async () => {
      sessionSeconds = 900
      await logIn()
      await must(['whoami'])
      assert.equal(server.calls('AssumeRoleWithWebIdentity').length, 1)
      const given = JSON.parse(await must(['credentials'])) as Record<string, string>
      assert.equal(given['SessionToken'], 'token-2')
    })
  })

  describe('logout', () => {
    it('ends session and refresh token, here and there', async () => {
      await logIn()
      const session = readSession(env, 'default')
      assert.match(await must(['logout']), /^Logged out\.$/m)
      assert.equal(server.live.size, 0)
      assert.equal(readSession(env, 'default'), undefined)
      assert.ok(session)
      const soon = { ...session, expiresAt: Date.now() + 1000 }
      writeSession(env, 'default', soon)
      const { code, err } = await start(['whoami']).done
      assert.equal(code, EXIT_CODES.credentials, 'the refresh token still works')
      assert.match(err, /expired/)
    })

    it('works without server and provider, and says what lives on', async () => {
      await logIn()
      server.api.close()
      const { code, out, err } = await start(['logout']).done
      assert.equal(code, 0)
      assert.match(out, /Logged out/)
      assert.match(err, /lives on at the server until it expires/)
      assert.equal(readSession(env, 'default'), undefined)
    })

    it('of all profiles', async () => {
      await logIn(['--profile', 'one'])
      await logIn(['--profile', 'two'])
      assert.match(await must(['logout', '--all']), /profile one[^]*profile two/)
      assert.match(await must(['logout', '--all']), /not logged in/)
    })
  })
})

function changed(url: URL, path: string, field: string, value: string | undefined): URL {
  if (url.pathname !== path || !url.searchParams.has(field)) return url
  const other = new URL(url)
  if (value === undefined) other.searchParams.delete(field)
  else other.searchParams.set(field, value)
  return other
}

function refreshTokenOf(session: ReturnType<typeof readSession>): string | undefined {
  return session?.origin.kind === 'provider' ? session.origin.refreshToken : undefined
}
