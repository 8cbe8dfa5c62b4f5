import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import {
  assume,
  documentOf,
  givenRole,
  trusting,
  trustingProvider,
  type GivenRole,
} from '../../testing/given-role.ts'
import { startOidcIssuer, type OidcIssuer } from '../../testing/oidc-issuer.ts'

let plane: ControlPlane
let issuer: OidcIssuer
before(async () => {
  plane = await startControlPlane()
  issuer = await startOidcIssuer()
  await plane.root.done('CreateOpenIDConnectProvider', {
    Url: issuer.url,
    ClientIDList: ['fleetkey'],
  })
})
after(async () => {
  await issuer.close()
  await plane.close()
})

const isAlive = async (client: ApiClient) => {
  const { status, code } = await client.call('GetCallerIdentity', {})
  if (status !== 200) assert.equal(code, 'UnrecognizedClientException')
  return status === 200
}

async function userWithId(name: string, policy?: object): Promise<[ApiClient, string]> {
  const client = await plane.user(name, policy)
  return [client, (await client.done('GetCallerIdentity', {})).UserId]
}

describe('a session', () => {
  let ann: ApiClient
  let first: ApiClient
  let second: ApiClient
  before(async () => {
    const [client, id] = await userWithId('ann')
    const role = await givenRole(plane, { trust: trusting(id) })
    ann = client
    first = await assume(plane, ann, role)
    second = await assume(plane, ann, role)
  })

  const tried = async (client: ApiClient, otherwise: object) => {
    const { code } = await client.send(client.sign('GetCallerIdentity', {}, otherwise))
    return code
  }

  it('is used with its own token only', async () => {
    const { sessionToken = '' } = first
    assert.equal(await tried(first, { sessionToken }), undefined)
    const flipped = sessionToken.slice(0, -1) + (sessionToken.endsWith('A') ? 'B' : 'A')
    for (const wrong of ['none', '', 'x', second.sessionToken ?? '', flipped, `${sessionToken}A`]) {
      assert.equal(
        await tried(first, { sessionToken: wrong }),
        'UnrecognizedClientException',
        wrong,
      )
    }
  })

  it('is used with its own secret only', async () => {
    assert.equal(
      await tried(first, { secretAccessKey: second.secretAccessKey }),
      'InvalidSignatureException',
    )
    assert.equal(
      await tried(first, { accessKeyId: second.accessKeyId }),
      'UnrecognizedClientException',
    )
  })

  it('does not lend its token to a long-term key, nor take the name of one', async () => {
    assert.equal(
      await tried(ann, { sessionToken: first.sessionToken }),
      'UnrecognizedClientException',
    )
    const asOther = first.accessKeyId.replace(/.$/, first.accessKeyId.endsWith('A') ? 'B' : 'A')
    assert.equal(await tried(first, { accessKeyId: asOther }), 'UnrecognizedClientException')
  })

  it('is still there after a restart', async () => {
    await plane.restart()
    assert.ok(await isAlive(first))
  })
})

describe('a chain of sessions, three deep', () => {
  let count = 0

  /** A user's session token, a role assumed with it, a second role with that, and a third. */
  async function chain() {
    const name = `walker-${count++}`
    const [user, userId] = await userWithId(name)
    const roles: GivenRole[] = []
    for (const trusted of [() => userId, () => roles[0]?.id ?? '', () => roles[1]?.id ?? '']) {
      roles.push(await givenRole(plane, { trust: trusting(trusted()) }))
    }
    const links = [plane.as((await user.done('GetSessionToken', {})).Credentials)]
    for (const role of roles) links.push(await assume(plane, links.at(-1) ?? user, role))
    const [, other] = [user, await assume(plane, user, roles[0] ?? ({} as GivenRole))]
    return { name, user, roles, links, other }
  }
  type Chain = Awaited<ReturnType<typeof chain>>

  /** How many links live afterwards, of four. */
  const ends: Readonly<Record<string, { end: (given: Chain) => Promise<unknown>; alive: number }>> =
    {
      'the key at its start is deactivated': {
        end: ({ name, user }) =>
          plane.root.done('UpdateAccessKey', {
            UserName: name,
            AccessKeyId: user.accessKeyId,
            Status: 'Inactive',
          }),
        alive: 0,
      },
      'the key at its start is deleted': {
        end: ({ name, user }) =>
          plane.root.done('DeleteAccessKey', { UserName: name, AccessKeyId: user.accessKeyId }),
        alive: 0,
      },
      'the user is deleted': {
        end: ({ name }) => plane.root.done('DeleteUser', { UserName: name, Force: true }),
        alive: 0,
      },
      'the first session ends itself': {
        end: ({ links }) => (links[0] as ApiClient).done('EndSession', {}),
        alive: 0,
      },
      'the first role is deleted': {
        end: ({ roles }) =>
          plane.store.identities.entities.delete(roles[0]?.id ?? '', { force: true }),
        alive: 1,
      },
      'the sessions of the first role are revoked': {
        end: ({ roles }) => plane.root.done('RevokeSessions', { RoleName: roles[0]?.name }),
        alive: 1,
      },
      'the second role is deleted': {
        end: ({ roles }) =>
          plane.store.identities.entities.delete(roles[1]?.id ?? '', { force: true }),
        alive: 2,
      },
      'the last session ends itself': {
        end: ({ links }) => (links[3] as ApiClient).done('EndSession', {}),
        alive: 3,
      },
      "the user's sessions are revoked": {
        end: ({ name }) => plane.root.done('RevokeSessions', { UserName: name }),
        alive: 0,
      },
    }
  for (const [what, { end, alive }] of Object.entries(ends)) {
    it(`has ${alive} of 4 left once ${what}`, async () => {
      const given = await chain()
      for (const link of given.links) assert.ok(await isAlive(link))
      await end(given)
      const living = []
      for (const link of given.links) living.push(await isAlive(link))
      assert.deepEqual(
        living,
        [0, 1, 2, 3].map((at) => at < alive),
      )
    })
  }

  it('leaves sessions alone that hang on something else', async () => {
    const given = await chain()
    await (given.links[0] as ApiClient).done('EndSession', {})
    assert.ok(await isAlive(given.other))
    assert.ok(await isAlive(given.user))
  })

  it('does not come back with the key', async () => {
    const { name, user, links } = await chain()
    const key = { UserName: name, AccessKeyId: user.accessKeyId }
    await plane.root.done('UpdateAccessKey', { ...key, Status: 'Inactive' })
    await plane.root.done('UpdateAccessKey', { ...key, Status: 'Active' })
    assert.ok(await isAlive(user))
    for (const link of links) assert.ok(!(await isAlive(link)))
  })
})

describe('a session that a provider vouched for', () => {
  it('ends with the provider, and so do those made from it', async () => {
    const other = await startOidcIssuer()
    try {
      const { OpenIDConnectProviderArn } = await plane.root.done('CreateOpenIDConnectProvider', {
        Url: other.url,
        ClientIDList: ['fleetkey'],
      })
      const role = await givenRole(plane, { trust: trustingProvider(other.name) })
      const next = await givenRole(plane, { trust: trusting(role.id) })
      const { body } = await plane.unsigned('AssumeRoleWithWebIdentity', {
        RoleArn: role.arn,
        RoleSessionName: 'ann',
        WebIdentityToken: other.token(),
      })
      const session = plane.as(body.Credentials)
      const chained = await assume(plane, session, next)
      await plane.root.done('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })
      assert.ok(!(await isAlive(session)))
      assert.ok(!(await isAlive(chained)))
    } finally {
      await other.close()
    }
  })
})

describe('EndSession, RevokeSessions, ListSessions', () => {
  it('do not take a long-term key for a session', async () => {
    assert.equal((await plane.root.call('EndSession', {})).code, 'ValidationException')
  })

  it('show who has sessions of a role now, newest first, and end those from before a moment', async () => {
    const [ben, id] = await userWithId('ben')
    const role = await givenRole(plane, { trust: [trusting(id), trustingProvider(issuer.name)] })
    const first = await assume(plane, ben, role, {
      RoleSessionName: 'first',
      SourceIdentity: 'ben',
    })
    const between = Date.now() + 1
    while (Date.now() <= between);
    const { body } = await plane.unsigned('AssumeRoleWithWebIdentity', {
      RoleArn: role.arn,
      RoleSessionName: 'second',
      WebIdentityToken: issuer.token({ email: 'ann@example.org' }),
    })
    const second = plane.as(body.Credentials)
    const { Sessions } = await plane.root.done('ListSessions', { RoleName: role.name })
    assert.deepEqual(
      Sessions.map((one: { SessionName: string }) => one.SessionName),
      ['second', 'first'],
    )
    assert.deepEqual(Sessions[0].WebIdentity, {
      Provider: issuer.name,
      Subject: 'ann-1',
      Audience: 'fleetkey',
      DisplayName: 'ann@example.org',
    })
    assert.deepEqual(
      [Sessions[1].AccessKeyId, Sessions[1].ParentAccessKeyId, Sessions[1].SourceIdentity],
      [first.accessKeyId, ben.accessKeyId, 'ben'],
    )
    assert.equal(Math.round(Sessions[1].Expiration - Sessions[1].IssuedAt), 3600)

    const page = await plane.root.done('ListSessions', { RoleName: role.name, MaxItems: 1 })
    assert.deepEqual([page.IsTruncated, page.Sessions[0].SessionName], [true, 'second'])
    const rest = await plane.root.done('ListSessions', {
      RoleName: role.name,
      MaxItems: 1,
      Marker: page.Marker,
    })
    assert.deepEqual([rest.IsTruncated, rest.Sessions[0].SessionName], [false, 'first'])

    const ended = await plane.root.done('RevokeSessions', {
      RoleName: role.name,
      IssuedBefore: between / 1000,
    })
    assert.equal(ended.EndedSessions, 1)
    assert.deepEqual([await isAlive(first), await isAlive(second)], [false, true])
    await plane.root.done('RevokeSessions', { RoleName: role.name })
    assert.ok(!(await isAlive(second)))
    assert.deepEqual((await plane.root.done('ListSessions', { RoleName: role.name })).Sessions, [])
  })

  it('take one of RoleName and UserName', async () => {
    for (const fields of [{}, { RoleName: 'x', UserName: 'x' }]) {
      assert.equal((await plane.root.call('RevokeSessions', fields)).code, 'ValidationException')
    }
    assert.equal((await plane.root.call('ListSessions', { RoleName: 'none' })).code, 'NoSuchEntity')
  })
})

describe('a session that was being made while its trust was withdrawn', () => {
  it('is not there afterwards, though it was decided on before', async () => {
    let meanwhile = () => Promise.resolve()
    const slow = await startControlPlane({
      async openStore(options) {
        const store = await openSqliteStore(options)
        const { identities } = store
        const create: typeof identities.sessions.create = async (row) => {
          await meanwhile()
          return identities.sessions.create(row)
        }
        const sessions = { ...identities.sessions, create }
        return { ...store, identities: { ...identities, sessions } }
      },
    })
    try {
      const racer = await slow.user('racer')
      const { UserId } = await racer.done('GetCallerIdentity', {})
      const role = await givenRole(slow, { trust: trusting(UserId) })
      meanwhile = async () => {
        const trust = documentOf(trusting('AIDA00000000000000000'))
        await slow.store.identities.roles.setTrustPolicy(role.id, trust)
        await slow.root.done('RevokeSessions', { RoleName: role.name })
      }
      const answer = await racer.call('AssumeRole', { RoleArn: role.arn, RoleSessionName: 'race' })
      assert.equal(answer.code, 'UnrecognizedClientException')
      assert.deepEqual(slow.query('select * from sessions'), [])
    } finally {
      await slow.close()
    }
  })
})

describe('expired sessions', () => {
  it('are removed, but not while one that lives hangs on them', async () => {
    const [cat, id] = await userWithId('cat')
    const role = await givenRole(plane, { trust: trusting(id) })
    const next = await givenRole(plane, { trust: trusting(role.id) })
    const short = await assume(plane, cat, role, { DurationSeconds: 900 })
    const long = await assume(plane, short, next)
    const lone = await assume(plane, cat, role, { DurationSeconds: 900 })
    await plane.store.identities.sessions.prune(Date.now() + 1_000_000)
    const left = plane
      .query('select access_key_id from sessions')
      .map((row) => row['access_key_id'])
    assert.deepEqual(
      [short, long, lone].map(({ accessKeyId }) => left.includes(accessKeyId)),
      [true, true, false],
    )
    await plane.root.done('DeleteAccessKey', { UserName: 'cat', AccessKeyId: cat.accessKeyId })
    assert.ok(!(await isAlive(long)))
  })
})
