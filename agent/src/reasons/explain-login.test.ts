import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Finding } from '@fleetkey/domain/finding'
import type { LoginCause } from '@fleetkey/domain/login-cause'
import { parseSshdWord } from '../sshd-words/parse-sshd-word.ts'
import type { HeardWord } from '../sshd-words/sshd-word.ts'
import { explainLogin, type HeardNote, type Verdict } from './explain-login.ts'
import { penaltiesAt, type Penalty } from './penalties.ts'
import { sincePush } from './tries.ts'

const OURS = 'SHA256:5wN3Xr9JmVYd0yq7GX1ZzqVwGmHvk2l2mXq3c1B5b0s'
const OTHER = 'SHA256:ZZZZXr9JmVYd0yq7GX1ZzqVwGmHvk2l2mXq3c1B5b0s'
const BESIDE = 'SHA256:YYYYXr9JmVYd0yq7GX1ZzqVwGmHvk2l2mXq3c1B5b0s'
const KEY = {
  osUser: 'alice',
  fingerprint: OURS,
  alsoFor: ['carol'],
  beside: new Set([BESIDE]),
  pushedAt: 1000,
  deadline: 7000,
}
const FROM = 'from 10.0.0.9 port 5000'
const failed = (print: string, user = 'alice', from = FROM) =>
  `Failed publickey for ${user} ${from} ssh2: ED25519 ${print}`
const GONE = 'Connection closed by authenticating user alice 10.0.0.9 port 5000 [preauth]'
const GONE_INVALID = 'Connection closed by invalid user alice 10.0.0.9 port 5000 [preauth]'
const ACCEPTED = `Accepted publickey for alice ${FROM} ssh2: ED25519 ${OURS}`
const BAD: Finding = {
  check: 'sshd-config',
  state: 'bad',
  cause: 'keys-not-accepted',
  says: 'sshd accepts no keys for this login: PubkeyAuthentication no.',
}

function hear(
  messages: readonly string[],
  { pid, bootAt = 2000 }: { pid?: number; bootAt?: number } = {},
) {
  return messages.map((message): HeardWord => {
    const word = parseSshdWord(message)
    assert.ok(word, message)
    return { word, at: 0, bootAt, ...(pid === undefined ? {} : { pid }) }
  })
}

const judge = (
  words: readonly HeardWord[],
  more: {
    notes?: readonly HeardNote[]
    findings?: readonly Finding[]
    hearsSshd?: boolean
    penalties?: readonly Penalty[]
    askedFrom?: string
  } = {},
): Verdict =>
  explainLogin({
    key: KEY,
    now: 2100,
    words,
    notes: [],
    penalties: [],
    hearsSshd: true,
    findings: undefined,
    ...more,
  })

const causeOf = (verdict: Verdict): LoginCause | undefined => verdict.explanation.cause

describe("a refused login, by sshd's own words", () => {
  const CASES: readonly (readonly [LoginCause, RegExp, readonly string[]])[] = [
    [
      'user-expired',
      /alice has expired/,
      [
        'Account alice has expired',
        'User alice not allowed because account is locked',
        GONE_INVALID,
      ],
    ],
    [
      'user-locked',
      /alice is locked/,
      ['User alice not allowed because account is locked', GONE_INVALID],
    ],
    [
      'user-has-no-shell',
      /\/bin\/gone, does not exist/,
      ['User alice not allowed because shell /bin/gone does not exist', GONE_INVALID],
    ],
    [
      'user-not-allowed',
      /not listed in AllowUsers/,
      ['User alice from 10.0.0.9 not allowed because not listed in AllowUsers', GONE_INVALID],
    ],
    ['user-unknown', /no user alice/, [`Invalid user alice ${FROM}`, GONE_INVALID]],
    [
      'user-not-allowed',
      /root/,
      [`ROOT LOGIN REFUSED ${FROM.toUpperCase().replace('PORT', 'port')}`, failed(OURS), GONE],
    ],
    [
      'command-wrong-user',
      /"?fleetkey/,
      ['error: AuthorizedKeysCommandUser "fleetkey" not found: Success', failed(OURS), GONE],
    ],
    [
      'command-not-executable',
      /cannot run/,
      ['AuthorizedKeysCommand /usr/lib/x %u failed, status 127', failed(OURS), GONE],
    ],
    [
      'command-failed',
      /status 1/,
      ['AuthorizedKeysCommand /usr/lib/x %u failed, status 1', failed(OURS), GONE],
    ],
    [
      'command-wrong-owner',
      /bad ownership/,
      [
        'error: Unsafe AuthorizedKeysCommand "/usr/lib/x": bad ownership or modes for file /usr/lib/x',
        failed(OURS),
        GONE,
      ],
    ],
    [
      'bad-permissions',
      /directory \/home\/alice/,
      [
        'Authentication refused: bad ownership or modes for directory /home/alice',
        failed(OURS),
        GONE,
      ],
    ],
    [
      'algorithm-refused',
      /ssh-rsa not in/,
      [
        'userauth_pubkey: signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms [preauth]',
        GONE,
      ],
    ],
    [
      'more-methods-wanted',
      /AuthenticationMethods/,
      [`Partial publickey for alice ${FROM} ssh2: ED25519 ${OURS}`, GONE],
    ],
    ['key-expired', /60 seconds/, ['error: Refused by key options', failed(OURS), GONE]],
    [
      'other-key-offered',
      /offered SHA256:ZZZZ.*and the key that was pushed is SHA256:5wN3/,
      [failed(OTHER), GONE],
    ],
    [
      'too-many-keys',
      /1 other key first/,
      [
        failed(OTHER),
        `error: maximum authentication attempts exceeded for alice ${FROM} ssh2 [preauth]`,
      ],
    ],
    ['other-user', /offered for bob, and it was pushed for alice/, [failed(OURS, 'bob')]],
    [
      'user-expired',
      /has expired/,
      [
        `Accepted key ED25519 ${OURS} found at /x:1`,
        failed(OURS),
        'pam_unix(sshd:account): account alice has expired (account expired)',
        'fatal: Access denied for user alice by PAM account configuration [preauth]',
      ],
    ],
    [
      'pam-refused',
      /pam_access says/,
      [
        failed(OURS),
        "pam_access(sshd:account): access denied for user `alice' from `10.0.0.9'",
        'fatal: Access denied for user alice by PAM account configuration [preauth]',
      ],
    ],
  ]
  for (const [cause, says, messages] of CASES)
    it(`is ${cause}: ${messages[0]?.slice(0, 60)}`, () => {
      const verdict = judge(hear(messages, { pid: 7 }), { findings: [] })
      assert.equal(verdict.kind, 'refused')
      assert.equal(causeOf(verdict), cause)
      assert.match(verdict.explanation.says, says)
      // In a file of -E, without pids: what PAM's modules say is not there.
      const inFile = messages.filter((message) => !message.startsWith('pam_'))
      const same = causeOf(judge(hear(inFile), { findings: [] }))
      const isToldByPam = inFile.length < messages.length && cause === 'user-expired'
      assert.equal(same, isToldByPam ? 'pam-refused' : cause)
    })

  it('is none of this push as a user whom the same key was pushed for, too', () => {
    assert.equal(judge(hear([failed(OURS, 'carol')])).kind, 'nothing')
    const note = { osUser: 'carol', fingerprint: OURS, live: true, bootAt: 2000 }
    assert.equal(judge([], { notes: [note], hearsSshd: false }).kind, 'nothing')
  })

  it('is none of this push with another key that was pushed for the same user', () => {
    assert.equal(judge(hear([failed(BESIDE), GONE])).kind, 'nothing')
    const note = { osUser: 'alice', fingerprint: BESIDE, live: true, bootAt: 2000 }
    assert.equal(judge([], { notes: [note], hearsSshd: false }).kind, 'nothing')
  })

  it('is key-expired by the time at which it was offered', () => {
    assert.equal(causeOf(judge(hear([failed(OURS), GONE], { bootAt: 7000 }))), 'key-expired')
    assert.equal(judge(hear([failed(OURS), GONE], { bootAt: 6999 })).kind, 'unexplained')
  })

  it('names where it came from', () => {
    assert.equal(judge(hear([failed(OTHER), GONE])).explanation.sourceAddress, '10.0.0.9')
  })

  it('is undecided while it goes on (a client offers its keys one by one)', () => {
    assert.equal(judge(hear([failed(OTHER)])).kind, 'nothing')
  })

  it('is what the examination finds where sshd does not say', () => {
    assert.equal(judge(hear([GONE])).kind, 'unexplained')
    const verdict = judge(hear([GONE]), { findings: [BAD] })
    assert.deepEqual(verdict.explanation, {
      cause: 'keys-not-accepted',
      says: BAD.says,
      sourceAddress: '10.0.0.9',
    })
  })

  it('is told better by an examination where sshd knows only that a program failed', () => {
    const words = hear(['AuthorizedKeysCommand /usr/lib/x %u failed, status 1', failed(OURS), GONE])
    assert.equal(judge(words).kind, 'unexplained')
    const wrongUser: Finding = { ...BAD, cause: 'command-wrong-user', says: 'As bob.' }
    assert.equal(causeOf(judge(words, { findings: [BAD, wrongUser] })), 'command-wrong-user')
    assert.equal(causeOf(judge(words, { findings: [BAD] })), 'command-failed')
  })

  it('is unknown, and nothing is guessed, when nothing tells', () => {
    assert.equal(causeOf(judge(hear([failed(OURS), GONE]), { findings: [] })), 'unknown')
  })

  it("is nobody's reason but its own: other connections at the same time say nothing of it", () => {
    const others = [
      ...hear(['AuthorizedKeysCommand /usr/lib/x %u failed, status 1'], { pid: 8 }),
      ...hear([failed(OTHER, 'bob', 'from 10.0.0.8 port 1')], { pid: 8 }),
      ...hear([`Invalid user root ${FROM}`], { pid: 9 }),
    ]
    const own = hear([failed(OURS), GONE], { pid: 7 })
    assert.equal(causeOf(judge([...others, ...own], { findings: [] })), 'unknown')
  })

  it('is over once a login worked, before or after', () => {
    const good = hear([ACCEPTED], { pid: 1 })
    const bad = hear([failed(OTHER), GONE], { pid: 2 })
    assert.equal(judge([...good, ...bad]).kind, 'accepted')
    assert.equal(judge([...bad, ...good]).kind, 'accepted')
  })

  it("is the latest one's when there were several", () => {
    const first = hear([failed(OTHER), GONE], { pid: 1 })
    const second = hear(['User alice not allowed because account is locked', GONE_INVALID], {
      pid: 2,
    })
    assert.equal(causeOf(judge([...first, ...second])), 'user-locked')
  })

  it('is not made of passwords that somebody tries for the same user', () => {
    const guess = hear([`Failed password for alice ${FROM} ssh2`, GONE])
    assert.equal(judge(guess, { findings: [] }).kind, 'nothing')
  })
})

describe('a refused login where sshd is not heard', () => {
  const note = (changes: Partial<HeardNote>): HeardNote => ({
    osUser: 'alice',
    fingerprint: OURS,
    live: false,
    bootAt: 2000,
    ...changes,
  })
  const byNotes = (changes: Partial<HeardNote>, findings?: readonly Finding[]) =>
    judge([], { notes: [note(changes)], hearsSshd: false, ...(findings && { findings }) })

  it('is what the helper noted', () => {
    assert.equal(causeOf(byNotes({ bootAt: 7001 })), 'key-expired')
    assert.equal(causeOf(byNotes({ osUser: 'bob' })), 'other-user')
    assert.equal(causeOf(byNotes({ fingerprint: OTHER })), 'other-key-offered')
  })

  it('is not claimed of a key that sshd was given', () => {
    assert.equal(byNotes({ live: true }).kind, 'nothing')
    assert.equal(causeOf(byNotes({ live: true }, [BAD])), 'keys-not-accepted')
  })

  it('is not made of a login with another pushed key (a false refusal would be on record)', () => {
    assert.equal(byNotes({ fingerprint: OTHER, live: true }).kind, 'nothing')
    const accepted = hear([`Accepted publickey for alice ${FROM} ssh2: ED25519 ${OTHER}`])
    const notes = [note({ fingerprint: OTHER, live: true })]
    assert.equal(judge(accepted, { notes }).kind, 'nothing')
  })

  it('is what would stop it by the settings, and says that no login was seen', () => {
    const verdict = judge([], { hearsSshd: false, findings: [BAD] })
    assert.ok(verdict.kind === 'refused' && !verdict.seen)
    const nothing = judge([], { hearsSshd: false, findings: [] })
    assert.equal(nothing.kind, 'nothing')
    assert.match(nothing.explanation.says, /cannot hear sshd's own words/)
  })
})

describe('the words since a push', () => {
  const connection = (port: number) => `Connection from 10.0.0.9 port ${port} on 10.0.0.2 port 22`

  it('are those of connections that came before it and had said no more (the push runs beside the connect)', () => {
    const early = hear([connection(5000)], { pid: 1, bootAt: 990 })
    const over = hear([connection(4000), failed(OTHER, 'alice', 'from 10.0.0.9 port 4000')], {
      pid: 2,
      bootAt: 980,
    })
    const late = hear([failed(OURS)], { pid: 1, bootAt: 1010 })
    assert.deepEqual(sincePush([...over, ...early, ...late], 1000), [...early, ...late])
    const dropped = hear(['drop connection #2 from [10.0.0.9]:6000 on [10.0.0.2]:22 Maxstartups'], {
      bootAt: 995,
    })
    assert.deepEqual(sincePush([...dropped, ...over], 1000), dropped)
  })
})

describe('a login that ran out of time', () => {
  const LATE = hear([`fatal: Timeout before authentication for 10.0.0.9 port 5000`], { pid: 1 })
  const helper = (state: Finding['state']): Finding => ({ check: 'command', state, says: 'Hm.' })

  it("is the helper's fault when an examination finds that it is not as it should be", () => {
    for (const state of ['bad', 'unknown'] as const)
      assert.equal(causeOf(judge(LATE, { findings: [helper(state)] })), 'command-slow')
  })

  it('is its own connection, though the listener says so and names its process (9.8 and later)', () => {
    const begun = hear(['Connection from 10.0.0.9 port 5000 on 10.0.0.2 port 22', failed(OTHER)], {
      pid: 4711,
    })
    const late =
      'Timeout before authentication for connection from 10.0.0.9 to 10.0.0.2, pid = 4711'
    const verdict = judge([...begun, ...hear([late], { pid: 1 })])
    assert.equal(causeOf(verdict), 'other-key-offered')
    // In a file no process is told.
    const [first, second] = begun
    assert.ok(first && second)
    const inFile = [first, second].map(({ word, at, bootAt }) => ({ word, at, bootAt }))
    assert.equal(causeOf(judge([...inFile, ...hear([late])])), 'other-key-offered')
    assert.equal(judge(inFile).kind, 'nothing')
  })

  it('is told less surely by a helper that has not answered yet than sshd tells of what it drops', () => {
    const drop = 'drop connection #2 from [10.0.0.9]:6000 on [10.0.0.2]:22 past MaxStartups'
    const words = [...LATE, ...hear([drop], { pid: 1 })]
    const cause = (state: Finding['state']) => causeOf(judge(words, { findings: [helper(state)] }))
    assert.equal(cause('unknown'), 'too-many-connections')
    assert.equal(cause('bad'), 'command-slow')
  })

  it('is seen where sshd says no word of its end', () => {
    const waiting = hear(['Connection from 10.0.0.9 port 5000 on 10.0.0.2 port 22'], { pid: 1 })
    assert.equal(causeOf(judge(waiting, { findings: [helper('bad')] })), 'command-slow')
    const begun = hear(['Connection from 10.0.0.9 port 5000 on 10.0.0.2 port 22'], {
      pid: 1,
      bootAt: 2050,
    })
    assert.equal(judge(begun, { findings: [helper('bad')] }).kind, 'nothing')
  })

  it('is not the reason where the helper fails for another one (anybody may connect and say nothing)', () => {
    const fails: Finding = { ...helper('bad'), cause: 'command-wrong-owner' }
    assert.equal(causeOf(judge(LATE, { findings: [fails] })), 'command-wrong-owner')
  })

  it('is nothing otherwise: a client may have said nothing for so long', () => {
    assert.equal(judge(LATE, { findings: [helper('good')] }).kind, 'nothing')
    assert.equal(judge(LATE).kind, 'nothing')
  })
})

describe('connections that sshd dropped', () => {
  const DROP = 'drop connection #2 from [10.0.0.9]:5000 on [10.0.0.2]:22'

  it('are told when no login was seen, and not claimed to be this one', () => {
    for (const [message, cause] of [
      [`${DROP} past MaxStartups`, 'too-many-connections'],
      ['refused connect from 10.0.0.9 (10.0.0.9)', 'never-arrived'],
      [`${DROP} penalty: failed authentication`, 'source-penalised'],
    ] as const) {
      const verdict = judge(hear([message], { pid: 1 }))
      assert.equal(causeOf(verdict), cause)
      assert.ok(verdict.kind === 'refused' && !verdict.seen)
    }
  })

  const PENALTY = 'srclimit_penalise: 10.0.0.9/32: activating ipv4 penalty of 20.500 seconds for'
  const penalised = hear([`${PENALTY} penalty: failed authentication`], { bootAt: 1000 })

  it('are told with how long it goes on, where sshd has said it', () => {
    const penalties = penaltiesAt(2100, penalised)
    assert.deepEqual(penalties, [{ network: '10.0.0.9/32', secondsLeft: 10 }])
    assert.deepEqual(penaltiesAt(3050, penalised), [])
    const says = (address: string) =>
      judge(hear([`${DROP.replace('10.0.0.9', address)} penalty: failed authentication`]), {
        penalties,
      }).explanation.says
    assert.match(says('10.0.0.9'), /This goes on for 10 s or longer\.$/)
    assert.doesNotMatch(says('10.0.0.8'), /goes on/)
  })

  it('are no reason but told where sshd does not say of which it drops (a flood)', () => {
    const verdict = judge([], { penalties: penaltiesAt(2100, penalised) })
    assert.equal(verdict.kind, 'nothing')
    assert.match(verdict.explanation.says, /drops connections from 10\.0\.0\.9\/32 for a while/)
  })

  it('are nobody else’s reason where sshd does not run, or listens elsewhere', () => {
    const gone: Finding = { ...BAD, cause: 'sshd-not-running' }
    const words = hear([`${DROP} past MaxStartups`], { pid: 1 })
    assert.equal(causeOf(judge(words, { findings: [gone] })), 'sshd-not-running')
    assert.equal(causeOf(judge(words, { findings: [BAD] })), 'too-many-connections')
  })

  it('are told of the address that is asked from, before those of others that came later', () => {
    const words = ['10.0.0.9', '10.0.0.8', '127.0.0.1'].flatMap((address) =>
      hear([`${DROP.replace('10.0.0.9', address)} past MaxStartups`]),
    )
    const told = (askedFrom?: string) =>
      judge(words, askedFrom === undefined ? {} : { askedFrom }).explanation
    assert.match(told('10.0.0.9').says, /connection from 10\.0\.0\.9, which is where you ask from:/)
    assert.equal(told('10.0.0.9').sourceAddress, '10.0.0.9')
    // Loopback is every host's own.
    for (const other of [undefined, '10.0.0.7', '127.0.0.1']) {
      assert.match(told(other).says, /dropped connections just now, the last from 10\.0\.0\.8: /)
    }
  })

  it('say nothing of a login that came through', () => {
    const words = [...hear([`${DROP} past MaxStartups`]), ...hear([ACCEPTED])]
    assert.equal(judge(words).kind, 'accepted')
  })
})
