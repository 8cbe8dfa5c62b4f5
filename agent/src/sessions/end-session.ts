import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenSession, ProcessName } from './session-book.ts'
import { isNamedSshd } from './find-sessions.ts'
import { NO_LOGIN, type AuditSession, type Processes, type SeenProcess } from './processes.ts'
import { sayGoodbye } from './say-goodbye.ts'

export interface EndingParts {
  readonly processes: Processes
  readonly kill: (pid: number, signal: NodeJS.Signals) => void
  /** Told to each terminal of the session. */
  readonly sayGoodbye: (terminal: number) => void
  readonly sleep: (ms: number) => Promise<unknown>
  /** This agent's own process. */
  readonly self: number
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number
}

export const ENDING_PARTS: Omit<EndingParts, 'processes'> = {
  kill: (pid, signal) => process.kill(pid, signal),
  sayGoodbye,
  sleep,
  self: process.pid,
  now: () => performance.now(),
}

/** Then TERM has had its time. */
const TERM_MS = 1000
/** All of it: who asked waits no longer. */
const LIMIT_MS = 4000
const LOOK_EVERY_MS = 20
/** sshd needs a moment to send on what was written. */
const GOODBYE_MS = 100

/**
 * Ends a session and all that was started in it, nothing else. TERM to sshd's process that serves the user lets sshd close the session in
 * order; what is left of the login (nohup, setsid) is killed after. sshd's process of root's is never killed: its child would serve on.
 * Which processes are the session's, the kernel knows: children have the audit session of the login for ever. Where that is not told (no
 * pam_loginuid, a login inside of another), they are those below sshd's process, as they were seen; what had left them by then stays.
 *
 * Resolves to whether nothing of it is left.
 */
export async function endSession(session: OpenSession, parts: EndingParts): Promise<boolean> {
  const { processes, now } = parts
  const until = now() + LIMIT_MS
  const children = () => servingChildren(session, processes)
  const audit = usableAuditSession(session, children(), parts)
  const seen = new Map<number, ProcessName>()

  /** All of the session's but sshd's own. */
  const members = (): readonly SeenProcess[] => {
    const all = processes.list()
    const roots = [...children(), ...seen.values()].map(({ pid }) => pid)
    for (const one of below(roots, all)) seen.set(one.pid, one)
    return all.filter(
      (one) =>
        !isProtected(one, session, parts) &&
        (isSame(seen.get(one.pid), one) ||
          (audit !== undefined && isOf(audit, processes.auditSessionOf(one.pid)))),
    )
  }

  const terminals = new Set(members().map(({ terminal }) => terminal))
  terminals.delete(0)
  for (const terminal of terminals) parts.sayGoodbye(terminal)
  if (terminals.size > 0) await parts.sleep(GOODBYE_MS)
  const served = children()
  // Root's sshd is not divided: TERM to it is what ends its session, and it still closes that in order.
  const toEnd = served.length > 0 ? served : [session]
  for (const one of toEnd) signal(one, 'SIGTERM', parts)
  await gone(toEnd, now() + TERM_MS, parts)
  for (const one of served) signal(one, 'SIGKILL', parts)
  while (now() < until) {
    const left = members()
    if (left.length === 0 && !isRunning(session, processes)) return true
    for (const one of left) signal(one, 'SIGKILL', parts)
    // oxlint-disable-next-line no-await-in-loop -- that is the waiting
    await parts.sleep(LOOK_EVERY_MS)
  }
  return members().length === 0 && !isRunning(session, processes)
}

/** The process has its number still, and is no later one that has it now. */
export function isRunning(
  { pid, start }: ProcessName,
  processes: Pick<Processes, 'find'>,
): boolean {
  return processes.find(pid)?.start === start
}

/** sshd's processes that serve as the user: none for root's. */
function servingChildren(session: OpenSession, processes: Processes): readonly SeenProcess[] {
  const known = session.child === undefined ? undefined : processes.find(session.child.pid)
  const children = isRunning(session, processes)
    ? processes.list().filter((one) => one.parent === session.pid && isNamedSshd(one))
    : []
  const isKnown = known !== undefined && known.start === session.child?.start
  return isKnown && !children.some(({ pid }) => pid === known.pid) ? [...children, known] : children
}

/**
 * An audit session is this login's only if the login made it: not one that was there before and that sshd, this agent and everybody's
 * desktop are in too (host without pam_loginuid, sshd started from within a login).
 */
function usableAuditSession(
  session: OpenSession,
  children: readonly ProcessName[],
  { processes, self }: EndingParts,
): AuditSession | undefined {
  const monitor = processes.find(session.pid)
  const [served = session] = children
  const audit = processes.auditSessionOf(served.pid)
  const uid = session.uid ?? processes.uidOf(served.pid)
  if (audit === undefined || audit.id === NO_LOGIN || audit.loginUid !== uid) return undefined
  const others = [self, 1, ...(monitor === undefined ? [] : [monitor.parent])]
  const isShared = others.some((pid) => processes.auditSessionOf(pid)?.id === audit.id)
  return isShared ? undefined : audit
}

const isOf = (one: AuditSession, other: AuditSession | undefined) =>
  other?.id === one.id && other.loginUid === one.loginUid

/** Never killed: init, the agent, sshd that listens, and the process that stands for the connection. */
function isProtected(
  one: SeenProcess,
  session: OpenSession,
  { processes, self }: EndingParts,
): boolean {
  if (one.pid === 1 || one.pid === self || one.pid === session.pid) return true
  return isNamedSshd(one) && processes.uidOf(one.pid) === 0
}

/** Those processes' children, their children and so on. */
function below(roots: readonly number[], all: readonly SeenProcess[]): readonly SeenProcess[] {
  const parents = new Set(roots)
  const found: SeenProcess[] = []
  let before = -1
  while (found.length > before) {
    before = found.length
    for (const one of all) {
      if (!parents.has(one.parent) || parents.has(one.pid)) continue
      parents.add(one.pid)
      found.push(one)
    }
  }
  return found
}

const isSame = (one: ProcessName | undefined, other: ProcessName) => one?.start === other.start

/** Only to that very process. */
function signal(one: ProcessName, name: NodeJS.Signals, { processes, kill }: EndingParts): void {
  if (!isRunning(one, processes)) return
  try {
    kill(one.pid, name)
  } catch (failure) {
    // It ended in between.
    if ((failure as NodeJS.ErrnoException).code !== 'ESRCH') throw failure
  }
}

async function gone(
  those: readonly ProcessName[],
  until: number,
  { processes, now, sleep: wait }: EndingParts,
): Promise<void> {
  while (now() < until && those.some((one) => isRunning(one, processes))) {
    // oxlint-disable-next-line no-await-in-loop -- that is the waiting
    await wait(LOOK_EVERY_MS)
  }
}
