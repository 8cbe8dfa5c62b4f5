import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import { createEnvelope } from '../secrets/envelope.ts'
import { accessKeyContext } from '../secrets/access-keys.ts'
import { digests } from '../secrets/digests.ts'
import type { SessionLimits } from '../store/credential-store.ts'
import type { Credential } from '../store/identity-store.ts'
import { createAuthenticate } from './authenticate.ts'
import { createCredentialCache } from './credential-cache.ts'

const NOW = Date.UTC(2026, 0, 1)
const envelope = createEnvelope(new Uint8Array(32))

/** How often the store is asked when so many sessions come, and then the first again. */
async function asked(count: number, limits: SessionLimits, change = 0): Promise<number> {
  let version = 1
  let lookups = 0
  const credential = (accessKeyId: string): Promise<Credential> => {
    lookups += 1
    const entity = {
      id: 'AROA1',
      kind: 'role',
      name: 'r',
      path: '/',
      createdAt: 0,
      tags: {},
    } as const
    return Promise.resolve({
      kind: 'session',
      session: {
        accessKeyId,
        tokenHash: '',
        sealedSecret: envelope.seal('secret', accessKeyContext(accessKeyId)),
        entityId: entity.id,
        issuedAt: NOW,
        expiresAt: NOW + 1,
        limits,
      },
      rights: { entity, policies: [], boundary: undefined, groups: [] },
      sessionPolicies: [],
    })
  }
  const realm = { partition: 'aws', region: 'r', accountId: '111122223333' } as const
  const store = {
    identities: { credential },
    securityVersion: () => Promise.resolve(version),
  }
  const authenticate = createAuthenticate({
    credentialOf: createCredentialCache({ store, envelope, realm }),
    presignedUrls: { tie: ({ address }) => Promise.resolve(address) },
    services: new Set(['sts']),
    realm,
    uses: { note() {} },
    now: () => NOW,
  })
  const come = async (accessKeyId: string) => {
    const body = new Uint8Array()
    const request = { method: 'POST', host: 'h', target: '/', headers: {}, body }
    const credentials = { accessKeyId, secretAccessKey: 'x', sessionToken: 't' }
    const signed = signSigV4(
      { ...request, credentials, region: 'r', service: 'sts', now: NOW },
      digests,
    )
    const headers = Object.entries({ host: 'h', ...signed })
    await authenticate({ method: 'POST', target: '/', headers, body }).catch(() => {})
  }
  for (let number = 0; number < count; number++) await come(`ASIA${number}`)
  version += change
  await come('ASIA0')
  return lookups
}

describe('keys that are held open', () => {
  it('are looked up once', async () => {
    assert.equal(await asked(300, { sessionName: 'work' }), 300)
  })

  it('are looked up anew once any right has changed (would open what was withdrawn)', async () => {
    assert.equal(await asked(300, { sessionName: 'work' }, 1), 301)
  })

  it('are dropped when their own policies and tags are much (anybody could fill the memory)', async () => {
    const tags = Object.fromEntries(
      Array.from({ length: 50 }, (_, key) => [`key-${key}`, 'x'.repeat(256)]),
    )
    assert.equal(await asked(300, { sessionName: 'work', tags }), 301)
  })
})
