import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Finding } from '@fleetkey/domain/finding'
import { MAX_MESSAGE_LENGTH } from './agent-link.ts'
import { parseAgentMessage, type AgentMessage } from './agent-messages.ts'
import { parseServerMessage, type ServerMessage } from './server-messages.ts'
import type { KeyReceipt } from './receipts.ts'
import type { IngressObservation } from './ingress-observation.ts'

const SIGNED = { statement: 'x', signature: `${'A'.repeat(86)}==` }
const FACTS = {
  hostname: 'web-1',
  os: '',
  architecture: '',
  agentVersion: '',
  addresses4: [],
  addresses6: [],
  sshAddresses: ['192.0.2.7'],
  sshPort: 22,
  tunnelPorts: [22],
  sshdVersion: '',
  hostKeys: [],
  delivery: 'file',
  lock: { kind: 'locked' },
  problems: [],
} as const
const RECEIPT: KeyReceipt = {
  receiptId: 'r',
  at: 1,
  kind: 'offered',
  osUser: 'ec2-user',
  fingerprint: 'SHA256:x',
}

const OBSERVATION: IngressObservation = {
  address: '192.0.2.9',
  port: 22,
  outcome: 'let-in',
  attempts: 3,
}
const FINDING: Finding = { check: 'account', state: 'good', says: 'There is one.' }

const FROM_AGENT: readonly AgentMessage[] = [
  { kind: 'hello', proof: SIGNED, facts: FACTS },
  { kind: 'prepared', exchange: 'e', nonce: 'n', uid: 0 },
  { kind: 'installed', exchange: 'e', acknowledgement: SIGNED },
  { kind: 'ruled', exchange: 'e', revision: 1, says: 'In force.' },
  { kind: 'tunnelled', exchange: 'e' },
  { kind: 'refused', exchange: 'e', refusal: { code: 'user-unknown', message: 'No "x" here.' } },
  { kind: 'receipts', receipts: [RECEIPT, { ...RECEIPT, kind: 'expired-unused', grantId: 'g' }] },
  { kind: 'explained', exchange: 'e', says: 'Nobody has tried yet.' },
  { kind: 'session-ending', exchange: 'e', ended: true, says: 'It ended.' },
  { kind: 'ingress-observed', receiptId: 'r', observations: [OBSERVATION] },
  { kind: 'facts', facts: FACTS },
  { kind: 'signers-wanted' },
  { kind: 'examined', exchange: 'e', wallClock: 1, findings: [FINDING] },
  { kind: 'mended', exchange: 'e', findings: [FINDING] },
]
const FROM_SERVER: readonly ServerMessage[] = [
  { kind: 'challenge', deployment: 'd', challenge: 'c' },
  { kind: 'welcome' },
  { kind: 'prepare', exchange: 'e', osUser: 'ec2-user' },
  { kind: 'install', exchange: 'e', grant: SIGNED, signer: SIGNED },
  { kind: 'rules', exchange: 'e', rules: SIGNED, signer: SIGNED },
  { kind: 'rules-heard', revision: 1 },
  { kind: 'tunnel', exchange: 'e', order: SIGNED, signer: SIGNED },
  { kind: 'explain', exchange: 'e', grantId: 'g', osUser: 'ec2-user', fingerprint: 'SHA256:x' },
  { kind: 'revoke', grantId: 'g' },
  { kind: 'end-session', exchange: 'e', sessionId: `s-${'0'.repeat(17)}` },
  { kind: 'stored', receiptIds: ['r'] },
  { kind: 'signers', signers: SIGNED, signer: SIGNED },
  { kind: 'examine', exchange: 'e' },
  { kind: 'mend', exchange: 'e', order: SIGNED, signer: SIGNED },
]
const SIDES = [
  { side: 'agent', messages: FROM_AGENT, others: FROM_SERVER, parse: parseAgentMessage },
  { side: 'server', messages: FROM_SERVER, others: FROM_AGENT, parse: parseServerMessage },
] as const

for (const { side, messages, others, parse } of SIDES) {
  describe(`a message of the ${side}`, () => {
    for (const message of messages) {
      it(`of kind ${message.kind} is read, without what does not belong to it`, () => {
        assert.deepEqual(parse(JSON.stringify(message)), message)
        assert.deepEqual(parse(JSON.stringify({ ...message, more: 1 })), message)
      })

      it(`of kind ${message.kind} is refused with any member missing or of another type`, () => {
        for (const name of Object.keys(message)) {
          for (const value of [undefined, null, 1e300, [null], { x: 1 }, 'x\n']) {
            const text = JSON.stringify({ ...message, [name]: value })
            assert.equal(parse(text), undefined, text)
          }
        }
      })
    }

    it('of the other side is refused (a message must not be reflected)', () => {
      for (const other of others) assert.equal(parse(JSON.stringify(other)), undefined)
    })

    it('of an unknown kind, and what is no object, is refused', () => {
      for (const text of ['', '{', 'null', '[]', '"welcome"', '1', '{}']) {
        assert.equal(parse(text), undefined)
      }
      for (const kind of ['', 'constructor', '__proto__', 'WELCOME', 1, null, ['welcome']]) {
        assert.equal(parse(JSON.stringify({ kind })), undefined)
      }
    })

    it('is refused over its length', () => {
      const [message] = messages
      const text = JSON.stringify(message)
      const padded = (length: number) => text + ' '.repeat(length - text.length)
      assert.deepEqual(parse(padded(MAX_MESSAGE_LENGTH)), message)
      assert.equal(parse(padded(MAX_MESSAGE_LENGTH + 1)), undefined)
    })
  })
}

describe('the question what would stop a login', () => {
  const parse = (more: object) =>
    parseServerMessage(JSON.stringify({ kind: 'examine', exchange: 'e', ...more }))

  it('may name a user and an address', () => {
    const wanted = { osUser: 'alice', address: '192.0.2.7', checks: ['firewall'] }
    assert.deepEqual(parse(wanted), { kind: 'examine', exchange: 'e', ...wanted })
  })

  it('refuses what is no name of an account (sshd would be asked something else)', () => {
    for (const osUser of ['', '-C', 'alice,addr=10.0.0.1', 'a\nb', null, 1]) {
      assert.equal(parse({ osUser }), undefined)
    }
    for (const checks of [null, 'firewall', [1], ['x\n'], Array(33).fill('x')]) {
      assert.equal(parse({ checks }), undefined)
    }
    for (const address of [null, 1, 'x\n', 'a'.repeat(129)])
      assert.equal(parse({ address }), undefined)
  })
})

describe('the nonce of a link', () => {
  const hello = (linkNonce?: unknown) =>
    parseAgentMessage(JSON.stringify({ kind: 'hello', proof: SIGNED, facts: FACTS, linkNonce }))

  it('comes with the hello of an agent that opens tunnels', () => {
    const linkNonce = 'ab'.repeat(16)
    assert.deepEqual(hello(linkNonce), { kind: 'hello', proof: SIGNED, facts: FACTS, linkNonce })
  })

  it('is refused in any other shape', () => {
    for (const nonce of [null, 1, '', 'AB'.repeat(16), 'ab'.repeat(15), `${'ab'.repeat(16)}\n`]) {
      assert.equal(hello(nonce), undefined)
    }
  })
})

describe('the opening of a port', () => {
  const prepared = { kind: 'prepared', exchange: 'e', nonce: 'n', uid: 0 }
  const install = { kind: 'install', exchange: 'e', grant: SIGNED, signer: SIGNED }

  it('is asked for by a host that says so, and comes with the grant', () => {
    const asked = { ...prepared, wallClock: 1, opensPort: true }
    assert.deepEqual(parseAgentMessage(JSON.stringify(asked)), asked)
    const told = { ...install, opening: SIGNED }
    assert.deepEqual(parseServerMessage(JSON.stringify(told)), told)
  })

  it('is refused in any other shape', () => {
    for (const wrong of [null, false, 'true', 1, {}]) {
      assert.equal(parseAgentMessage(JSON.stringify({ ...prepared, opensPort: wrong })), undefined)
      assert.equal(parseServerMessage(JSON.stringify({ ...install, opening: wrong })), undefined)
    }
  })
})

describe('an observation', () => {
  const isTaken = (change: object) => {
    const observations = [{ ...OBSERVATION, ...change }]
    const text = JSON.stringify({ kind: 'ingress-observed', receiptId: 'r', observations })
    return parseAgentMessage(text) !== undefined
  }

  it('is refused in any other shape (its address is shown in terminals)', () => {
    assert.ok(isTaken({ address: '2001:db8::1', outcome: 'cut' }))
    for (const change of [
      { address: '192.0.2.9\u001b[2J' },
      { address: 'web-1' },
      { port: 0 },
      { outcome: 'open' },
      { attempts: -1 },
      { attempts: 0.5 },
    ]) {
      assert.equal(isTaken(change), false, JSON.stringify(change))
    }
  })
})

describe('the limits of messages', () => {
  const isTaken = (message: object) => parseAgentMessage(JSON.stringify(message)) !== undefined
  const prepared = { kind: 'prepared', exchange: 'e', nonce: 'n', uid: 0 }

  it('hold for ids', () => {
    assert.ok(isTaken({ ...prepared, exchange: 'e'.repeat(128) }))
    assert.ok(!isTaken({ ...prepared, exchange: 'e'.repeat(129) }))
  })

  it('hold for uids', () => {
    assert.ok(isTaken({ ...prepared, uid: 0xffff_ffff }))
    for (const uid of [-1, 0x1_0000_0000, 0.5, '0']) assert.ok(!isTaken({ ...prepared, uid }))
  })

  it('hold for signatures: 64 bytes in base64', () => {
    for (const signature of ['', 'A'.repeat(88), `${'A'.repeat(85)}==`, `${'-'.repeat(86)}==`]) {
      const acknowledgement = { statement: 'x', signature }
      assert.ok(!isTaken({ kind: 'installed', exchange: 'e', acknowledgement }))
    }
  })

  it('hold for refusals, which are shown to people', () => {
    const refused = (code: string, message: string) =>
      isTaken({ kind: 'refused', exchange: 'e', refusal: { code, message } })
    assert.ok(refused('delivery-failed', 'x'.repeat(1024)))
    assert.ok(!refused('delivery-failed', 'x'.repeat(1025)))
    assert.ok(!refused('delivery-failed', 'a\u001b[31mb'))
    assert.ok(!refused('because', 'x'))
  })

  it('hold for receipts', () => {
    const receipts = (count: number, changes: object = {}) =>
      isTaken({ kind: 'receipts', receipts: Array(count).fill({ ...RECEIPT, ...changes }) })
    assert.ok(receipts(0))
    assert.ok(receipts(64))
    assert.ok(!receipts(65))
    assert.ok(!receipts(1, { kind: 'accepted' }))
    assert.ok(!receipts(1, { osUser: 'a\nb' }))
    assert.ok(!receipts(1, { grantId: 7 }))
  })

  it('hold for refusals of logins, which name their grant and their cause', () => {
    const told = {
      ...RECEIPT,
      kind: 'refused',
      grantId: 'g',
      cause: 'user-locked',
      says: 'It is locked.',
      sourceAddress: '192.0.2.9',
    }
    const receipts = (changes: object) =>
      parseAgentMessage(JSON.stringify({ kind: 'receipts', receipts: [{ ...told, ...changes }] }))
    assert.deepEqual(receipts({ more: 1 }), { kind: 'receipts', receipts: [told] })
    for (const changes of [
      { grantId: undefined },
      { cause: undefined },
      { cause: 'because' },
      { cause: 'constructor' },
      { says: undefined },
      { says: 'x'.repeat(513) },
      { says: 'a\u001b[2Jb' },
      { sourceAddress: '192.0.2.9\n' },
      { sourceAddress: 7 },
    ])
      assert.equal(receipts(changes), undefined, JSON.stringify(changes))
  })

  it('hold for explanations', () => {
    const explained = { kind: 'explained', exchange: 'e', says: 'It is locked.' }
    const whole = { ...explained, cause: 'user-locked', sourceAddress: '192.0.2.9' }
    assert.deepEqual(parseAgentMessage(JSON.stringify({ ...whole, more: 1 })), whole)
    for (const changes of [{ cause: 'no' }, { says: 'x'.repeat(513) }, { sourceAddress: 'a\nb' }])
      assert.ok(!isTaken({ ...explained, ...changes }))
  })

  it('hold for what whoever asks knows, whatever another version calls it', () => {
    const explain = { kind: 'explain', exchange: 'e', grantId: 'g', osUser: 'a', fingerprint: 'f' }
    const told = { cause: 'source-penalised', sourceAddress: '192.0.2.9' }
    const asked = { from: '192.0.2.9', waitMs: 1000, known: [told, { cause: 'wrong-port' }] }
    const whole = { ...explain, ...asked }
    const newer = { ...whole, known: [...asked.known, { cause: 'newer' }, 7] }
    assert.deepEqual(parseServerMessage(JSON.stringify(newer)), whole)
    for (const changes of [
      { from: 'a\nb' },
      { from: 7 },
      { waitMs: -1 },
      { waitMs: '1' },
      { known: told },
      { known: Array.from({ length: 65 }, () => told) },
    ])
      assert.equal(parseServerMessage(JSON.stringify({ ...explain, ...changes })), undefined)
  })

  it('hold for times: a receipt of no possible date is none (threw when it was recorded)', () => {
    for (const at of [8.64e15, -8.64e15]) {
      assert.ok(isTaken({ kind: 'receipts', receipts: [{ ...RECEIPT, at }] }))
      assert.doesNotThrow(() => new Date(at).toISOString())
    }
    for (const at of [8.64e15 + 1, Number.MAX_SAFE_INTEGER, 0.5]) {
      assert.ok(!isTaken({ kind: 'receipts', receipts: [{ ...RECEIPT, at }] }))
    }
  })
})

describe('what only hosts with the delivery metadata say and hear', () => {
  const read = (parse: (text: string) => unknown, message: object) => parse(JSON.stringify(message))

  it('is the wall clock of the host, a possible date', () => {
    const prepared = { kind: 'prepared', exchange: 'e', nonce: 'n', uid: 0 }
    for (const wallClock of [0, 1_700_000_000_000])
      assert.deepEqual(read(parseAgentMessage, { ...prepared, wallClock }), {
        ...prepared,
        wallClock,
      })
    for (const wallClock of [null, '1', 0.5, 8.64e15 + 1, [1]])
      assert.equal(read(parseAgentMessage, { ...prepared, wallClock }), undefined)
  })

  const install = { kind: 'install', exchange: 'e', grant: SIGNED, signer: SIGNED }
  const one = {
    signer: '0123456789ABCDEF0123456789ABCDEF01234567',
    signature: `${'A'.repeat(342)}==`,
  }
  const managed = { expires: 1_700_000_060, signatures: [one, one] }

  it('is the signature of a managed key, by one signer or two', () => {
    for (const message of [
      { ...install, managed },
      { ...install, managed: { ...managed, signatures: [one] } },
    ])
      assert.deepEqual(read(parseServerMessage, message), message)
  })

  it('is no install without all of that signature (would be one that the host cannot serve)', () => {
    for (const broken of [
      null,
      [],
      {},
      { ...managed, expires: 0 },
      { ...managed, expires: 1.5 },
      { ...managed, expires: '1' },
      { ...managed, signatures: [] },
      { ...managed, signatures: [one, one, one] },
      { ...managed, signatures: one },
      { ...managed, signatures: [null] },
      { ...managed, signatures: [{ ...one, signer: one.signer.toLowerCase() }] },
      { ...managed, signatures: [{ ...one, signer: '../../../x' }] },
      { ...managed, signatures: [{ ...one, signature: 'AA==' }] },
      { ...managed, signatures: [{ ...one, signature: `${'\n'.repeat(342)}==` }] },
    ])
      assert.equal(read(parseServerMessage, { ...install, managed: broken }), undefined)
  })
})
