import assert from 'node:assert/strict'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { findSshdListeners, isListening } from './sshd-listeners.ts'
import { scratchDirectory } from './testing/agent-parts.ts'

/** As /proc shows it. */
function makeProc(test: TestContext, processes: Readonly<Record<string, readonly string[]>>) {
  const proc = scratchDirectory(test)
  writeFileSync(`${proc}/uptime`, '1.00 1.00\n')
  for (const [pid, [comm, cmdline = '']] of Object.entries(processes)) {
    mkdirSync(`${proc}/${pid}`)
    writeFileSync(`${proc}/${pid}/comm`, `${comm}\n`)
    writeFileSync(`${proc}/${pid}/cmdline`, cmdline)
  }
  return proc
}

const isRoot = process.getuid?.() === 0

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

  it('is found by its program and its title', { skip: !isRoot }, (test) => {
    const proc = makeProc(test, {
      1: ['init', '/sbin/init\0'],
      20: ['sshd', '/usr/sbin/sshd\0-D\0-E\0/var/log/sshd.log\0'],
      21: ['sshd', 'sshd: alice [priv]'],
      22: ['bash', '/usr/sbin/sshd\0'],
    })
    assert.deepEqual(findSshdListeners(proc), [
      { pid: 20, commandLine: '/usr/sbin/sshd -D -E /var/log/sshd.log' },
    ])
  })

  it('of another user is not it (names a file of theirs as its log)', { skip: !isRoot }, (test) => {
    const proc = makeProc(test, { 20: ['sshd', '/usr/sbin/sshd\0-E\0/home/alice/log\0'] })
    chownSync(`${proc}/20`, 65_534, 65_534)
    assert.deepEqual(findSshdListeners(proc), [])
  })
})
