import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_MESSAGE_LENGTH } from '@fleetkey/wire/agent/agent-link'
import { parseAgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { LiveKey } from './delivery.ts'
import { Receipts } from './receipts.ts'
import { BOOT_ID } from './testing/agent-parts.ts'

const KEY = { osUser: 'alice', fingerprint: 'SHA256:live', grantId: 'g1' } as LiveKey

const make = () =>
  new Receipts({
    bootId: BOOT_ID,
    find: (osUser, fingerprint) =>
      osUser === KEY.osUser && fingerprint === KEY.fingerprint ? KEY : undefined,
  })

const note = (changes: object = {}) => ({
  at: 1_000_000,
  osUser: 'alice',
  uid: 1000,
  fingerprint: 'SHA256:live',
  ...changes,
})

describe('Receipts', () => {
  it('names the grant that an offer matches', () => {
    const receipts = make()
    receipts.offered([note()])
    assert.deepEqual(
      receipts.batch().map(({ kind, grantId, osUser }) => ({ kind, grantId, osUser })),
      [{ kind: 'offered', grantId: 'g1', osUser: 'alice' }],
    )
  })

  it('reports a key that no grant explains, without one', () => {
    const receipts = make()
    receipts.offered([note({ fingerprint: 'SHA256:other' })])
    assert.deepEqual(Object.keys(receipts.batch()[0] ?? {}).includes('grantId'), false)
  })

  it('makes one receipt of the two questions of a login', () => {
    const receipts = make()
    receipts.offered([note(), note({ at: 1_000_200 })])
    assert.equal(receipts.batch().length, 1)
  })

  it('reports the same key again after a minute', () => {
    const receipts = make()
    receipts.offered([note(), note({ at: 1_060_000 })])
    assert.equal(receipts.batch().length, 2)
  })

  it('keeps a receipt until it is stored', () => {
    const receipts = make()
    receipts.offered([note()])
    const [receipt] = receipts.batch()
    assert.deepEqual(receipts.batch(), [receipt])
    receipts.stored(['another', receipt?.receiptId ?? ''])
    assert.deepEqual(receipts.batch(), [])
  })

  it('says that a key was never used', () => {
    const receipts = make()
    receipts.expired(KEY, 5)
    assert.equal(receipts.batch()[0]?.kind, 'expired-unused')
  })

  it('does not say so of one that was offered', () => {
    const receipts = make()
    receipts.offered([note()])
    receipts.expired(KEY, 5)
    assert.deepEqual(
      receipts.batch().map(({ kind }) => kind),
      ['offered'],
    )
  })

  it('gives the same offer the same id', () => {
    const [one, two] = [make(), make()]
    one.offered([note()])
    two.offered([note()])
    assert.equal(one.batch()[0]?.receiptId, two.batch()[0]?.receiptId)
  })

  it('sends no more at once than fits in a message', () => {
    const receipts = make()
    const fingerprint = (n: number) => `SHA256:${String(n).padStart(43, 'A')}`
    for (let n = 0; n < 200; n++) {
      receipts.offered([
        note({ osUser: 'u'.repeat(32), fingerprint: fingerprint(n), at: Date.now() }),
      ])
    }
    const text = JSON.stringify({ kind: 'receipts', receipts: receipts.batch() })
    assert.ok(text.length < MAX_MESSAGE_LENGTH)
    assert.ok(parseAgentMessage(text))
  })

  const refusal = (changes: object = {}) => ({
    at: 1_000_000,
    osUser: 'alice',
    fingerprint: 'SHA256:live',
    grantId: 'g1',
    cause: 'user-locked' as const,
    says: 'The account alice is locked.',
    ...changes,
  })

  it('tells a refusal of a grant once for each cause (a client tries again and again)', () => {
    const receipts = make()
    receipts.refused(refusal())
    receipts.refused(refusal({ at: 1_000_500 }))
    receipts.refused(refusal({ cause: 'pam-refused' }))
    receipts.refused(refusal({ grantId: 'g2' }))
    assert.deepEqual(
      receipts
        .batch()
        .map((receipt) => receipt.kind === 'refused' && [receipt.grantId, receipt.cause]),
      [
        ['g1', 'user-locked'],
        ['g1', 'pam-refused'],
        ['g2', 'user-locked'],
      ],
    )
  })

  it('sends no more sentences at once than fit in a message', () => {
    const receipts = make()
    for (let n = 0; n < 40; n++) {
      receipts.refused(refusal({ grantId: `g${n}`, says: '"'.repeat(512) }))
    }
    const text = JSON.stringify({ kind: 'receipts', receipts: receipts.batch() })
    assert.ok(text.length < MAX_MESSAGE_LENGTH, String(text.length))
    assert.ok(receipts.batch().length > 8)
    assert.ok(parseAgentMessage(text))
  })

  it('knows of a key that it was offered also after thousands of others (whoever reaches sshd would have it told as unused, and what came of it not at all)', () => {
    const receipts = make()
    receipts.offered([note()])
    for (let n = 0; n < 2000; n++) receipts.offered([note({ fingerprint: `SHA256:${n}` })])
    receipts.refused(refusal())
    receipts.expired(KEY, 5)
    const ofGrant = receipts.batch().filter(({ grantId }) => grantId !== undefined)
    assert.deepEqual(
      ofGrant.map(({ kind }) => kind),
      ['offered', 'refused'],
    )
  })

  it('drops the oldest beyond 1024 (scanners offer keys all day)', () => {
    const receipts = make()
    for (let n = 0; n < 1030; n++) receipts.offered([note({ fingerprint: `SHA256:${n}` })])
    assert.equal(receipts.dropped, 6)
  })
})
