import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { followJournal, readEntry, type JournalLine } from './journal.ts'

const ENTRY = {
  __CURSOR: 's=1;i=2',
  __REALTIME_TIMESTAMP: '1795000000123456',
  MESSAGE: 'Invalid user bob from 10.0.0.1 port 5',
  _PID: '319',
  _UID: '0',
  _EXE: '/usr/sbin/sshd',
  _TRANSPORT: 'syslog',
}
const isSshds = (changes: object) =>
  readEntry(JSON.stringify({ ...ENTRY, ...changes }))?.line.isSshds

describe('a line of the journal', () => {
  it('is read', () => {
    assert.deepEqual(readEntry(JSON.stringify(ENTRY)), {
      cursor: 's=1;i=2',
      line: {
        message: ENTRY.MESSAGE,
        isSshds: true,
        pid: 319,
        at: 1_795_000_000_123,
        uid: 0,
        program: '/usr/sbin/sshd',
      },
    })
  })

  it("is sshd's by root's uid and sshd's program, also one that ended at once or was updated", () => {
    for (const _EXE of [
      '/usr/lib/openssh/sshd-session',
      '/usr/libexec/openssh/sshd-auth',
      '/usr/sbin/sshd (deleted)',
      undefined,
    ])
      assert.equal(isSshds({ _EXE }), true, String(_EXE))
  })

  it("is not sshd's when anybody else wrote it (would be believed)", () => {
    for (const changes of [
      { _UID: '1001' },
      { _UID: undefined },
      { _UID: '1001', _EXE: undefined },
      { _EXE: '/usr/bin/logger' },
      { _EXE: '/usr/bin/python3 /usr/sbin/sshd-x' },
      { _TRANSPORT: 'stdout' },
      { _TRANSPORT: 'journal' },
    ])
      assert.equal(isSshds(changes), false, JSON.stringify(changes))
  })

  it('is nothing when it is no entry with a text', () => {
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{}',
      JSON.stringify({ ...ENTRY, MESSAGE: [27, 91] }),
    ])
      assert.equal(readEntry(text), undefined)
  })
})

describe('following the journal', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetkey-journal-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  it('goes on after the last line when journalctl ends, and loses none', async () => {
    const program = join(folder, 'journalctl')
    // It says its place in the journal, one entry, and ends.
    writeFileSync(
      program,
      `#!/bin/sh
       place=0
       for word; do case $word in --after-cursor=*) place=\${word#--after-cursor=} ;; esac; done
       echo "{\\"__CURSOR\\":\\"$((place + 1))\\",\\"MESSAGE\\":\\"$place\\",\\"_UID\\":\\"0\\",\\"_TRANSPORT\\":\\"syslog\\"}"\n`,
      { mode: 0o755 },
    )
    const messages: string[] = []
    const third = Promise.withResolvers<void>()
    const failures: string[] = []
    const journal = followJournal(
      program,
      ({ message }: JournalLine) => {
        messages.push(message)
        if (messages.length === 3) third.resolve()
      },
      (reason) => failures.push(reason),
    )
    // Its timers hold nobody up: here somebody waits for them.
    const awake = setInterval(() => {}, 1000)
    await third.promise
    journal.close()
    clearInterval(awake)
    assert.deepEqual(messages.slice(0, 3), ['0', '1', '2'])
    assert.match(failures[0] ?? '', /journalctl ended: 0/)
  })

  it('waits longer and longer for a journalctl that cannot be started', async () => {
    const failed = Promise.withResolvers<string>()
    const journal = followJournal(join(folder, 'none'), () => {}, failed.resolve)
    assert.match(await failed.promise, /ENOENT/)
    journal.close()
  })
})
