import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { after, before, beforeEach, describe, it } from 'node:test'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { startOidcIssuer, type Claims, type OidcIssuer } from '../testing/oidc-issuer.ts'
import { openPage, type Page } from '../testing/page.ts'
import { callUnsigned } from '../testing/unsigned.ts'

// What a browser does, by hand; with a real provider and in a real browser: fleet/src/browser/sso.test.ts.

let plane: ControlPlane
let issuer: OidcIssuer
/** What all whom the provider knows may have. */
const roles = { sre: '', reader: '' }
/** What the provider answers to a code. */
let idToken = ''
/** What it was asked for a token with. */
let tokenRequest = ''
let isStoreFailing = false
/** Paths at which the provider has only trouble. */
const failing = new Map<string, number>()

before(async () => {
  plane = await startControlPlane({
    openStore: async (options) => withFailingTries(await openSqliteStore(options)),
  })
  issuer = await startOidcIssuer({ now: () => Date.now() + plane.clock.aheadMs })
  issuer.intercept = (request, response) => {
    const { url } = request
    const { url: here } = issuer
    if (url === '/token') {
      tokenRequest = ''
      request.on('data', (bytes) => (tokenRequest += String(bytes)))
    }
    const answers: Readonly<Record<string, object>> = {
      '/.well-known/openid-configuration': {
        issuer: here,
        jwks_uri: `${here}/keys`,
        authorization_endpoint: `${here}/auth`,
        token_endpoint: `${here}/token`,
        id_token_signing_alg_values_supported: ['ES256'],
      },
      '/token': { access_token: 'none', token_type: 'Bearer', id_token: idToken },
    }
    const trouble = failing.get(url ?? '')
    if (trouble !== undefined) {
      response.writeHead(trouble).end('<h1>Down</h1>')
      return true
    }
    const answer = answers[url ?? '']
    if (answer === undefined) return false
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer))
    return true
  }
  const made = await plane.root.done('CreateOpenIDConnectProvider', {
    Url: issuer.url,
    ClientIDList: ['fleetkey'],
  })
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: made.OpenIDConnectProviderArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${issuer.name}:aud`]: 'fleetkey' } },
    },
  }
  for (const RoleName of ['sre', 'reader'] as const) {
    const { Role } = await plane.root.done('CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify(trust),
    })
    roles[RoleName] = Role.Arn
  }
  await plane.root.done('AttachRolePolicy', {
    RoleName: 'sre',
    PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  })
})
after(async () => {
  await plane.close()
  await issuer.close()
})
beforeEach(() => void (plane.clock.aheadMs += 120_000))

function withFailingTries(store: Store): Store {
  const passwords = new Proxy(store.identities.passwords, {
    get: (target, name: 'takeTry') =>
      name === 'takeTry' && isStoreFailing
        ? () => Promise.reject(new Error('the disk is full'))
        : target[name],
  })
  return { ...store, identities: { ...store.identities, passwords } }
}

/** A step of the browser: where it is led, and what it shows from then on. */
async function go(path: string, cookie = ''): Promise<{ to: URL; cookie: string }> {
  const { headers } = await fetch(`${plane.url}${path}`, {
    redirect: 'manual',
    headers: { cookie },
  })
  const [pair = ''] = (headers.get('set-cookie') ?? '').split(';')
  return { to: new URL(headers.get('location') ?? '', plane.url), cookie: pair }
}

const start = (more = '') =>
  go(`/sso/start?provider=${encodeURIComponent(issuer.url)}&client=fleetkey${more}`)

const comeBack = ({ to, cookie }: Awaited<ReturnType<typeof start>>, says = 'code=x') =>
  go(`/sso/callback?${says}&state=${to.searchParams.get('state')}`, cookie)

async function signIn(claims: Claims, roleArn = roles.sre): Promise<Page> {
  const begun = await start()
  idToken = issuer.token({ nonce: begun.to.searchParams.get('nonce'), ...claims })
  const back = await comeBack(begun)
  assert.equal(back.to.search, '?sso=arrived')
  const page = openPage(plane)
  page.cookie = back.cookie
  const answer = await page.call('SignInWithRole', { RoleArn: roleArn })
  assert.equal(answer.status, 200, answer.text)
  return page
}

describe('a sign-in at a provider', () => {
  it('proves who somebody is as of when they showed it there (a silent one would be proof after days)', async () => {
    const seconds = Math.floor((Date.now() + plane.clock.aheadMs) / 1000)
    const tell = async (authTime: unknown) => {
      const page = await signIn({ auth_time: authTime })
      return (await page.call('CreateJoinToken', {})).code
    }
    assert.equal(await tell(seconds - 20 * 60), 'StepUpRequiredException')
    assert.equal(await tell(seconds - 60), undefined)
    assert.equal(await tell(undefined), undefined, 'the provider does not say')
    const ahead = await signIn({ auth_time: seconds + 3600 })
    plane.clock.aheadMs += 20 * 60_000
    const later = await ahead.call('CreateJoinToken', {})
    assert.equal(later.code, 'StepUpRequiredException', 'a clock that is ahead gives no time')
  })

  it('asks when that was, and for it anew where a proof is wanted', async () => {
    const asked = async (more?: string) => {
      const { searchParams } = (await start(more)).to
      return [searchParams.get('prompt'), searchParams.get('max_age')]
    }
    assert.deepEqual(await asked(), [null, '31536000'])
    assert.deepEqual(await asked('&anew=1'), ['login', '0'])
  })

  it('shows that the code is its own by what only it knows (who reads the code on its way has no use of it, RFC 7636)', async () => {
    const begun = await start()
    const { searchParams } = begun.to
    assert.equal(searchParams.get('code_challenge_method'), 'S256')
    idToken = issuer.token({ nonce: searchParams.get('nonce') })
    await comeBack(begun)
    const verifier = new URLSearchParams(tokenRequest).get('code_verifier') ?? ''
    assert.match(verifier, /^[\w.~-]{43,128}$/)
    assert.equal(
      createHash('sha256').update(verifier).digest('base64url'),
      searchParams.get('code_challenge'),
    )
    assert.ok(!begun.to.href.includes(verifier))
  })

  it('takes the answer of a provider once (whoever has the address from a history would bring it again)', async () => {
    const begun = await start()
    idToken = issuer.token({ nonce: begun.to.searchParams.get('nonce') })
    assert.equal((await comeBack(begun)).to.search, '?sso=arrived')
    const again = await comeBack(begun)
    assert.deepEqual([again.to.search, again.cookie], ['?sso=failed', ''])
  })

  it('is good for one session, however many pages show it at once', async () => {
    const begun = await start()
    idToken = issuer.token({ nonce: begun.to.searchParams.get('nonce') })
    const { cookie } = await comeBack(begun)
    const take = (otherwise = {}) =>
      Object.assign(openPage(plane), { cookie }).call(
        'SignInWithRole',
        { RoleArn: roles.sre },
        otherwise,
      )
    const foreign = await take({ origin: 'https://evil.example' })
    assert.equal(foreign.code, 'CrossSiteRequestException', 'nor by the page of another site')
    const answers = await Promise.all([take(), take(), take()])
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal((await take()).code, 'ProviderSignInOverException')
  })

  it('is begun by no other site (people would be sent to their provider behind their back), and kept nowhere', async () => {
    const begun = async (site: string) => {
      const path = `/sso/start?provider=${encodeURIComponent(issuer.url)}&client=fleetkey`
      const { headers } = await fetch(`${plane.url}${path}`, {
        redirect: 'manual',
        headers: { 'sec-fetch-site': site },
      })
      const to = new URL(headers.get('location') ?? '', plane.url)
      return [to.origin === issuer.url, headers.get('cache-control')]
    }
    assert.deepEqual(
      await Promise.all(['same-origin', 'none', 'same-site', 'cross-site'].map(begun)),
      [true, true, false, false].map((isBegun) => [isBegun, 'no-store']),
    )
  })

  it('tells of each trouble of a provider what it is and what to do, on record too', async () => {
    /** Asked for anew is what it says of itself, and its keys. */
    const later = () => void (plane.clock.aheadMs += 11 * 60_000)
    const told = async (back: { readonly cookie: string }) => {
      const page = openPage(plane)
      page.cookie = back.cookie
      const { code, message } = await page.call('ListSignInRoles', {})
      const record = plane.trail().findLast(({ eventName }) => eventName === 'ListSignInRoles')
      assert.equal(record?.errorCode, code)
      assert.equal(record?.event.errorMessage, message)
      return `${code}: ${message}`
    }
    const arrived = async (claims: Claims) => {
      const begun = await start()
      idToken = issuer.token({ nonce: begun.to.searchParams.get('nonce'), ...claims })
      return await comeBack(begun)
    }
    const refusing = async (says: string) => await told(await comeBack(await start(), says))
    const wayward = await go('/sso/callback?code=x&state=other', (await start()).cookie)
    const seconds = Math.floor((Date.now() + plane.clock.aheadMs) / 1000)
    const hour = 3600

    assert.match(await refusing('error=access_denied'), /denied there .* can let you use/)
    assert.match(await refusing('error=login_required'), /says login_required\. Begin again/)
    assert.match(await told(wayward), /does not belong to what this browser began.* Begin again/)
    assert.match(await told({ cookie: '' }), /longer than five minutes.* keeps no cookies/)
    for (const claims of [
      { exp: seconds - hour },
      { nbf: seconds + hour, exp: seconds + 2 * hour },
    ]) {
      assert.match(await told(await arrived(claims)), /one of the two clocks is wrong/)
    }
    const ahead = { iat: seconds + 3 * hour, exp: seconds + 4 * hour }
    assert.match(await told(await arrived(ahead)), /issued in the future: the clock .* \(NTP\)/)

    const come = (path: string, status: number) => failing.clear() ?? failing.set(path, status)
    come('/token', 503)
    assert.match(await told(await arrived({})), /answers with status 503\. Try again/)
    come('/keys', 404)
    later()
    assert.match(await told(await arrived({})), /IDPCommunicationError.*status 404/)
    come('/.well-known/openid-configuration', 502)
    later()
    assert.match(await told(await start()), /answers with status 502\. Try again/)
    failing.clear()
    later()
    await signIn({})
  })

  it('asks the provider about sixty answers a minute of one network, and no more', async () => {
    // All of it in one minute.
    plane.clock.aheadMs += 60_000 - ((Date.now() + plane.clock.aheadMs) % 60_000)
    idToken = 'none'
    const before = issuer.asked.get('/token') ?? 0
    for (let tries = 0; tries < 65; tries++) {
      assert.equal((await comeBack(await start())).to.search, '?sso=failed')
    }
    assert.equal((issuer.asked.get('/token') ?? 0) - before, 60)
    plane.clock.aheadMs += 60_000
    await signIn({})
  })

  it('leaves no answer of a provider in the log when it fails (a code that is not used up is good there)', async () => {
    const { to, cookie } = await start()
    isStoreFailing = true
    const state = to.searchParams.get('state') ?? ''
    const { status } = await fetch(`${plane.url}/sso/callback?code=not-used-up&state=${state}`, {
      headers: { cookie },
    })
    isStoreFailing = false
    assert.equal(status, 500)
    assert.match(plane.log(), /the disk is full/)
    for (const secret of ['not-used-up', state]) assert.ok(!plane.log().includes(secret))
  })

  it('has a place however many are begun elsewhere', async () => {
    const begun = await start()
    idToken = issuer.token({ nonce: begun.to.searchParams.get('nonce') })
    // The first thousand and the next: those who came before would be put out by them.
    const strangers = Array.from({ length: 1100 }, () => startFrom('127.9.9.9'))
    await Promise.all(strangers)
    assert.equal((await comeBack(begun)).to.search, '?sso=arrived')
  })
})

describe('whoever a provider vouches for', () => {
  const keysOf = async (sub: string) => {
    const { body } = await callUnsigned(plane, 'AssumeRoleWithWebIdentity', {
      RoleArn: roles.reader,
      RoleSessionName: 'laptop',
      WebIdentityToken: issuer.token({ sub }),
    })
    return plane.as(body.Credentials)
  }

  it('is told where they are signed in, in whatever roles', async () => {
    const page = await signIn({ sub: 'ann' })
    await signIn({ sub: 'ann' }, roles.reader)
    await signIn({ sub: 'bob' })
    const { body } = await page.call('ListOwnSessions', {})
    const told = body.Sessions.map(({ RoleName, IsCurrent }: Readonly<Record<string, unknown>>) => [
      RoleName,
      IsCurrent,
    ])
    assert.deepEqual(told.toSorted(), [
      ['reader', false],
      ['sre', true],
    ])
  })

  it('is signed out everywhere in all roles and of keys, and nobody else is (one would be left open)', async () => {
    const here = await signIn({ sub: 'cleo' })
    const elsewhere = await signIn({ sub: 'cleo' }, roles.reader)
    const keys = await keysOf('cleo')
    const stranger = await signIn({ sub: 'cleo2' }, roles.reader)
    const others = await keysOf('cleo2')
    for (const one of [elsewhere, stranger, keys, others]) {
      assert.equal((await one.call('GetCallerIdentity', {})).status, 200)
    }
    assert.equal((await here.call('SignOutEverywhere', {})).body.EndedSessions, 3)
    for (const one of [elsewhere, keys]) {
      const { code } = await one.call('GetCallerIdentity', {})
      assert.equal(code, 'UnrecognizedClientException')
    }
    for (const one of [stranger, others]) {
      assert.equal((await one.call('GetCallerIdentity', {})).status, 200)
    }
  })
})

const ELSEWHERE = new Agent({ keepAlive: true, maxSockets: 8 })
after(() => ELSEWHERE.destroy())

/** Begins one from another address of this machine. */
async function startFrom(localAddress: string): Promise<void> {
  const path = `/sso/start?provider=${encodeURIComponent(issuer.url)}&client=fleetkey`
  const asked = request({
    port: plane.port,
    host: '127.0.0.1',
    path,
    localAddress,
    agent: ELSEWHERE,
  })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  assert.equal(response.statusCode, 303)
  response.resume()
  await once(response, 'end')
}
