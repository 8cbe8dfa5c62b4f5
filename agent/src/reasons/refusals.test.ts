import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Finding } from '@fleetkey/domain/finding'
import type { RefusalReceipt } from '@fleetkey/wire/agent/receipts'
import type { LiveKey } from '../delivery.ts'
import { parseSshdWord } from '../sshd-words/parse-sshd-word.ts'
import { WordMemory } from '../sshd-words/word-memory.ts'
import { createFakeClock } from '../testing/agent-parts.ts'
import { Refusals } from './refusals.ts'

const OURS = 'SHA256:5wN3Xr9JmVYd0yq7GX1ZzqVwGmHvk2l2mXq3c1B5b0s'
const KEY = { grantId: 'g1', osUser: 'alice', fingerprint: OURS, deadline: 106_000 } as LiveKey
const LOCKED = [
  'User alice not allowed because account is locked',
  'Connection closed by invalid user alice 10.0.0.9 port 5000 [preauth]',
]
const GONE = ['Connection closed by authenticating user alice 10.0.0.9 port 5000 [preauth]']
const BAD: Finding = { check: 'sshd-config', state: 'bad', cause: 'keys-not-accepted', says: 'No.' }

const LATE: Finding = {
  check: 'command',
  state: 'unknown',
  says: 'The helper did not answer within 0.5 s.',
}

type Refused = Omit<RefusalReceipt, 'receiptId' | 'kind'>

function start(
  test: TestContext,
  host: {
    readonly findings?: readonly Finding[]
    /** What is found where it takes longer than somebody likes to wait. */
    readonly later?: readonly Finding[] | Promise<readonly Finding[]>
    readonly onQuick?: () => void
  } = {},
) {
  const clock = createFakeClock()
  const memory = new WordMemory()
  const told: Refused[] = []
  const examined: object[] = []
  const offered: object[] = []
  let wake = () => {}
  let port = 22
  let prepared = 0
  const refusals = new Refusals({
    clock,
    words: {
      kind: 'journal',
      since: (bootAt) => memory.since(bootAt),
      onWord: (listener) => memory.listen(listener),
      flush: () => undefined,
    },
    takeNotes: async () => {},
    async examine(login) {
      examined.push(login)
      const { findings = [], later, onQuick } = host
      return {
        async quick() {
          onQuick?.()
          return { findings, goesOn: later !== undefined }
        },
        all: async () => later ?? findings,
      }
    },
    prepare: async () => void prepared++,
    sshPort: () => port,
    onOffered: (offer) => offered.push(offer),
    onRefused(refusal) {
      told.push(refusal)
      wake()
    },
    onFailure: (failure) => assert.fail(String(failure)),
  })
  refusals.know([KEY])
  test.after(() => refusals.close())
  return {
    clock,
    refusals,
    told,
    examined,
    offered,
    prepared: () => prepared,
    /** People are sent there from now on. */
    sendTo: (other: number) => (port = other),
    hear(messages: readonly string[], pid = 7) {
      for (const message of messages) {
        const word = parseSshdWord(message)
        assert.ok(word)
        memory.add({ word, pid, at: 0, bootAt: clock.now() })
      }
    },
    /** Until something is told; the watcher's own timers hold nobody up. */
    async toldOnce() {
      const { promise, resolve } = Promise.withResolvers<void>()
      wake = resolve
      const awake = setInterval(() => {}, 1000)
      if (told.length === 0) await promise
      clearInterval(awake)
      return told[0]
    },
  }
}

/** What was begun and waits for nothing but its turn. */
const allDone = () => new Promise((resolve) => setImmediate(resolve))

const asked = { grantId: 'g1', osUser: 'alice', fingerprint: OURS }

describe('a refusal', () => {
  it('is told by itself, under its grant', async (test) => {
    const host = start(test)
    host.hear(LOCKED)
    const { at, ...refusal } = (await host.toldOnce()) ?? assert.fail()
    assert.ok(Math.abs(Date.now() - at) < 10_000)
    assert.deepEqual(refusal, {
      ...asked,
      cause: 'user-locked',
      says: 'The account alice is locked.',
      sourceAddress: '10.0.0.9',
    })
    assert.deepEqual(host.examined, [], 'sshd has said it')
  })

  it('is found by an examination, for that login, where sshd does not say why', async (test) => {
    const host = start(test, { findings: [BAD] })
    host.hear(GONE)
    assert.equal((await host.toldOnce())?.cause, 'keys-not-accepted')
    const login = { osUser: 'alice', address: '10.0.0.9', port: 22, hasCome: true }
    assert.deepEqual(host.examined, [login])
  })

  it('costs no examination for each try (somebody tries again and again)', async (test) => {
    const host = start(test, { findings: [BAD] })
    test.mock.timers.enable({ apis: ['setTimeout'] })
    for (let pid = 10; pid < 20; pid++) {
      host.hear(GONE, pid)
      test.mock.timers.tick(100)
      await allDone()
    }
    assert.equal(host.examined.length, 1)
    host.clock.advance(200)
    host.hear(GONE, 20)
    test.mock.timers.tick(100)
    await allDone()
    assert.equal(host.examined.length, 2)
  })

  it('that may have been meant for any of many keys is told of the last, and to whoever asks about theirs', async (test) => {
    const host = start(test, { findings: [BAD] })
    host.clock.advance(100)
    host.refusals.know(
      Array.from({ length: 30 }, (_, n) => ({
        ...KEY,
        grantId: `g${n}`,
        fingerprint: `SHA256:${n}`,
      })),
    )
    test.mock.timers.enable({ apis: ['setTimeout'] })
    host.hear(GONE)
    test.mock.timers.tick(100)
    await allDone()
    assert.equal(host.examined.length, 1)
    assert.deepEqual(
      host.told.map(({ grantId }) => grantId),
      ['g29'],
    )
    const { cause } = await host.refusals.explain({ ...asked, fingerprint: OURS })
    assert.equal(cause, 'keys-not-accepted')
    assert.equal(host.told.at(-1)?.grantId, 'g1')
    // They go on waiting: the next login is told of theirs, too.
    host.told.length = 0
    host.clock.advance(1100)
    host.hear(GONE, 8)
    test.mock.timers.tick(100)
    await allDone()
    assert.deepEqual(
      host.told.map(({ grantId }) => grantId),
      ['g1', 'g29'],
    )
  })

  it('of a key that was offered is told of that one', async (test) => {
    const host = start(test)
    host.clock.advance(100)
    host.refusals.know([{ ...KEY, grantId: 'g2', fingerprint: 'SHA256:2' }])
    host.hear([`Failed publickey for alice from 10.0.0.9 port 5000 ssh2: ED25519 ${OURS}`])
    host.hear(LOCKED)
    assert.equal((await host.toldOnce())?.grantId, 'g1')
    assert.equal(host.told.length, 1)
  })

  it('comes after an offer, which sshd tells where there is no helper', (test) => {
    const host = start(test)
    const from = 'from 10.0.0.9 port 5000 ssh2: ED25519'
    host.hear([`Failed publickey for bob ${from} ${OURS}`])
    assert.deepEqual(host.offered, [])
    host.hear([`Failed publickey for alice ${from} ${OURS}`])
    assert.deepEqual(host.offered, [{ at: 0, osUser: 'alice', fingerprint: OURS }])
  })

  it('of nobody’s grant is not told', async (test) => {
    const host = start(test)
    test.mock.timers.enable({ apis: ['setTimeout'] })
    host.hear([
      'User bob not allowed because account is locked',
      'Connection closed by invalid user bob 10.0.0.9 port 5000 [preauth]',
    ])
    test.mock.timers.tick(100)
    await allDone()
    assert.deepEqual(host.told, [])
    host.hear(LOCKED, 8)
    test.mock.timers.tick(100)
    await allDone()
    assert.equal(host.told.length, 1)
  })
})

describe('whoever asks why', () => {
  it('is told at once what sshd has said', async (test) => {
    const host = start(test)
    host.hear(LOCKED)
    const before = performance.now()
    const explanation = await host.refusals.explain(asked)
    assert.equal(explanation.cause, 'user-locked')
    assert.ok(performance.now() - before < 300)
  })

  it('waits a moment for words that come late (journald holds them back)', async (test) => {
    const host = start(test)
    const explained = host.refusals.explain(asked)
    setTimeout(() => host.hear(LOCKED), 100)
    assert.equal((await explained).cause, 'user-locked')
  })

  it('is told what an examination finds when no login was seen, and it is no refusal', async (test) => {
    const host = start(test, { findings: [BAD] })
    assert.equal((await host.refusals.explain(asked)).cause, 'keys-not-accepted')
    assert.deepEqual(host.told, [])
  })

  it('is told at once whom sshd waits for, when a login hangs and the helper has not answered yet either', async (test) => {
    const host = start(test, { findings: [LATE], later: [] })
    host.hear(['Connection from 10.0.0.9 port 5000 on 10.0.0.1 port 22'])
    host.clock.advance(150)
    const explained = host.refusals.explain(asked)
    assert.equal(host.examined.length, 1, 'sshd will say nothing more of that one')
    const { cause, says } = await explained
    assert.equal(cause, 'command-slow')
    assert.match(says, /waits for the program.* did not answer within 0.5 s/)
    assert.equal(host.examined.length, 1)
  })

  it('hears what sshd says of their login also beside one that hangs (who connects and says nothing would keep the reason from all)', async (test) => {
    const host = start(test, { findings: [BAD] })
    host.hear(['Connection from 192.0.2.66 port 6000 on 10.0.0.1 port 22'], 6)
    host.clock.advance(150)
    const explained = host.refusals.explain(asked)
    setTimeout(() => host.hear(LOCKED), 100)
    assert.equal((await explained).cause, 'user-locked')
  })

  it('waits for the rest where a quick look did not do, and all who do wait for the same', async (test) => {
    const rest = Promise.withResolvers<readonly Finding[]>()
    let waiting = 0
    const onQuick = () => {
      if (++waiting === 3) rest.resolve([BAD])
    }
    const host = start(test, { findings: [LATE], later: rest.promise, onQuick })
    const answers = await Promise.all([1, 2, 3].map(() => host.refusals.explain(asked)))
    assert.deepEqual(
      answers.map(({ cause }) => cause),
      Array(3).fill('keys-not-accepted'),
    )
    assert.equal(host.examined.length, 1)
  })

  it('is told nothing that the rest of an examination may tell better', async (test) => {
    const ENDED: Finding = { check: 'account', state: 'bad', cause: 'user-expired', says: 'Over.' }
    const host = start(test, { findings: [LATE], later: [ENDED] })
    host.hear(['fatal: Access denied for user alice by PAM account configuration [preauth]'])
    assert.equal((await host.refusals.explain(asked)).cause, 'user-expired')
    assert.deepEqual(
      host.told.map(({ cause }) => cause),
      ['user-expired'],
    )
  })

  it('has the host asked about the port that they were sent to, where no login came', async (test) => {
    const host = start(test)
    host.sendTo(2022)
    await host.refusals.explain(asked)
    assert.deepEqual(host.examined, [{ osUser: 'alice', port: 22, hasCome: false }])
  })

  it('does not wait for what was loaded when the first key came', (test) => {
    const host = start(test)
    assert.equal(host.prepared(), 1)
    host.refusals.know([KEY, { ...KEY, grantId: 'g2' }])
    assert.equal(host.prepared(), 1)
  })

  it('is told that nothing was seen', async (test) => {
    const { cause, says } = await start(test).refusals.explain(asked)
    assert.equal(cause, undefined)
    assert.match(says, /has seen no login as alice/)
  })

  it('of a grant that this agent does not know records nothing', async (test) => {
    const host = start(test, { findings: [BAD] })
    host.hear(GONE)
    await host.refusals.explain({ ...asked, grantId: 'other' })
    assert.ok(host.told.every(({ grantId }) => grantId === 'g1'))
  })

  it('is told of a key until two minutes after its end, and no longer', async (test) => {
    const host = start(test)
    host.clock.advance(6000 + 12_001)
    host.refusals.know([])
    host.hear([`Failed publickey for alice from 10.0.0.9 port 5000 ssh2: ED25519 ${OURS}`, ...GONE])
    await host.refusals.explain(asked)
    assert.deepEqual(host.told, [])
  })
})

describe('somebody who waits to hear of a login', () => {
  const drop = (address: string) =>
    `drop connection #2 from [${address}]:5000 on [10.0.0.2]:22 past MaxStartups`
  const LONG_MS = 60_000
  const DROPPED = { cause: 'too-many-connections', sourceAddress: '10.0.0.8' } as const
  /** The watcher's own timers hold nobody up. */
  async function awake<Result>(promise: Promise<Result>): Promise<Result> {
    const timer = setInterval(() => {}, 1000)
    return promise.finally(() => clearInterval(timer))
  }

  it('is told of a connection that sshd drops, at once and without an examination', async (test) => {
    const host = start(test)
    const next = host.refusals.next('g1', {}, LONG_MS)
    host.hear([drop('10.0.0.8')])
    const told = await awake(next)
    assert.deepEqual({ cause: told?.cause, sourceAddress: told?.sourceAddress }, DROPPED)
    assert.deepEqual([host.examined, host.told], [[], []], 'it is nobody knows whose')
  })

  it('is told of one from where they ask without an examination, and once that is known with one', async (test) => {
    const gone: Finding = { ...BAD, cause: 'sshd-not-running' }
    const host = start(test, { findings: [gone] })
    host.hear([drop(DROPPED.sourceAddress)])
    const from = DROPPED.sourceAddress
    const explain = (more: object) => awake(host.refusals.explain({ ...asked, ...more }))
    assert.equal((await explain({ from })).cause, DROPPED.cause)
    assert.deepEqual(host.examined, [])
    assert.equal((await explain({ from, known: [DROPPED] })).cause, gone.cause)
    assert.equal((await explain({ from: '10.0.0.9' })).cause, gone.cause)
  })

  it('is told of one from before the push only once the host was looked at: it may be of the try before', async (test) => {
    const host = start(test, { findings: [{ ...BAD, cause: 'sshd-not-running' }] })
    host.hear([drop(DROPPED.sourceAddress)])
    host.clock.advance(100)
    host.refusals.know([{ ...KEY, grantId: 'g2', deadline: KEY.deadline + 100 }])
    const of = { ...asked, grantId: 'g2', from: DROPPED.sourceAddress }
    assert.equal((await awake(host.refusals.explain(of))).cause, 'sshd-not-running')
    assert.equal(host.examined.length, 1)
  })

  it('is told of what came while the host was looked at', async (test) => {
    const host = start(test)
    host.hear([drop('10.0.0.8')])
    assert.equal((await host.refusals.next('g1', {}, LONG_MS))?.cause, DROPPED.cause)
  })

  it('is not told again of what is known, but of a connection from where they ask', async (test) => {
    const host = start(test)
    const from = '10.0.0.9'
    await host.refusals.explain({ ...asked, from })
    let told = false
    const next = host.refusals.next('g1', { from, known: [DROPPED] }, LONG_MS)
    void next.then(() => (told = true))
    test.mock.timers.enable({ apis: ['setTimeout'] })
    host.hear([drop('10.0.0.7')])
    test.mock.timers.tick(100)
    await allDone()
    assert.equal(told, false)
    host.hear([drop(from), drop('10.0.0.7')])
    test.mock.timers.tick(100)
    assert.match(
      (await next)?.says ?? '',
      /connection from 10\.0\.0\.9, which is where you ask from/,
    )
  })

  it('is answered without anything once it logs in, the time is over, or the agent ends', async (test) => {
    const host = start(test)
    assert.equal(await awake(host.refusals.next('g1', {}, 1)), undefined)
    const next = host.refusals.next('g1', {}, LONG_MS)
    host.hear([`Accepted publickey for alice from 10.0.0.9 port 5000 ssh2: ED25519 ${OURS}`])
    assert.equal(await awake(next), undefined)
    const last = host.refusals.next('g1', {}, LONG_MS)
    host.refusals.close()
    assert.equal(await last, undefined)
  })

  it('is answered at once beside many others (the link holds few questions), and of a key that nobody knows', async (test) => {
    const host = start(test)
    assert.equal(await host.refusals.next('other', {}, LONG_MS), undefined)
    const many = Array.from({ length: 32 }, () => host.refusals.next('g1', {}, LONG_MS))
    assert.equal(await host.refusals.next('g1', {}, LONG_MS), undefined)
    host.refusals.close()
    await Promise.all(many)
  })
})
