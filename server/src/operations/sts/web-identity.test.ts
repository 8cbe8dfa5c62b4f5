import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { invalidIdentityToken } from '@fleetkey/domain/exceptions/sts'
import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { givenRole, trustingProvider, type GivenRole } from '../../testing/given-role.ts'
import { identifyByToken } from './identify-by-token.ts'
import { startOidcIssuer, type Claims, type OidcIssuer } from '../../testing/oidc-issuer.ts'

let plane: ControlPlane
let issuer: OidcIssuer
let role: GivenRole
before(async () => {
  plane = await startControlPlane()
  issuer = await startOidcIssuer({ path: '/realm', now: () => Date.now() + plane.clock.aheadMs })
  await register(issuer, 'fleetkey')
  role = await givenRole(plane, {
    trust: trustingProvider(issuer.name),
    policy: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' },
  })
})
after(async () => {
  await issuer.close()
  await plane.close()
})
// Failures are counted by the minute and network; a key that is not known is looked for once in 30 seconds.
beforeEach(() => {
  plane.clock.aheadMs += 61_000
  issuer.intercept = () => false
})

const register = (provider: OidcIssuer, ...ClientIDList: string[]) =>
  plane.root.done('CreateOpenIDConnectProvider', { Url: provider.url, ClientIDList })

const ask = (WebIdentityToken: string, fields: object = {}) =>
  plane.unsigned('AssumeRoleWithWebIdentity', {
    RoleArn: role.arn,
    RoleSessionName: 'ann',
    WebIdentityToken,
    ...fields,
  })

async function refused(token: string, code = 'InvalidIdentityToken', fields: object = {}) {
  const answer = await ask(token, fields)
  assert.equal(answer.code, code, answer.text)
  const last = plane.trail().at(-1)
  assert.equal(last?.eventName, 'AssumeRoleWithWebIdentity')
  assert.ok(!(plane.log() + JSON.stringify(last)).includes(token))
  return answer
}

async function accepted(token: string, fields: object = {}) {
  const answer = await ask(token, fields)
  assert.equal(answer.status, 200, answer.text)
  return answer.body
}

describe('AssumeRoleWithWebIdentity', () => {
  it('gives whom the provider vouches for a session of a role that trusts it', async () => {
    const token = issuer.token({ email: 'ann@example.org' })
    const body = await accepted(token)
    assert.deepEqual(
      [body.SubjectFromWebIdentityToken, body.Provider, body.Audience],
      ['ann-1', issuer.name, 'fleetkey'],
    )
    const session = plane.as(body.Credentials)
    assert.equal((await session.call('ListUsers', {})).status, 200)
    assert.equal((await session.call('ListJoinTokens', {})).code, 'AccessDeniedException')
    assert.equal((await session.done('GetCallerIdentity', {})).Arn, body.AssumedRoleUser.Arn)
    assert.ok(!plane.databaseBytes().includes(token))
  })

  it('names the person in the trail: when they come, and in all that they do', async () => {
    const { Credentials } = await accepted(issuer.token({ email: 'ann@example.org' }))
    assert.deepEqual(plane.trail().at(-1)?.event.userIdentity, {
      type: 'WebIdentityUser',
      principalId: `${issuer.name}:fleetkey:ann-1`,
      userName: 'ann-1',
      identityProvider: role.arn.replace(/role\/.*/, `oidc-provider/${issuer.name}`),
      displayName: 'ann@example.org',
    })
    await plane.as(Credentials).done('ListUsers', {})
    const did = plane.trail().at(-1)?.event.userIdentity
    assert.deepEqual(did?.type === 'AssumedRole' && did.sessionContext?.webIdFederationData, {
      federatedProvider: role.arn.replace(/role\/.*/, `oidc-provider/${issuer.name}`),
      attributes: { sub: 'ann-1', aud: 'fleetkey', name: 'ann@example.org' },
    })
  })

  it('is asked without a signature only', async () => {
    const fields = { RoleArn: role.arn, RoleSessionName: 'ann', WebIdentityToken: issuer.token() }
    const { code } = await plane.root.call('AssumeRoleWithWebIdentity', fields)
    assert.equal(code, 'ValidationException')
  })

  it('refuses roles that do not trust the provider, like those that there are not', async () => {
    const other = await givenRole(plane, { trust: trustingProvider('id.example.org') })
    const everybody = await givenRole(plane, {
      trust: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:*' },
    })
    const texts = new Set<string>()
    for (const { arn } of [other, everybody, { arn: `${other.arn}-none` }]) {
      const { text } = await refused(issuer.token(), 'AccessDeniedException', { RoleArn: arn })
      texts.add(text.replaceAll(arn, 'ROLE'))
    }
    assert.equal(texts.size, 1)
  })

  it('has the claims as condition keys: texts, lists, numbers, booleans', async () => {
    const claims = {
      email: 'ann@example.org',
      groups: ['sre', 'web'],
      level: 3,
      email_verified: true,
    }
    const trusts = async (Condition: object) => {
      const { arn } = await givenRole(plane, { trust: trustingProvider(issuer.name, Condition) })
      return (await ask(issuer.token(claims), { RoleArn: arn })).status === 200
    }
    const key = (claim: string, value: unknown) => ({ [`${issuer.name}:${claim}`]: value })
    assert.ok(await trusts({ StringEquals: { ...key('sub', 'ann-1'), ...key('aud', 'fleetkey') } }))
    assert.ok(await trusts({ StringLike: key('email', '*@example.org') }))
    assert.ok(await trusts({ 'ForAnyValue:StringEquals': key('groups', 'sre') }))
    assert.ok(await trusts({ NumericGreaterThan: key('level', '2') }))
    assert.ok(await trusts({ Bool: key('email_verified', 'true') }))
    assert.ok(await trusts({ StringEquals: { 'sts:RoleSessionName': 'ann' } }))
    assert.ok(!(await trusts({ StringEquals: key('sub', 'ann-2') })))
    assert.ok(!(await trusts({ StringEquals: key('groups', 'sre') })))
    assert.ok(!(await trusts({ 'ForAnyValue:StringEquals': key('groups', 'ops') })))
    assert.ok(!(await trusts({ StringEquals: { 'other.example.org:sub': 'ann-1' } })))
  })

  it('lets the session be limited like any other', async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'fleetkey:ListJoinTokens', Resource: '*' },
    })
    const body = await accepted(issuer.token(), { Policy, DurationSeconds: 900 })
    assert.ok(body.Credentials.Expiration - (Date.now() + plane.clock.aheadMs) / 1000 < 901)
    assert.equal(
      (await plane.as(body.Credentials).call('ListUsers', {})).code,
      'AccessDeniedException',
    )
  })

  it('does not know two people with one e-mail address as one (would be merged)', async () => {
    const { arn } = await givenRole(plane, {
      trust: trustingProvider(issuer.name, { StringEquals: { [`${issuer.name}:sub`]: 'ann-1' } }),
    })
    const email = 'ann@example.org'
    await accepted(issuer.token({ email }), { RoleArn: arn })
    const other = issuer.token({ sub: 'mallory-7', email })
    await refused(other, 'AccessDeniedException', { RoleArn: arn })
    const { SubjectFromWebIdentityToken } = await accepted(other)
    assert.equal(SubjectFromWebIdentityToken, 'mallory-7')
    // Where people choose claims of their own, one in other letters is not the subject's either.
    for (const claim of ['SUB', 'Sub']) {
      const forged = issuer.token({ sub: 'mallory-7', [claim]: 'ann-1' })
      await refused(forged, 'ValidationException', { RoleArn: arn })
    }
  })
})

describe('a token proves nothing', () => {
  const now = () => Math.floor((Date.now() + plane.clock.aheadMs) / 1000)
  const wrong: Readonly<Record<string, () => string>> = {
    'without a signature (alg none)': () =>
      issuer.token({}, { header: { alg: 'none' }, signedBy: 'none' }),
    'without a signature though its header names one': () => issuer.token({}, { signedBy: 'none' }),
    'signed with the public key as HMAC secret': () =>
      issuer.token({}, { header: { alg: 'HS256' }, signedBy: 'hmac' }),
    'signed with a key of its own': () =>
      issuer.token({}, { signedBy: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }),
    'with a key in its header': () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const jwk = publicKey.export({ format: 'jwk' })
      return issuer.token({}, { header: { jwk, jku: `${issuer.url}/keys` }, signedBy: privateKey })
    },
    'with a key id that is a path': () => issuer.token({}, { header: { kid: '../../etc/passwd' } }),
    'with a critical header that nobody knows': () =>
      issuer.token({}, { header: { crit: ['x'], x: 1 } }),
    'with another algorithm in its header than its key is for': () =>
      issuer.token({}, { header: { alg: 'ES384' } }),
    'for another audience': () => issuer.token({ aud: 'other' }),
    'for no audience': () => issuer.token({ aud: undefined }),
    'for several audiences, issued to nobody': () => issuer.token({ aud: ['fleetkey', 'other'] }),
    'for several audiences, issued to another': () =>
      issuer.token({ aud: ['fleetkey', 'other'], azp: 'other' }),
    'for several audiences of which ours is none': () =>
      issuer.token({ aud: ['a', 'b'], azp: 'fleetkey' }),
    'of an issuer that is not registered': () => issuer.token({ iss: 'https://id.example.org' }),
    'of the issuer in another spelling': () => issuer.token({ iss: `${issuer.url}/` }),
    'of no issuer': () => issuer.token({ iss: undefined }),
    'without a subject': () => issuer.token({ sub: undefined }),
    'with an empty subject': () => issuer.token({ sub: '' }),
    'with a list for a subject': () => issuer.token({ sub: ['ann-1'] }),
    'that never ends': () => issuer.token({ exp: undefined }),
    'that says not when it was issued': () => issuer.token({ iat: undefined }),
    'before its time': () => issuer.token({ nbf: now() + 90 }),
    'from the future': () => issuer.token({ iat: now() + 90, exp: now() + 300 }),
    'with a text for a time': () => issuer.token({ exp: '9999999999' }),
    'that is an access token (RFC 9068)': () => issuer.token({}, { header: { typ: 'at+jwt' } }),
    'that is an access token of Keycloak': () => issuer.token({ typ: 'Bearer' }),
    'that is an access token of Cognito': () => issuer.token({ token_use: 'access' }),
    'that is a logout token': () =>
      issuer.token({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    'that was altered': () => {
      const [header, , signature] = issuer.token().split('.')
      const [, payload] = issuer.token({ sub: 'root' }).split('.')
      return `${header}.${payload}.${signature}`
    },
    'that is no JWT': () => 'hello',
    'that is no object': () => `e30.${Buffer.from('[]').toString('base64url')}.x`,
  }
  for (const [what, token] of Object.entries(wrong)) {
    it(what, async () => {
      const { status } = await refused(token())
      assert.equal(status, 400)
    })
  }

  it('signed with an algorithm that is not among ours, though the provider has such a key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' })
    issuer.intercept = (request, response) => {
      if (!request.url?.endsWith('/keys')) return false
      response.end(
        JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'p521' }] }),
      )
      return true
    }
    plane.clock.aheadMs += 11 * 60_000
    const header = { alg: 'ES512', kid: 'p521' }
    await refused(issuer.token({}, { header, signedBy: privateKey, digest: 'sha512' }))
    issuer.intercept = () => false
    plane.clock.aheadMs += 11 * 60_000
  })

  it('when its issuer is registered under another scheme', async () => {
    const { message } = await refused(issuer.token({ iss: issuer.url.replace('http:', 'https:') }))
    assert.match(message, /^No OpenIDConnect provider found/)
  })

  it('when it is over, which has a code of its own', async () => {
    await accepted(issuer.token({ iat: now() - 600, exp: now() - 50 }))
    const old = issuer.token({ iat: now() - 600, exp: now() - 70 })
    const { status } = await ask(old)
    assert.equal(status, 400)
    assert.equal((await ask(old)).code, 'ExpiredTokenException')
  })

  it('when it is longer than 20,000 characters', async () => {
    await refused(issuer.token({ fill: 'x'.repeat(15_000) }), 'ValidationException')
    await accepted(issuer.token({ fill: 'x'.repeat(14_000) }))
  })

  it('after its provider forgot the client it was made for', async () => {
    const fields = {
      OpenIDConnectProviderArn: role.arn.replace(/role\/.*/, `oidc-provider/${issuer.name}`),
      ClientID: 'second',
    }
    const token = issuer.token({ aud: 'second' })
    await refused(token)
    await plane.root.done('AddClientIDToOpenIDConnectProvider', fields)
    await accepted(token)
    await accepted(issuer.token({ aud: ['fleetkey', 'second'], azp: 'second' }))
    await plane.root.done('RemoveClientIDFromOpenIDConnectProvider', fields)
    await refused(token)
  })
})

describe('a token signed with', () => {
  for (const alg of ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA']) {
    it(`${alg} is taken`, async () => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
      const jwk = { ...(await exportJWK(publicKey)), kid: alg }
      issuer.intercept = (request, response) => {
        if (!request.url?.endsWith('/keys')) return false
        response.end(JSON.stringify({ keys: [jwk] }))
        return true
      }
      plane.clock.aheadMs += 11 * 60_000
      const seconds = Math.floor((Date.now() + plane.clock.aheadMs) / 1000)
      const token = await new SignJWT({ sub: 'ann-1', aud: 'fleetkey', iss: issuer.url })
        .setProtectedHeader({ alg, kid: alg })
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + 60)
        .sign(privateKey)
      await accepted(token)
      issuer.intercept = () => false
      plane.clock.aheadMs += 11 * 60_000
    })
  }
})

describe('another provider', () => {
  it('cannot vouch for subjects of the first (mix-up)', async () => {
    const other = await startOidcIssuer({ now: () => Date.now() + plane.clock.aheadMs })
    try {
      await register(other, 'fleetkey')
      await refused(other.token(), 'AccessDeniedException')
      await refused(other.token({ iss: issuer.url }))
      await refused(issuer.token({ iss: other.url }))
      const { arn } = await givenRole(plane, {
        trust: trustingProvider(other.name, { StringEquals: { [`${issuer.name}:sub`]: 'ann-1' } }),
      })
      await refused(other.token({ [`${issuer.name}:sub`]: 'ann-1' }), 'AccessDeniedException', {
        RoleArn: arn,
      })
    } finally {
      await other.close()
    }
  })
})

describe('the keys of a provider', () => {
  const keys = () => issuer.asked.get('/realm/keys') ?? 0
  /** Keeps nothing of what was fetched before. */
  const forget = () => (plane.clock.aheadMs += 11 * 60_000)

  it('are fetched once, and anew after ten minutes', async () => {
    forget()
    await accepted(issuer.token())
    const before = keys()
    for (let round = 0; round < 5; round++) await accepted(issuer.token())
    assert.equal(keys(), before)
    forget()
    await accepted(issuer.token())
    assert.equal(keys(), before + 1)
  })

  it('may be replaced: the next token finds the new one, and the old one counts no more', async () => {
    await accepted(issuer.token())
    const old = issuer.token({ exp: Math.floor(Date.now() / 1000) + 1_000_000 })
    plane.clock.aheadMs += 31_000
    issuer.rotate()
    await accepted(issuer.token())
    await refused(old)
  })

  it('are not looked for again by every token with a made-up key id (would flood the provider)', async () => {
    forget()
    await accepted(issuer.token())
    const before = keys()
    for (let round = 0; round < 10; round++) {
      await refused(issuer.token({}, { header: { kid: `made-up-${round}` } }))
    }
    assert.equal(keys(), before)
    plane.clock.aheadMs += 31_000
    for (let round = 0; round < 10; round++) {
      await refused(issuer.token({}, { header: { kid: `made-up-${round}` } }))
    }
    assert.equal(keys(), before + 1)
  })

  it('are fetched once for a crowd', async () => {
    forget()
    const before = keys()
    await Promise.all(Array.from({ length: 20 }, () => accepted(issuer.token())))
    assert.equal(keys(), before + 1)
  })

  const broken: Readonly<Record<string, OidcIssuer['intercept']>> = {
    'answers with an error': (_request, response) => {
      response.writeHead(503).end()
      return true
    },
    'answers with something else than JSON': (_request, response) => {
      response.end('<html>')
      return true
    },
    'answers without end': (_request, response) => {
      response.write('{"issuer":"'.padEnd(300_000, 'x'))
      return true
    },
    'cuts the line': (request) => {
      request.socket.destroy()
      return true
    },
    'names another issuer (mix-up)': (request, response) => {
      if (!request.url?.includes('well-known')) return false
      response.end(
        JSON.stringify({ issuer: 'https://id.example.org', jwks_uri: `${issuer.url}/keys` }),
      )
      return true
    },
    'has its keys behind a file URL': (request, response) => {
      if (!request.url?.includes('well-known')) return false
      response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' }))
      return true
    },
    'has its keys on plain HTTP elsewhere': (request, response) => {
      if (!request.url?.includes('well-known')) return false
      response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: 'http://192.0.2.1/keys' }))
      return true
    },
    'has no list of keys': (request, response) => {
      if (!request.url?.endsWith('/keys')) return false
      response.end('{"keys":{}}')
      return true
    },
  }
  for (const [what, intercept] of Object.entries(broken)) {
    it(`open nothing when it ${what}`, async () => {
      forget()
      issuer.intercept = intercept
      await refused(issuer.token(), 'IDPCommunicationError')
      issuer.intercept = () => false
      // Not called again at once, then it works.
      await refused(issuer.token(), 'IDPCommunicationError')
      plane.clock.aheadMs += 6_000
      await accepted(issuer.token())
    })
  }

  it('are not taken from where it redirects to', async () => {
    const attacker = await startOidcIssuer()
    try {
      for (const path of ['/.well-known/openid-configuration', '/keys']) {
        forget()
        issuer.intercept = (request, response) => {
          if (!request.url?.endsWith(path)) return false
          response.writeHead(302, { location: `${attacker.url}${path}` }).end()
          return true
        }
        await refused(attacker.token({ iss: issuer.url }), 'IDPCommunicationError')
      }
      assert.equal(attacker.asked.size, 0)
    } finally {
      await attacker.close()
    }
  })

  it('that are known still count while the provider is down', async () => {
    await accepted(issuer.token())
    issuer.intercept = (_request, response) => {
      response.writeHead(500).end()
      return true
    }
    plane.clock.aheadMs += 60_000
    await refused(issuer.token({}, { header: { kid: 'new' } }), 'IDPCommunicationError')
    await accepted(issuer.token())
  })
})

describe('tags out of a token', () => {
  const TAGS = 'https://aws.amazon.com/tags'
  const arn = () => role.arn.replace(/role\/.*/, `oidc-provider/${issuer.name}`)
  const map = (...ClaimTags: object[]) =>
    plane.root.done('PutOpenIDConnectProviderClaims', {
      OpenIDConnectProviderArn: arn(),
      ClaimTags,
    })
  after(() => map())

  const roleFor = (tag: string, pattern: string) =>
    givenRole(plane, {
      trust: trustingProvider(issuer.name),
      policy: {
        Effect: 'Allow',
        Action: 'iam:ListUsers',
        Resource: '*',
        Condition: { StringLike: { [`aws:PrincipalTag/${tag}`]: pattern } },
      },
    })

  async function may(of: GivenRole, claims: Claims): Promise<boolean> {
    const { Credentials } = await accepted(issuer.token(claims), { RoleArn: of.arn })
    return (await plane.as(Credentials).call('ListUsers', {})).status === 200
  }

  it('come with the claim of AWS', async () => {
    const of = await roleFor('Project', 'fleet')
    const claim = (value: unknown) => ({ [TAGS]: { principal_tags: { Project: value } } })
    assert.ok(await may(of, claim(['fleet'])))
    assert.ok(!(await may(of, claim(['other']))))
    assert.ok(!(await may(of, {})))
    for (const value of ['fleet', ['a', 'b'], [], [1], ['x'.repeat(257)], ['<>']]) {
      const { status } = await refused(issuer.token(claim(value)), 'IDPRejectedClaim', {
        RoleArn: of.arn,
      })
      assert.equal(status, 403)
    }
  })

  it('go along a chain where the claim says so', async () => {
    const first = await givenRole(plane, {
      trust: trustingProvider(issuer.name),
    })
    const second = await givenRole(plane, {
      trust: {
        Effect: 'Allow',
        Principal: { AWS: first.id },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      },
      policy: {
        Effect: 'Allow',
        Action: 'iam:ListUsers',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalTag/Project': 'fleet' } },
      },
    })
    const chained = async (transitive_tag_keys: string[]) => {
      const claims = { [TAGS]: { principal_tags: { Project: ['fleet'] }, transitive_tag_keys } }
      const { Credentials } = await accepted(issuer.token(claims), { RoleArn: first.arn })
      const answer = await plane
        .as(Credentials)
        .done('AssumeRole', { RoleArn: second.arn, RoleSessionName: 'ann' })
      return (await plane.as(answer.Credentials).call('ListUsers', {})).status === 200
    }
    assert.ok(await chained(['Project']))
    assert.ok(!(await chained([])))
    await refused(
      issuer.token({ [TAGS]: { principal_tags: {}, transitive_tag_keys: ['Project'] } }),
      'IDPRejectedClaim',
    )
  })

  it("come with the provider's own mapping; a list is found by its parts and by nothing else", async () => {
    await map({ Claim: 'groups', TagKey: 'groups' }, { Claim: 'dept', TagKey: 'Department' })
    const of = await roleFor('groups', '*:sre:*')
    assert.ok(await may(of, { groups: ['web', 'sre'] }))
    assert.ok(await may(of, { groups: ['sre'] }))
    assert.ok(!(await may(of, { groups: ['web', 'sre-trainees', 'not-sre'] })))
    assert.ok(!(await may(of, { groups: ['web:sre:x', ':sre:'] })))
    assert.ok(!(await may(of, { groups: ':sre:' })))
    assert.ok(!(await may(of, { groups: [] })))
    assert.ok(!(await may(of, {})))
    assert.ok(await may(await roleFor('Department', 'ops'), { dept: 'ops' }))
    assert.ok(await may(await roleFor('Department', '7'), { dept: 7 }))
  })

  it('are all there or there is no session (leaving some out could step round a Deny)', async () => {
    await map({ Claim: 'groups', TagKey: 'groups' })
    const groups = (count: number) =>
      Array.from({ length: count }, (_one, at) => `group-${1000 + at}`)
    const of = await roleFor('groups', '*:group-1179:*')
    assert.ok(await may(of, { groups: groups(180) }))
    await refused(issuer.token({ groups: groups(200) }), 'PackedPolicyTooLarge')
  })

  it('win over those of the claim, and are read anew at each login', async () => {
    await map({ Claim: 'team', TagKey: 'team' })
    const of = await roleFor('team', 'sre')
    const forged = { [TAGS]: { principal_tags: { Team: ['sre'] } } }
    assert.ok(!(await may(of, { ...forged, team: 'web' })))
    assert.ok(await may(of, { team: 'sre' }))
    assert.ok(!(await may(of, { team: 'web' })))
  })

  it('need sts:TagSession in the trust policy', async () => {
    await map({ Claim: 'team', TagKey: 'team' })
    const { arn: plain } = await givenRole(plane, {
      trust: { ...trustingProvider(issuer.name), Action: 'sts:AssumeRoleWithWebIdentity' },
    })
    await accepted(issuer.token(), { RoleArn: plain })
    const token = issuer.token({ team: 'sre' })
    const { message } = await refused(token, 'AccessDeniedException', { RoleArn: plain })
    assert.match(message, /sts:TagSession/)
  })

  it('come with a source identity', async () => {
    const claim = 'https://aws.amazon.com/source_identity'
    const { SourceIdentity } = await accepted(issuer.token({ [claim]: 'ann@example.org' }))
    assert.equal(SourceIdentity, 'ann@example.org')
    await refused(issuer.token({ [claim]: 'a b' }), 'IDPRejectedClaim')
  })
})

describe('ListWebIdentityRoles', () => {
  it('lists the roles that this token opens, and no other', async () => {
    const mine = await givenRole(plane, {
      name: 'for-ann',
      trust: trustingProvider(issuer.name, {
        StringEquals: { [`${issuer.name}:email`]: 'ann@only.example' },
      }),
      change: { maxSessionSeconds: 7200 },
    })
    const list = async (claims: Claims) => {
      const answer = await plane.unsigned('ListWebIdentityRoles', {
        WebIdentityToken: issuer.token(claims),
      })
      assert.equal(answer.status, 200, answer.text)
      return answer.body
    }
    const body = await list({ email: 'ann@only.example' })
    assert.deepEqual(
      [body.Subject, body.Provider, body.DisplayName],
      ['ann-1', issuer.name, 'ann@only.example'],
    )
    assert.deepEqual(
      body.Roles.find((one: { Arn: string }) => one.Arn === mine.arn),
      {
        RoleName: 'for-ann',
        Arn: mine.arn,
        Description: 'what for-ann is for',
        MaxSessionDuration: 7200,
      },
    )
    for (const { Arn } of body.Roles) {
      await accepted(issuer.token({ email: 'ann@only.example' }), { RoleArn: Arn })
    }
    const others = await list({ email: 'bob@only.example' })
    assert.ok(!JSON.stringify(others).includes('for-ann'))
  })

  it('checks the token like AssumeRoleWithWebIdentity', async () => {
    const answer = await plane.unsigned('ListWebIdentityRoles', {
      WebIdentityToken: issuer.token({ aud: 'other' }),
    })
    assert.equal(answer.code, 'InvalidIdentityToken')
    assert.equal(plane.trail().at(-1)?.eventName, 'ListWebIdentityRoles')
  })
})

describe('a stranger', () => {
  it('who tries tokens without end is throttled, and does not fill the trail', async () => {
    let throttled = 0
    const before = plane.trail().length
    for (let round = 0; round < 80; round++) {
      const { code } = await ask('no token at all')
      if (code === 'ThrottlingException') throttled++
    }
    assert.equal(throttled, 20)
    // Each try, and of those that were not even looked at only so many (record-strangers.ts).
    assert.ok(plane.trail().length <= before + 60 + 31)
    await accepted(issuer.token())
  })

  it('who comes from ever other networks does not either, and keeps nobody out', async () => {
    let refusals = 0
    const minute = Date.now() + plane.clock.aheadMs
    for (let network = 0; network < 620; network++) {
      const world = {
        store: plane.store,
        now: () => minute,
        webIdentities: { verify: () => Promise.reject(invalidIdentityToken('no')) },
      }
      const origin = { sourceAddress: `2001:db8:${network.toString(16)}::1`, userAgent: '' }
      const asked = identifyByToken({ token: 'no', service: 'sts' }, world as never, origin)
      await assert.rejects(asked, ({ code }: ServiceException) => {
        if (code === 'InvalidIdentityToken') refusals++
        return true
      })
    }
    assert.equal(refusals, 600)
    await accepted(issuer.token())
  })
})
