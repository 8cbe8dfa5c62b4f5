import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { claimKeys } from './claim-keys.ts'

const identity = (claims: Readonly<Record<string, unknown>>) =>
  claimKeys({
    provider: {
      providerId: 'P',
      name: 'idp.example.com',
      url: 'https://idp.example.com',
      clientIds: ['fleetkey'],
      claimTags: {},
    } as never,
    subject: 'ann',
    audience: 'fleetkey',
    displayName: undefined,
    claims,
  })

describe('the claims of a token', () => {
  it('are condition keys under the name of their provider, and subject and audience those that were checked', () => {
    const keys = identity({ sub: 'x', aud: ['a', 'b'], groups: ['sre'], level: 2, own: {} })
    assert.deepEqual(Object.fromEntries(keys), {
      'idp.example.com:sub': 'ann',
      'idp.example.com:aud': 'fleetkey',
      'idp.example.com:groups': ['sre'],
      'idp.example.com:level': '2',
    })
  })

  it('are no keys of a provider at another port of that host (it would vouch for its people)', () => {
    const keys = identity({ '8443:sub': 'root', '8443/realm:sub': 'root', 'https://a/b': 'c' })
    assert.deepEqual([...keys.keys()].toSorted(), [
      'idp.example.com:aud',
      'idp.example.com:https://a/b',
      'idp.example.com:sub',
    ])
  })
})
