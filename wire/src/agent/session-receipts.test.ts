import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSessionReceipt, type SessionReceipt } from './session-receipts.ts'

const LOGIN = {
  receiptId: 'r',
  at: 1,
  sessionId: `s-${'0'.repeat(17)}`,
  osUser: 'alice',
  uid: 1000,
  method: 'publickey',
  fingerprint: 'SHA256:x',
  address: '192.0.2.7',
  port: 50_000,
  pid: 7,
  seenBy: 'pam',
} as const

const WHOLE: readonly SessionReceipt[] = [
  { ...LOGIN, kind: 'session-started', grantId: 'g' },
  { ...LOGIN, kind: 'login-unexplained', cause: 'other-key', alarm: true },
  {
    receiptId: 'r',
    at: 2,
    kind: 'session-ended',
    sessionId: LOGIN.sessionId,
    osUser: 'alice',
    ending: 'closed',
    notBefore: 1,
  },
  { receiptId: 'r', at: 1, kind: 'log-tampered', lines: 2, uid: 1001, program: 'logger' },
]
const optionalIn = ({ kind }: SessionReceipt) =>
  kind === 'log-tampered' ? [] : ['uid', 'fingerprint', 'grantId', 'address', 'port', 'notBefore']

describe('a receipt of a session', () => {
  for (const receipt of WHOLE) {
    it(`of kind ${receipt.kind} is read, without what does not belong to it`, () => {
      assert.deepEqual(parseSessionReceipt({ ...receipt }), receipt)
      assert.deepEqual(parseSessionReceipt({ ...receipt, more: 1 }), receipt)
    })

    it(`of kind ${receipt.kind} is read without what a host may not know`, () => {
      const few = Object.entries(receipt).filter(([name]) => !optionalIn(receipt).includes(name))
      assert.deepEqual(parseSessionReceipt(Object.fromEntries(few)), Object.fromEntries(few))
    })

    it(`of kind ${receipt.kind} is refused with a member missing or of another type`, () => {
      for (const name of Object.keys(receipt)) {
        const wrong = [null, 1e300, -1, 1.5, [1], { x: 1 }, 'x\n', '\u202e', 'x'.repeat(129)]
        for (const value of optionalIn(receipt).includes(name) ? wrong : [undefined, ...wrong]) {
          const altered = { ...receipt, [name]: value }
          // Before 1970 is a time too.
          if (value === -1 && ['at', 'notBefore'].includes(name)) continue
          assert.equal(parseSessionReceipt(altered), undefined, JSON.stringify(altered))
        }
      }
    })
  }

  it('is refused with a session id of another form (ids end up in ARNs and commands)', () => {
    for (const sessionId of ['s-', 's-0', `S-${'0'.repeat(17)}`, `s-${'0'.repeat(18)}`]) {
      assert.equal(parseSessionReceipt({ ...LOGIN, kind: 'session-started', sessionId }), undefined)
    }
  })
})
