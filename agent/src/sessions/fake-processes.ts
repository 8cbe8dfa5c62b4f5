import { NO_LOGIN, type AuditSession, type Processes, type SeenProcess } from './processes.ts'

/** One that the test may change while it runs. */
export interface FakeProcess extends SeenProcess {
  readonly uid: number
  readonly title: string
  readonly audit: AuditSession
}

export interface FakeProcesses extends Processes {
  readonly all: Map<number, FakeProcess>
  add(process: Partial<FakeProcess> & Pick<FakeProcess, 'pid'>): FakeProcess
}

/** For tests. */
export function createFakeProcesses(): FakeProcesses {
  const all = new Map<number, FakeProcess>()
  return {
    all,
    add(process) {
      const whole = {
        parent: 1,
        start: String(process.pid * 10),
        name: 'bash',
        terminal: 0,
        uid: 0,
        title: '',
        audit: { id: NO_LOGIN, loginUid: NO_LOGIN },
        ...process,
      }
      all.set(whole.pid, whole)
      return whole
    },
    find: (pid) => all.get(pid),
    list: () => [...all.values()],
    childrenOf: (pid) => [...all.values()].filter(({ parent }) => parent === pid),
    uidOf: (pid) => all.get(pid)?.uid,
    titleOf: (pid) => all.get(pid)?.title ?? '',
    auditSessionOf: (pid) => all.get(pid)?.audit,
  }
}
