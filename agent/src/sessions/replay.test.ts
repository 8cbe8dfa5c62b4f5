import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { SeenGrant } from '@fleetkey/domain/match-login'
import type { SessionReceipt } from '@fleetkey/wire/agent/session-receipts'
import {
  createFakeAccounts,
  createFakeClock,
  scratchDirectory,
  silentLog,
} from '../testing/agent-parts.ts'
import { sha256 } from '../ed25519.ts'
import { createFakeProcesses } from './fake-processes.ts'
import { Sessions } from './sessions.ts'

/** A hundred thousand in `replay.long.test.ts`. */
const LOGINS = Number(process.env['LOGINS'] ?? 4000)
const SEED = Number(process.env['SEED'] ?? 20261126)
/** So many lines come between two looks of the agent. */
const CHUNK = 250
/** A line comes at most so many places before or after its turn. */
const DISORDER = 40

interface TrueLogin {
  readonly pid: number
  readonly line: string
  readonly grantId: string | undefined
  readonly cause: string | undefined
}

describe('logins that are replayed with others forged, torn, doubled and out of order between them', () => {
  it(`are all told, each once, with the grant that explains them, and none else is (${LOGINS}, seed ${SEED})`, async (test) => {
    const random = randomNumbers(SEED)
    const pick = <Value>(values: readonly Value[]): Value => {
      const value = values[Math.floor(random() * values.length)]
      if (value === undefined) throw new Error('nothing to pick from')
      return value
    }
    const accounts = ['alice', 'bob', 'carol'].map((name, index) => ({
      name,
      uid: 1000 + index,
      shell: '/bin/sh',
    }))
    const keys = Array.from({ length: 64 }, (_, index) => keyOf(index))
    const clock = createFakeClock()
    const directory = scratchDirectory(test)
    const processes = createFakeProcesses()
    const parts = {
      instanceId: 'i-0123456789abcdef0',
      logins: `${directory}/logins`,
      hook: '/nonexistent',
      state: directory,
      clock,
      accounts: createFakeAccounts(accounts),
      log: silentLog(),
      isAlarm: () => true,
      processes,
    }
    let sessions = new Sessions(parts)
    const told: SessionReceipt[] = []
    const collect = () =>
      sessions.takeBatch((receipts) => {
        told.push(...receipts)
        return true
      })
    let stored = 0
    const store = () => {
      sessions.stored(told.slice(stored).map(({ receiptId }) => receiptId))
      stored = told.length
    }

    const wanted = new Map<number, TrueLogin>()
    let late: string[] = []
    let pid = 100
    while (wanted.size < LOGINS) {
      const lines = late
      late = []
      for (let at = 0; at < CHUNK && wanted.size < LOGINS; at++) {
        const login = trueLogin(++pid)
        wanted.set(pid, login)
        processes.add({ pid, start: startOf(pid), name: 'sshd' })
        const place = () => Math.max(0, lines.length - Math.floor(random() * DISORDER))
        lines.splice(place(), 0, login.line)
        // Some of it comes with the next look only.
        if (random() < 0.3) lines.splice(place(), 0, torn(login.line))
        if (random() < 0.3) lines.splice(place(), 0, forged(login.line))
        if (random() < 0.2) lines.splice(place(), 0, login.line)
        if (random() < 0.1) late.push(login.line)
      }
      appendFileSync(`${parts.logins}/log`, lines.map((line) => `${line}\n`).join(''))
      clock.advance(100)
      // oxlint-disable-next-line no-await-in-loop -- one look after another
      await sessions.look()
      collect()
      // Answers get lost, and agents die.
      if (random() < 0.7) store()
      else sessions.sendAgain()
      if (random() < 0.05) sessions = new Sessions(parts)
      for (const { pid: one } of processes.list()) if (random() < 0.5) processes.all.delete(one)
    }
    processes.all.clear()
    await sessions.look()
    collect()

    const once = [...new Map(told.map((receipt) => [receipt.receiptId, receipt])).values()]
    const started = once.filter((receipt) => receipt.kind === 'session-started')
    assert.equal(started.length, LOGINS)
    assert.equal(new Set(started.map(({ sessionId }) => sessionId)).size, LOGINS)
    const causes = new Map(
      once.flatMap((one) => (one.kind === 'login-unexplained' ? [[one.sessionId, one.cause]] : [])),
    )
    for (const { pid: of, sessionId, grantId } of started) {
      const login = wanted.get(of)
      assert.deepEqual(
        [grantId, causes.get(sessionId)],
        [login?.grantId, login?.cause],
        login?.line ?? `${of}`,
      )
      wanted.delete(of)
    }
    assert.equal(wanted.size, 0)
    const ends = once.filter((receipt) => receipt.kind === 'session-ended')
    assert.equal(ends.length, LOGINS)
    assert.equal(new Set(ends.map(({ sessionId }) => sessionId)).size, LOGINS)
    // Both kinds came, or nothing was tried.
    assert.ok(causes.size > LOGINS / 10 && causes.size < LOGINS)

    function trueLogin(of: number): TrueLogin {
      const account = pick(accounts)
      const key = pick(keys)
      const kind = pick(['grant', 'grant', 'key', 'password', 'certificate'])
      const at = clock.now() + Math.floor(random() * 90)
      const line = lineOf({ pid: of, at, user: account.name, kind, key })
      if (kind !== 'grant') {
        // A key that may have been pushed for somebody else, or long ago: judged by what is known then.
        const cause = kind === 'password' ? 'other-method' : 'other-key'
        return {
          pid: of,
          line: kind === 'key' ? strangersLine(line, of) : line,
          grantId: undefined,
          cause,
        }
      }
      const grantId = sha256(`grant ${of}`).toString('hex').slice(0, 32)
      // A key of its own: two grants of one key in one moment are one to whoever logs in.
      const own = keyOf(of)
      const grant: SeenGrant = {
        grantId,
        osUser: account.name,
        uid: account.uid,
        fingerprint: own.fingerprint,
        from: at - Math.floor(random() * 3000),
        until: at + 3000,
      }
      sessions.granted(liveKey(grant), grant.from)
      return {
        pid: of,
        line: lineOf({ pid: of, at, user: account.name, kind, key: own }),
        grantId,
        cause: undefined,
      }
    }

    /** A part of a line, as a hook that was killed would leave it. */
    function torn(line: string): string {
      return line.slice(0, 1 + Math.floor(random() * (line.length - 1)))
    }

    /** What somebody might try who could write there, and what they do write elsewhere. */
    function forged(line: string): string {
      const [, at, one, start, user] = line.split(' ')
      return pick([
        `sshd[${one}]: Accepted publickey for root from 192.0.2.66 port 1 ssh2: ED25519 SHA256:x`,
        `1 ${at} ${one} ${start} root 192.0.2.66 1 publickey ssh-ed25519 AAAA .`,
        `1 ${at} -1 ${start} root 192.0.2.66 1 password - - .`,
        `1 ${at} ${one} ${start} ${user} 192.0.2.66 1 publickey ssh-rsa ${keyOf(1).blob} .`,
        `${line} more`,
        ` ${line}`,
        line.toUpperCase(),
        `2${line.slice(1)}`,
        line.replaceAll(' ', '\t'),
        '',
        '\u0000'.repeat(64),
        'A'.repeat(5000),
      ])
    }
  })
})

const startOf = (pid: number) => String(pid * 7)

function lineOf(login: {
  readonly pid: number
  readonly at: number
  readonly user: string
  readonly kind: string
  readonly key: { readonly blob: string }
}): string {
  const { pid, at, user, kind, key } = login
  const proof =
    kind === 'password'
      ? 'password - - .'
      : kind === 'certificate'
        ? `publickey ssh-ed25519-cert-v01@openssh.com ${certificateBlob()} .`
        : `publickey ssh-ed25519 ${key.blob} .`
  return `1 ${at} ${pid} ${startOf(pid)} ${user} 192.0.2.9 ${20_000 + (pid % 40_000)} ${proof}`
}

/** The same login with a key that nobody ever pushed. */
function strangersLine(line: string, pid: number): string {
  return line.replace(/ssh-ed25519 \S+ \.$/, `ssh-ed25519 ${keyOf(-pid).blob} .`)
}

function keyOf(seed: number) {
  const blob = strings('ssh-ed25519', sha256(`key ${seed}`))
  return {
    blob: blob.toString('base64'),
    fingerprint: `SHA256:${sha256(blob).toString('base64').replace(/=+$/, '')}`,
  }
}

const certificateBlob = () =>
  strings('ssh-ed25519-cert-v01@openssh.com', sha256('nonce')).toString('base64')

function strings(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

function liveKey({ grantId, osUser, uid, fingerprint, until }: SeenGrant) {
  return {
    grantId,
    osUser,
    uid,
    fingerprint,
    deadline: until,
    key: { type: 'ssh-ed25519', blob: new Uint8Array() },
    optionProfile: 'login-with-forwarding',
    bootId: '',
    expiryTime: 0,
  } as const
}

/** Mulberry32: the same numbers for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
