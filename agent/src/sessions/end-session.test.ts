import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFakeProcesses, type FakeProcesses } from './fake-processes.ts'
import { endSession, type EndingParts } from './end-session.ts'

const LISTENER = 10
const AGENT = 11
const ALICE = 1000
const ROOT_AUDIT = { id: 1, loginUid: 0 }

/** A host with sshd, the agent and two sessions of alice's, each with a shell and something that has left it. */
function givenHost(audit: (session: number) => { readonly id: number; readonly loginUid: number }) {
  const processes = createFakeProcesses()
  processes.add({ pid: 1, parent: 0, name: 'init' })
  processes.add({ pid: LISTENER, name: 'sshd' })
  processes.add({ pid: AGENT, name: 'node' })
  const sessions = [100, 200].map((pid) => {
    const common = { audit: audit(pid) }
    processes.add({ ...common, pid, parent: LISTENER, name: 'sshd', start: `${pid}` })
    processes.add({
      ...common,
      pid: pid + 1,
      parent: pid,
      name: 'sshd',
      uid: ALICE,
      title: 'sshd: alice@pts/0',
    })
    processes.add({ ...common, pid: pid + 2, parent: pid + 1, uid: ALICE, terminal: 34_816 + pid })
    processes.add({ ...common, pid: pid + 3, parent: pid + 2, uid: ALICE, name: 'sleep' })
    // nohup, setsid
    processes.add({ ...common, pid: pid + 4, parent: 1, uid: ALICE, name: 'miner' })
    return { sessionId: 's', pid, start: `${pid}`, osUser: 'alice', uid: ALICE, startedAt: 0 }
  })
  return { processes, session: sessions[0] ?? assert.fail() }
}

/** Time passes with each wait; what is signalled ends, and leaves its children to init. */
function partsFor(
  processes: FakeProcesses,
  obeys: (pid: number, signal: NodeJS.Signals) => boolean = () => true,
) {
  const signals: string[] = []
  const goodbyes: number[] = []
  let time = 0
  const end = (pid: number) => {
    processes.all.delete(pid)
    for (const child of processes.childrenOf(pid))
      processes.add({ ...child, pid: child.pid, parent: 1 })
  }
  const parts: EndingParts = {
    processes,
    kill(pid, signal) {
      signals.push(`${signal} ${pid}`)
      if (signal !== 'SIGKILL' && !obeys(pid, signal)) return
      const served = processes.find(pid)
      end(pid)
      // sshd's process of root's ends when its child has.
      if (served?.name === 'sshd') end(served.parent === LISTENER ? pid : served.parent)
    },
    sayGoodbye: (terminal) => void goodbyes.push(terminal),
    async sleep(ms) {
      time += ms
    },
    self: AGENT,
    now: () => time,
  }
  return { parts, signals, goodbyes, time: () => time }
}

const left = (processes: FakeProcesses) => [...processes.all.keys()].toSorted((a, b) => a - b)
const OTHERS = [1, LISTENER, AGENT, 200, 201, 202, 203, 204]

describe('ending a session', () => {
  it('ends all of its login, also what left its shell, and nothing of another', async () => {
    const { processes, session } = givenHost((id) => ({ id, loginUid: ALICE }))
    const { parts, signals, goodbyes } = partsFor(processes)
    assert.equal(await endSession(session, parts), true)
    assert.deepEqual(left(processes), OTHERS)
    assert.equal(signals[0], 'SIGTERM 101')
    assert.ok(!signals.some((one) => one.endsWith(' 100')), 'its child would serve on')
    assert.deepEqual(goodbyes, [34_916])
  })

  it('kills the process that serves it when that does not mind TERM, and still not the one above', async () => {
    const { processes, session } = givenHost((id) => ({ id, loginUid: ALICE }))
    const { parts, signals } = partsFor(processes, () => false)
    assert.equal(await endSession(session, parts), true)
    assert.ok(signals.includes('SIGKILL 101'))
    assert.ok(!signals.includes('SIGKILL 100'))
    assert.deepEqual(left(processes), OTHERS)
  })

  for (const [why, audit] of [
    ['is that of a login before (everybody would be logged out)', { id: 1, loginUid: ALICE }],
    ['is of somebody else', { id: 7, loginUid: 0 }],
    ['is none', { id: 0xffff_ffff, loginUid: 0xffff_ffff }],
  ] as const) {
    it(`goes by the tree of processes where the audit session ${why}`, async () => {
      const { processes, session } = givenHost(() => audit)
      if (audit.id === 1)
        for (const pid of [1, AGENT, LISTENER])
          processes.add({ ...processes.all.get(pid), pid, audit })
      const { parts } = partsFor(processes)
      assert.equal(await endSession(session, parts), true)
      // What had left the tree before stays; nobody can tell whose it is.
      assert.deepEqual(left(processes), [1, LISTENER, AGENT, 104, 200, 201, 202, 203, 204])
    })
  }

  it('leaves a process alone that has the number of one that is gone', async () => {
    const { processes, session } = givenHost(() => ROOT_AUDIT)
    const { parts, signals } = partsFor(processes)
    const sleep = parts.sleep
    // While TERM takes its time, the shell ends and its number goes to somebody else's process.
    const late: EndingParts = {
      ...parts,
      kill(pid, signal) {
        parts.kill(pid, signal)
        if (signal === 'SIGTERM')
          processes.add({ pid: 102, parent: 1, start: 'later', name: 'theirs' })
      },
      sleep,
    }
    await endSession(session, late)
    assert.ok(processes.all.has(102))
    assert.ok(!signals.some((one) => one.endsWith(' 102')))
  })

  it("asks sshd's only process to end where it is root's own session", async () => {
    const { processes } = givenHost((id) => ({ id, loginUid: ALICE }))
    const audit = { id: 300, loginUid: 0 }
    processes.add({
      pid: 300,
      parent: LISTENER,
      name: 'sshd',
      start: '300',
      title: 'sshd: root@pts/1',
      audit,
    })
    processes.add({ pid: 301, parent: 300, audit })
    const { parts, signals } = partsFor(processes)
    const session = { sessionId: 's', pid: 300, start: '300', osUser: 'root', uid: 0, startedAt: 0 }
    assert.equal(await endSession(session, parts), true)
    assert.equal(signals[0], 'SIGTERM 300')
    assert.ok(!processes.all.has(301))
  })

  it('says so, in time, when something goes on', async () => {
    const { processes, session } = givenHost((id) => ({ id, loginUid: ALICE }))
    const { parts, time } = partsFor(processes)
    const stubborn: EndingParts = {
      ...parts,
      kill: (pid, signal) => void (pid === 104 || parts.kill(pid, signal)),
    }
    assert.equal(await endSession(session, stubborn), false)
    assert.ok(time() <= 5000)
  })

  it('of a session that is over does nothing', async () => {
    const { processes, session } = givenHost((id) => ({ id, loginUid: ALICE }))
    for (const pid of [100, 101, 102, 103, 104]) processes.all.delete(pid)
    processes.add({ pid: 100, parent: 1, start: 'another', name: 'sshd' })
    const { parts, signals } = partsFor(processes)
    assert.equal(await endSession(session, parts), true)
    assert.deepEqual(signals, [])
  })
})
