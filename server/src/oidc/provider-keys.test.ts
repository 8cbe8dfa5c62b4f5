import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createProviderKeys } from './provider-keys.ts'

describe('a provider that cannot be reached', () => {
  it('is told of without addresses of our network, which stand in the trail', async () => {
    const text = 'connect ECONNREFUSED 10.9.8.7:8443'
    const cause = Object.assign(new Error(text), { code: 'ECONNREFUSED' })
    const keys = createProviderKeys({
      now: () => 0,
      fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
    })
    const find = keys.of('https://id.example.com')
    await assert.rejects(async () => find({ alg: 'RS256' }, { payload: '', signature: '' }), {
      message:
        'The identity provider https://id.example.com cannot be asked for its keys: ECONNREFUSED. Try again; if it stays so, whoever keeps it looks at its log.',
      recorded: `fetch failed: ${text}`,
    })
  })
})
