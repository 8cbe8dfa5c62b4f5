import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { after, beforeEach, describe, it } from 'node:test'
import { parseLoginLine } from './sessions/login-line.ts'

const source = readFileSync(new URL('session-hook.sh', import.meta.url), 'utf8')
const shells = [['/bin/sh'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync(program, ['-c', ':']).error === undefined || program === '/bin/sh',
)

/** ssh-keygen -t ed25519, and the fingerprint that ssh-keygen -l prints of it. */
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIJNdv4Eh02LDdzXiuTRmmLUATH7ndvXzvRjVZZDY7ZZ3'
const FINGERPRINT = 'SHA256:+waLGJjEjxw1xWJoeTwUi1ERdjxXL+yTwyvs3VMjooU'
/** Stands in for /run/fleetkey/logins; /proc is the real one. */
const root = mkdtempSync(`${tmpdir()}/session-hook-`)
after(() => rmSync(root, { recursive: true }))

const ALICE = {
  PAM_TYPE: 'open_session',
  PAM_USER: 'alice',
  PAM_RHOST: '192.0.2.9',
  SSH_CONNECTION: '192.0.2.9 50000 192.0.2.7 22',
  SSH_AUTH_INFO_0: `publickey ssh-ed25519 ${KEY}\n`,
}

for (const shell of shells) {
  describe(`the session hook in ${shell.join(' ')}`, () => {
    beforeEach(() => {
      rmSync(root, { recursive: true })
      mkdirSync(root)
      const run = `run=${root}`
      writeFileSync(`${root}/hook`, source.replace('run=/run/fleetkey/logins', run))
    })

    const open = (env: Readonly<Record<string, string>> = ALICE) => {
      const [program = '', ...more] = shell
      // Only what waits for ever gets there.
      return spawnSync(program, [...more, `${root}/hook`], { env, timeout: 60_000 })
    }
    const lines = () =>
      existsSync(`${root}/log`)
        ? readFileSync(`${root}/log`, 'latin1').split('\n').slice(0, -1)
        : []
    const loginOf = (env: Readonly<Record<string, string>>) => {
      rmSync(`${root}/log`, { force: true })
      assert.equal(open({ ...ALICE, ...env }).status, 0)
      const [line = '', ...rest] = lines()
      assert.deepEqual(rest, [])
      const login = parseLoginLine(line)
      assert.ok(login, line)
      return login
    }

    it('tells who logged in, from where, by what and through which process', () => {
      const { at, start, ...login } = loginOf({})
      assert.deepEqual(login, {
        pid: process.pid,
        osUser: 'alice',
        address: '192.0.2.9',
        port: 50_000,
        method: 'publickey',
        fingerprint: FINGERPRINT,
      })
      const stat = readFileSync('/proc/self/stat', 'latin1')
      assert.equal(start, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
      const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 100
      assert.ok(Math.abs(uptime - at) < 6000)
      assert.equal(statSync(`${root}/log`).mode & 0o777, 0o600)
    })

    it('tells the method where there was no key, and the key where there was more', () => {
      const methods = [
        ['password', 'password'],
        ['keyboard-interactive/pam', 'unknown'],
        ['keyboard-interactive', 'keyboard-interactive'],
        ['hostbased ssh-ed25519 AAAA', 'hostbased'],
        ['', 'unknown'],
        [`publickey ssh-ed25519-cert-v01@openssh.com ${certificate()}`, 'certificate'],
      ] as const
      for (const [info, method] of methods) {
        const login = loginOf({ SSH_AUTH_INFO_0: info })
        assert.equal(login.method, method, info)
        assert.equal(login.fingerprint, undefined)
      }
      const both = `password\npublickey ssh-ed25519 ${KEY}\nkeyboard-interactive\n`
      assert.equal(loginOf({ SSH_AUTH_INFO_0: both }).fingerprint, FINGERPRINT)
    })

    it('is not made to write another line, field or login by any value (logins could be invented)', () => {
      const evil = [
        'a b',
        'a\nb',
        'a\r\nb',
        '\t',
        'ä',
        '*',
        '$(id)',
        '`id`',
        '\\n',
        '%s',
        "'",
        '1 1 1',
      ]
      for (const value of evil) {
        for (const name of ['PAM_USER', 'SSH_CONNECTION', 'SSH_AUTH_INFO_0', 'PAM_RHOST']) {
          const login = loginOf({ [name]: value })
          assert.equal(login.pid, process.pid)
          if (name !== 'PAM_USER') assert.equal(login.osUser, 'alice')
        }
        // No key that sshd takes: then there is no fingerprint, or the line is none.
        for (const info of [
          `publickey ${value} ${KEY}`,
          `publickey ssh-ed25519 ${value}`,
          `${value} x`,
        ]) {
          rmSync(`${root}/log`, { force: true })
          assert.equal(open({ ...ALICE, SSH_AUTH_INFO_0: info }).status, 0)
          const [login, ...rest] = lines().map(parseLoginLine)
          assert.deepEqual(
            [login?.osUser ?? 'alice', login?.fingerprint, rest],
            ['alice', undefined, []],
          )
        }
      }
    })

    it('leaves what is too long out, and the login is told of all the same', () => {
      const long = 'A'.repeat(100_000)
      for (const name of ['PAM_USER', 'SSH_CONNECTION', 'SSH_AUTH_INFO_0'])
        loginOf({ [name]: long })
      const login = loginOf({ SSH_AUTH_INFO_0: `publickey ssh-rsa ${long}` })
      assert.deepEqual([login.method, login.fingerprint], ['publickey', undefined])
      const many = loginOf({ SSH_AUTH_INFO_0: 'password\n'.repeat(1000) })
      assert.equal(many.method, 'password')
    })

    it('is silent at the end of a session, and where the agent has made no place for it', () => {
      open({ ...ALICE, PAM_TYPE: 'close_session' })
      open({})
      assert.deepEqual(lines(), [])
      rmSync(root, { recursive: true })
      mkdirSync(root)
      writeFileSync(`${root}/hook`, source.replace('run=/run/fleetkey/logins', `run=${root}/none`))
      const { status, stdout, stderr } = open()
      assert.deepEqual([status, String(stdout), String(stderr)], [0, '', ''])
    })

    it('never says no, and never waits, when its line cannot be written', () => {
      mkdirSync(`${root}/log`)
      const { status, stdout, stderr } = open()
      assert.deepEqual([status, String(stdout), String(stderr)], [0, '', ''])
    })

    it('writes no more than a few megabytes that nobody takes (would fill the memory of the host)', () => {
      writeFileSync(`${root}/log`, Buffer.alloc(8 << 20))
      assert.equal(open().status, 0)
      assert.equal(statSync(`${root}/log`).size, 8 << 20)
    })
  })
}

function certificate(): string {
  const type = 'ssh-ed25519-cert-v01@openssh.com'
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  return Buffer.concat([length, Buffer.from(`${type}rest`)]).toString('base64')
}
