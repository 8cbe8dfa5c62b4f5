import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { PasskeyChallenge } from '../../store/passkey-store.ts'
import type { Store } from '../../store/store.ts'
import { newChallenge, takeChallenge } from './challenge.ts'

const HERE = { id: 'console.example', origin: 'https://console.example' }

/** One that was asked for, and what a browser says that was signed. */
async function asked(userId?: string) {
  const kept = new Map<string, PasskeyChallenge>()
  const passkeys = {
    addChallenge: async (row: PasskeyChallenge) => Boolean(kept.set(row.hash, row)),
    async takeChallenge(hash: string) {
      const found = kept.get(hash)
      kept.delete(hash)
      return found
    },
  }
  const parts = { store: { identities: { passkeys } } as unknown as Store, now: () => 0 }
  const bound = {
    purpose: 'prove again',
    party: HERE,
    ...(userId !== undefined && { userId }),
  } as const
  const challenge = await newChallenge(parts, bound)
  const clientData = Buffer.from(JSON.stringify({ challenge })).toString('base64url')
  return {
    challenge,
    take: (wanted: Parameters<typeof takeChallenge>[2]) => takeChallenge(parts, clientData, wanted),
  }
}

it('is good for what it was asked for, at that place and by that person, and for nothing else', async () => {
  const right = { purpose: 'prove again', rpId: HERE.id, userId: 'AIDA1' } as const
  const { challenge, take } = await asked('AIDA1')
  assert.equal(await take(right), challenge)
  for (const wrong of [
    { ...right, purpose: 'sign in' } as const,
    { ...right, rpId: 'other.example' },
    { ...right, userId: 'AIDA2' },
    { purpose: right.purpose, rpId: right.rpId },
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const other = await asked('AIDA1')
    // oxlint-disable-next-line no-await-in-loop -- likewise
    assert.equal(await other.take(wrong), undefined, JSON.stringify(wrong))
    // oxlint-disable-next-line no-await-in-loop -- likewise
    assert.equal(await other.take(right), undefined, 'it is spent')
  }
})
