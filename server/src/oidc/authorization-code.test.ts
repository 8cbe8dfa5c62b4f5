import assert from 'node:assert/strict'
import { it, mock } from 'node:test'
import { createAuthorizationCodes, ProviderFailed } from './authorization-code.ts'

it('shows neither code nor secret where an endpoint has no TLS, whatever a provider says of itself', async () => {
  for (const issuer of ['https://idp.example', 'http://localhost:9']) {
    const asked: string[] = []
    const fetched = mock.method(globalThis, 'fetch', (url: string | URL) => {
      asked.push(String(url))
      const described = {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: 'http://idp.example/token',
        jwks_uri: `${issuer}/keys`,
      }
      return Promise.resolve(Response.json(described))
    })
    const codes = createAuthorizationCodes({
      secretOf: () => ({ secret: 'hush', authMethod: undefined }),
      now: () => 0,
    })
    const redirectUri = 'https://console.example/sso/callback'
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { begun } = await codes.begin({ issuer, clientId: 'c' }, { redirectUri, anew: false })
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await assert.rejects(codes.finish(begun, `?code=x&state=${begun.state}`), ProviderFailed)
    assert.deepEqual(asked, [`${issuer}/.well-known/openid-configuration`])
    fetched.mock.restore()
  }
})
