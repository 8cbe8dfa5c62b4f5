import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { findSshdListeners, isListening, runsReplaced, startupsOf } from './sshd-listeners.ts'
import { scratchDirectory } from './testing/agent-parts.ts'

interface Shown {
  readonly comm: string
  readonly cmdline: string
  /** Real and effective; default: root's. */
  readonly uids?: readonly [number, number]
  readonly loginUid?: number
}

/** As /proc shows it. */
function makeProc(test: TestContext, processes: Readonly<Record<string, Shown>>) {
  const proc = scratchDirectory(test)
  writeFileSync(`${proc}/uptime`, '1.00 1.00\n')
  for (const [pid, { comm, cmdline, uids = [0, 0], loginUid }] of Object.entries(processes)) {
    mkdirSync(`${proc}/${pid}`)
    writeFileSync(`${proc}/${pid}/comm`, `${comm}\n`)
    writeFileSync(`${proc}/${pid}/cmdline`, cmdline)
    const [real, effective] = uids
    writeFileSync(`${proc}/${pid}/status`, `Name:\t${comm}\nUid:\t${real}\t${effective}\t0\t0\n`)
    if (loginUid === undefined) continue
    writeFileSync(`${proc}/${pid}/loginuid`, String(loginUid))
    writeFileSync(`${proc}/${pid}/sessionid`, '1')
  }
  return proc
}

describe('a process of sshd', () => {
  for (const [commandLine, wanted] of [
    ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups', true],
    ['/usr/sbin/sshd -D', true],
    ['/usr/sbin/sshd', true],
    ['/usr/sbin/sshd -T -C user=alice', false],
    ['/usr/sbin/sshd -t', false],
    ['/usr/sbin/sshd -D -R', false],
    ['/usr/sbin/sshd -i', false],
    ['sshd: alice [priv]', false],
    ['sshd: alice@pts/0', false],
    ['sshd: unknown [net]', false],
    ['sshd-session: alice [priv]', false],
    ['/bin/sh', false],
  ] as const)
    it(`${commandLine} ${wanted ? 'listens' : 'does not'}`, () => {
      assert.equal(isListening(commandLine), wanted)
    })

  it('is found by its program and its title', (test) => {
    const proc = makeProc(test, {
      1: { comm: 'init', cmdline: '/sbin/init\0' },
      20: { comm: 'sshd', cmdline: '/usr/sbin/sshd\0-D\0-E\0/var/log/sshd.log\0' },
      21: { comm: 'sshd', cmdline: 'sshd: alice [priv]' },
      22: { comm: 'bash', cmdline: '/usr/sbin/sshd\0' },
    })
    assert.deepEqual(findSshdListeners(proc), [
      { pid: 20, commandLine: '/usr/sbin/sshd -D -E /var/log/sshd.log' },
    ])
  })

  it('tells in its title how many are logging in', () => {
    const startups = (commandLine: string) => startupsOf({ pid: 1, commandLine })
    assert.deepEqual(startups('sshd: /usr/sbin/sshd -D [listener] 3 of 10-100 startups'), {
      now: 3,
      begin: 10,
    })
    assert.equal(startups('/usr/sbin/sshd -D'), undefined)
  })

  it('is known for one whose program was replaced while it ran', (test) => {
    const proc = makeProc(test, {})
    for (const [pid, exe] of [
      [1, '/usr/sbin/sshd (deleted)'],
      [2, '/usr/sbin/sshd'],
    ] as const) {
      mkdirSync(`${proc}/${pid}`)
      symlinkSync(exe, `${proc}/${pid}/exe`)
      assert.equal(runsReplaced({ pid, commandLine: '' }, proc), pid === 1)
    }
  })

  const cmdline = '/usr/sbin/sshd\0-E\0/home/alice/log\0'

  it('of another user is not it (names a file of theirs as its log)', (test) => {
    const uids = [1000, 1000] as const
    const proc = makeProc(test, { 20: { comm: 'sshd', cmdline, uids } })
    assert.deepEqual(findSshdListeners(proc), [])
  })

  it('is not a program that lends root’s rights, under its name (su by a link: nothing of sshd would be heard any more)', (test) => {
    const uids = [1000, 0] as const
    const proc = makeProc(test, { 20: { comm: 'sshd', cmdline, uids } })
    assert.deepEqual(findSshdListeners(proc), [])
  })

  it('comes before what somebody began who had logged in, and became root', (test) => {
    const comm = 'sshd'
    const proc = makeProc(test, {
      20: { comm, cmdline, loginUid: 1000 },
      30: { comm, cmdline: '/usr/sbin/sshd\0-D\0', loginUid: 0xffff_ffff },
    })
    assert.deepEqual(
      findSshdListeners(proc).map(({ pid }) => pid),
      [30, 20],
    )
  })
})
