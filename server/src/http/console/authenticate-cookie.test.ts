import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sha256Base64 } from '../../secrets/digests.ts'
import type { Browser } from '../../operations/operation.ts'
import { createAuthenticateCookie } from './authenticate-cookie.ts'

const shown = { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA', sessionToken: 'token' }

it('knows nobody by a session whose time is over, however lately it was used, nor by one that is not used', async () => {
  const at = async (now: number, { isIdle = false } = {}) => {
    const credential = {
      tokenHash: sha256Base64(shown.sessionToken),
      session: { expiresAt: 1000, console: {} },
    }
    const authenticate = createAuthenticateCookie({
      credentialOf: async () => credential as never,
      uses: { isIdle: async () => isIdle },
      now: () => now,
    })
    return await authenticate({ session: shown } as unknown as Browser)
  }
  assert.equal((await at(999)).accessKeyId, shown.accessKeyId)
  await assert.rejects(at(1000), { code: 'ExpiredTokenException' })
  await assert.rejects(at(999, { isIdle: true }), { code: 'ExpiredTokenException' })
})
