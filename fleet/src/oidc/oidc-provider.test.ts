import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { HttpBrowser } from './http-browser.ts'
import { confirmDevice } from './person.ts'
import { startOidcProvider, type OidcProvider } from './oidc-provider.ts'

const VERIFIER = 'a-verifier-that-is-long-enough-for-RFC-7636-ok'
const CALLBACK = 'http://127.0.0.1:9/callback'

describe('the OpenID provider', { timeout: 60_000 }, () => {
  let provider: OidcProvider
  before(async () => {
    const accounts = [
      { name: 'carol', password: 'of carol', groups: ['sre'] },
      { name: 'dave', password: 'of dave', groups: ['dev'] },
    ]
    provider = await startOidcProvider({ accounts })
  })
  after(() => provider?.stop())

  /** The address of the sign-in, as a client would make it. */
  function signInUrl(more: Readonly<Record<string, string>> = {}): URL {
    const url = new URL('/auth', provider.issuer)
    const challenge = createHash('sha256').update(VERIFIER).digest('base64url')
    url.search = new URLSearchParams({
      client_id: provider.clientId,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid email profile groups offline_access',
      state: 's',
      nonce: 'n',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...more,
    }).toString()
    return url
  }

  /** A browser that stops where the client would listen. */
  function browse() {
    let callback: URL | undefined
    const stop = new Error('at the client')
    const browser = new HttpBrowser((url) => {
      if (!url.href.startsWith(CALLBACK)) return url
      callback = url
      throw stop
    })
    const arrive = async (step: Promise<unknown>) => {
      await assert.rejects(step, stop)
      assert.ok(callback)
      return callback.searchParams
    }
    return { browser, arrive }
  }

  async function codeOf(name: string): Promise<URLSearchParams> {
    const { browser, arrive } = browse()
    const form = await browser.open(signInUrl())
    const consent = await browser.submit(form, { name, password: `of ${name}` })
    assert.match(consent.html, /fleetkey-cli<\/strong> asks for[^]*<li>groups/)
    return arrive(browser.submit(consent, {}, 'allow'))
  }

  async function token(form: Readonly<Record<string, string>>) {
    const response = await fetch(new URL('/token', provider.issuer), {
      method: 'POST',
      body: new URLSearchParams({ client_id: provider.clientId, ...form }),
    })
    return (await response.json()) as Record<string, string>
  }

  const exchange = (code: string) =>
    token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
    })

  it('signs an ID token with the claims that policies go by', async () => {
    const answer = await codeOf('carol')
    assert.equal(answer.get('iss'), provider.issuer)
    assert.equal(answer.get('state'), 's')
    const { id_token: idToken = '' } = await exchange(answer.get('code') ?? '')
    const [head = '', body = '', signature = ''] = idToken.split('.')
    const { keys } = (await (await fetch(new URL('/jwks', provider.issuer))).json()) as {
      keys: Record<string, string>[]
    }
    const [key] = keys
    assert.ok(key)
    assert.ok(
      verify(
        'sha256',
        Buffer.from(`${head}.${body}`),
        createPublicKey({ key, format: 'jwk' }),
        Buffer.from(signature, 'base64url'),
      ),
    )
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
    assert.deepEqual(
      ['iss', 'aud', 'sub', 'email', 'email_verified', 'groups', 'preferred_username', 'nonce'].map(
        (name) => claims[name],
      ),
      [
        provider.issuer,
        provider.clientId,
        'carol',
        'carol@example.com',
        true,
        ['sre'],
        'carol',
        'n',
      ],
    )
  })

  it('gives a new refresh token for each, and refuses the old one', async () => {
    const { refresh_token: first = '' } = await exchange((await codeOf('dave')).get('code') ?? '')
    const refresh = (value: string) => token({ grant_type: 'refresh_token', refresh_token: value })
    const { refresh_token: second, id_token: idToken } = await refresh(first)
    assert.ok(second && second !== first)
    assert.ok(idToken)
    assert.equal((await refresh(first))['error'], 'invalid_grant')
  })

  it('says at the next renewal what groups somebody is in by then, and nothing more of who has left', async () => {
    const people = [
      { name: 'carol', password: 'of carol', groups: ['sre'] },
      { name: 'dave', password: 'of dave', groups: ['dev'] },
    ]
    const [carol, dave] = people
    assert.ok(carol && dave)
    let { refresh_token: token1 = '' } = await exchange((await codeOf('dave')).get('code') ?? '')
    const renew = async () => {
      const answer = await token({ grant_type: 'refresh_token', refresh_token: token1 })
      token1 = answer['refresh_token'] ?? ''
      return answer
    }
    try {
      await provider.setAccounts([carol, { ...dave, groups: ['sre', 'dev'] }])
      const [, body = ''] = ((await renew())['id_token'] ?? '').split('.')
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { groups: unknown }
      assert.deepEqual(claims.groups, ['sre', 'dev'])
      await provider.setAccounts([carol])
      assert.equal((await renew())['error'], 'invalid_grant')
    } finally {
      await provider.setAccounts(people)
    }
  })

  it('takes a code once', async () => {
    const code = (await codeOf('carol')).get('code') ?? ''
    assert.ok((await exchange(code))['id_token'])
    assert.equal((await exchange(code))['error'], 'invalid_grant')
  })

  it('lets nobody in with a wrong password', async () => {
    const { browser } = browse()
    const form = await browser.open(signInUrl())
    for (const fields of [
      { name: 'carol', password: 'of dave' },
      { name: 'nobody', password: '' },
    ]) {
      const again = await browser.submit(form, fields)
      assert.equal(again.status, 401)
      assert.match(again.html, /Name or password is wrong/)
    }
  })

  it('tells the client that the person denied it', async () => {
    const { browser, arrive } = browse()
    const form = await browser.open(signInUrl())
    const consent = await browser.submit(form, { name: 'carol', password: 'of carol' })
    const answer = await arrive(browser.submit(consent, {}, 'deny'))
    assert.equal(answer.get('error'), 'access_denied')
    assert.equal(answer.get('iss'), provider.issuer)
  })

  it('sends a code to this machine only, to any port of it', async () => {
    const { browser } = browse()
    const url = signInUrl({ redirect_uri: 'http://10.0.0.1:9/callback' })
    assert.equal((await browser.open(url)).status, 400)
  })

  it('lets a device in by the code it shows', async () => {
    const response = await fetch(new URL('/device/auth', provider.issuer), {
      method: 'POST',
      body: new URLSearchParams({ client_id: provider.clientId, scope: 'openid groups' }),
    })
    const device = (await response.json()) as Record<string, string>
    const poll = () =>
      token({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: device['device_code'] ?? '',
      })
    assert.equal((await poll())['error'], 'authorization_pending')
    const done = await confirmDevice(
      device['verification_uri_complete'] ?? '',
      device['user_code'] ?? '',
      { name: 'dave', password: 'of dave' },
    )
    assert.match(done.html, /You can close this page/)
    assert.ok((await poll())['id_token'])
  })
})
