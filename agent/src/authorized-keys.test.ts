import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { after, beforeEach, describe, it } from 'node:test'

const source = readFileSync(new URL('authorized-keys.sh', import.meta.url), 'utf8')
const shells = [['/bin/sh'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync(program, ['-c', ':']).error === undefined || program === '/bin/sh',
)

const bootId = '0d9d1c0b-2f7d-4c5b-9c06-2c7cf6b0a111'
const hash = `abc/def+${'A'.repeat(34)}/`
const fingerprint = `SHA256:${hash}`
const line = 'restrict,pty,expiry-time="20261122140600Z" ssh-ed25519 AAAA'
/** Stands in for /run/fleetkey and for /proc. */
const root = mkdtempSync(`${tmpdir()}/authorized-keys-`)
const keyFile = `${root}/keys/alice:${hash.replaceAll('/', '_')}`
after(() => rmSync(root, { recursive: true }))

const content = (changes: Record<string, string> = {}) => {
  const fields = {
    format: '1',
    deadline: '12345',
    bootId,
    uid: '1001',
    user: 'alice',
    fingerprint,
    line,
  }
  return `${Object.values({ ...fields, ...changes }).join(' ')}\n`
}

/** The uptime is the deadline's last hundredth unless said otherwise. */
const setUptime = (text = '123.44 99.99\n') => writeFileSync(`${root}/uptime`, text)

for (const shell of shells) {
  const name = shell.join(' ')
  const offer = (...args: readonly string[]) => {
    const [program = '', ...more] = shell
    const { status, signal, stdout } = spawnSync(program, [...more, `${root}/helper`, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
      // Only what waits for ever gets there: it is then SIGTERM that ended it.
      timeout: 60_000,
    })
    return { code: status ?? signal, stdout }
  }
  const alice = ['alice', '1001', fingerprint] as const
  const printed = { code: 0, stdout: `${line}\n` }
  const nothing = { code: 0, stdout: '' }
  const error = { code: 1, stdout: '' }

  describe(`the helper in ${name}`, () => {
    beforeEach(() => {
      rmSync(root, { recursive: true })
      mkdirSync(`${root}/keys`, { recursive: true })
      mkdirSync(`${root}/notes`)
      mkdirSync(`${root}/sys/kernel/random`, { recursive: true })
      writeFileSync(
        `${root}/helper`,
        source.replace('run=/run/fleetkey', `run=${root}`).replace('proc=/proc', `proc=${root}`),
      )
      writeFileSync(`${root}/sys/kernel/random/boot_id`, `${bootId}\n`)
      writeFileSync(`${root}/notes/live`, '')
      writeFileSync(`${root}/notes/other`, '')
      writeFileSync(keyFile, content())
      setUptime()
    })

    it('prints a live key in the last hundredth before its deadline', () => {
      assert.deepEqual(offer(...alice), printed)
    })

    it('prints nothing from the deadline on', () => {
      setUptime('123.45 1.00\n')
      assert.deepEqual(offer(...alice), nothing)
      setUptime('9999.00 1.00\n')
      assert.deepEqual(offer(...alice), nothing)
    })

    it('reads 0.09 s after boot as 9 hundredths, not as an octal number', () => {
      setUptime('0.09 0.00\n')
      assert.deepEqual(offer(...alice), printed)
    })

    it('prints nothing for a key of another boot', () => {
      writeFileSync(keyFile, content({ bootId: bootId.replace('0d', '1d') }))
      assert.deepEqual(offer(...alice), nothing)
    })

    it('refuses another uid of the same name, and another name', () => {
      assert.deepEqual(offer('alice', '1002', fingerprint), error)
      assert.deepEqual(offer('alice', '01001', fingerprint), error)
      assert.deepEqual(offer('bob', '1001', fingerprint), nothing)
      writeFileSync(keyFile, content({ user: 'bob' }))
      assert.deepEqual(offer(...alice), error)
    })

    it('prints nothing for another key', () => {
      assert.deepEqual(offer('alice', '1001', `SHA256:${'B'.repeat(43)}`), nothing)
    })

    for (const [what, args] of [
      ['no arguments', []],
      ['an MD5 fingerprint (FingerprintHash md5)', ['alice', '1001', 'MD5:00:11']],
      ['a short fingerprint', ['alice', '1001', 'SHA256:AAAA']],
      ['a fingerprint that leaves the directory', ['alice', '1001', `SHA256:../${'A'.repeat(40)}`]],
      ['a uid that is none', ['alice', '-1', fingerprint]],
    ] as const)
      it(`refuses ${what}`, () => assert.deepEqual(offer(...args), error))

    for (const user of ['', '..', '../keys/alice', 'a b', 'a\nb', '-n', 'a'.repeat(33), 'a*', 'ä'])
      it(`has nothing for the account ${JSON.stringify(user)}, and leaves no note of it`, () => {
        assert.deepEqual(offer(user, '1001', fingerprint), nothing)
        assert.equal(readFileSync(`${root}/notes/other`, 'utf8'), '')
      })

    for (const [what, text] of [
      ['an empty file', ''],
      ['a file that was cut off', content().slice(0, -1)],
      ['two lines (the second would have no options)', `${content()}ssh-ed25519 BBBB\n`],
      ['an unfinished second line', `${content()}ssh`],
      ['a key without options', content({ line: 'ssh-ed25519 AAAA' })],
      ['control characters', content({ line: `${line}\u001b[31m` })],
      ['a carriage return', content({ line: `${line}\r` })],
      ['another format', content({ format: '2' })],
      ['a deadline that is no number', content({ deadline: '9e9' })],
      ['a deadline below zero', content({ deadline: '-1' })],
      ['a deadline beyond any clock', content({ deadline: '9'.repeat(16) })],
      ['another fingerprint than its name', content({ fingerprint: `SHA256:${'B'.repeat(43)}` })],
      ['a line longer than any key', content({ line: `${line}${'A'.repeat(5000)}` })],
      ['bytes of all kinds', Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919) % 256))],
    ] as const)
      it(`refuses a key file with ${what}`, () => {
        writeFileSync(keyFile, text)
        assert.deepEqual(offer(...alice), error)
      })

    it('refuses a link in place of a key file', () => {
      rmSync(keyFile)
      writeFileSync(`${root}/elsewhere`, content())
      symlinkSync(`${root}/elsewhere`, keyFile)
      assert.deepEqual(offer(...alice), error)
    })

    it('does not wait for the writer of a fifo', () => {
      rmSync(keyFile)
      spawnSync('mkfifo', [keyFile])
      assert.deepEqual(offer(...alice), error)
    })

    it('gives up within a second of work on a file without end', () => {
      writeFileSync(keyFile, Buffer.alloc(64 << 20, 'a'))
      const { code, stdout } = offer(...alice)
      assert.ok(code !== 0 && code !== 'SIGTERM', `ended with ${code}, not by its own limit`)
      assert.equal(stdout, '')
    })

    for (const uptime of ['', '\n', '123\n', '1.2.3 0\n', 'x.44 0\n', '123.4 0\n', '-1.44 0\n'])
      it(`refuses when the uptime is ${JSON.stringify(uptime)}`, () => {
        setUptime(uptime)
        assert.deepEqual(offer(...alice), error)
      })

    it('refuses when there is no uptime, no boot id, no directory of keys', () => {
      rmSync(`${root}/sys/kernel/random/boot_id`)
      assert.deepEqual(offer(...alice), error)
      rmSync(`${root}/uptime`)
      assert.deepEqual(offer(...alice), error)
      setUptime()
      rmSync(`${root}/keys`, { recursive: true })
      assert.deepEqual(offer(...alice), error)
    })

    it('notes what was asked: time, account, key, and whether it was live', () => {
      offer(...alice)
      offer('alice', '1001', `SHA256:${'B'.repeat(43)}`)
      assert.equal(readFileSync(`${root}/notes/live`, 'utf8'), `12344 alice 1001 ${fingerprint}\n`)
      assert.equal(
        readFileSync(`${root}/notes/other`, 'utf8'),
        `12344 alice 1001 SHA256:${'B'.repeat(43)}\n`,
      )
    })

    it('goes on without notes: none, not a file, full', () => {
      appendFileSync(`${root}/notes/live`, 'x'.repeat(65_530))
      assert.deepEqual(offer(...alice), printed)
      assert.deepEqual(offer(...alice), printed)
      assert.equal(statSync(`${root}/notes/live`).size, 65_536)
      rmSync(`${root}/notes/live`)
      spawnSync('mkfifo', [`${root}/notes/live`])
      assert.deepEqual(offer(...alice), printed)
      rmSync(`${root}/notes`, { recursive: true })
      assert.deepEqual(offer(...alice), printed)
      assert.equal(existsSync(`${root}/notes`), false)
    })

    it('finds no other program to start, and never forks', () => {
      assert.match(source, /^PATH=\/nonexistent$/m)
      assert.doesNotMatch(source.replace(/^ *#.*$/gm, ''), /\$\(|`|[^|&]&[^&]/)
    })
  })
}
