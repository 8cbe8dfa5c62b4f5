import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFakeProcesses } from './fake-processes.ts'
import { findChild, findSessions } from './find-sessions.ts'

/** sshd that listens, and bob's session. */
function given(listener: number) {
  const processes = createFakeProcesses()
  processes.add({ pid: listener, parent: 0, name: 'sshd', title: 'sshd: /usr/sbin/sshd -D' })
  processes.add({ pid: 100, parent: listener, name: 'sshd', title: 'sshd: bob [priv]' })
  processes.add({ pid: 101, parent: 100, name: 'sshd', title: 'sshd: bob@pts/0', uid: 1001 })
  processes.add({ pid: 102, parent: 101, uid: 1001 })
  return processes
}
const BOB = { pid: 100, start: '1000', child: 101, osUser: 'bob', uid: 1001 }

describe('findSessions', () => {
  for (const listener of [50, 1]) {
    it(`finds those that sshd serves, where sshd is process ${listener}`, () =>
      assert.deepEqual(findSessions(given(listener)), [BOB]))
  }

  it('finds those of 9.8 and later, whose processes have another name and are divided for root, too', () => {
    const processes = createFakeProcesses()
    const session = { name: 'sshd-session' }
    // As a host with 10.5 shows them.
    processes.add({
      pid: 19,
      name: 'sshd',
      title: 'sshd: /usr/sbin/sshd [listener] 0 of 10-100 startups',
    })
    processes.add({ ...session, pid: 34, parent: 19, title: 'sshd-session: bob [postauth]' })
    processes.add({ ...session, pid: 37, parent: 19, title: 'sshd-session: root [postauth]' })
    processes.add({ ...session, pid: 52, parent: 37, title: 'sshd-session: root@notty' })
    processes.add({ ...session, pid: 61, parent: 34, title: 'sshd-session: bob@pts/0', uid: 1001 })
    assert.deepEqual(findSessions(processes), [
      { pid: 37, start: '370', child: 52, osUser: 'root', uid: 0 },
      { pid: 34, start: '340', child: 61, osUser: 'bob', uid: 1001 },
    ])
    assert.equal(findChild(37, processes)?.pid, 52)
  })

  it('finds those of root until 9.7, which one process serves', () => {
    const processes = given(50)
    processes.add({ pid: 110, parent: 50, name: 'sshd', title: 'sshd: root@pts/1' })
    const root = { pid: 110, start: '1100', child: 110, osUser: 'root', uid: 0 }
    assert.deepEqual(findSessions(processes), [BOB, root])
  })

  it('finds one without a shell or command (ssh -N), and none before somebody is logged in', () => {
    const processes = given(50)
    processes.add({ pid: 120, parent: 50, name: 'sshd', title: 'sshd: eve [priv]' })
    const served = processes.add({ pid: 121, parent: 120, name: 'sshd', uid: 1002 })
    for (const [title, isFound] of [
      ['sshd: eve', true],
      ['sshd-session: eve', true],
      ['sshd: eve [net]', false],
      ['sshd: [net]', false],
      ['sshd-session: [session-auth]', false],
      ['/usr/sbin/sshd', false],
    ] as const) {
      processes.all.set(121, { ...served, title })
      assert.equal(findSessions(processes).length, isFound ? 2 : 1, title)
    }
  })

  it('finds none in what calls itself so', () => {
    const processes = given(50)
    processes.add({ pid: 103, parent: 102, name: 'sshd', title: 'sshd: alice@pts/1', uid: 1001 })
    processes.add({ pid: 104, parent: 103, name: 'sshd', title: 'sshd: alice@pts/2', uid: 1001 })
    processes.add({ pid: 105, parent: 1, name: 'sshd', title: 'sshd: alice@pts/3', uid: 1001 })
    assert.deepEqual(findSessions(processes), [BOB])
  })

  it('finds none in what was left to sshd as the first process (its end would be that of all sessions)', () => {
    const processes = given(1)
    processes.add({ pid: 103, parent: 1, name: 'sshd', title: 'sshd: alice@pts/1', uid: 1001 })
    assert.deepEqual(findSessions(processes), [BOB])
  })
})
