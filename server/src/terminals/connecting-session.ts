import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { HostSession } from './host-session.ts'
import type { HostWorkers } from './host-workers.ts'
import type { Terminal } from './terminal.ts'
import { SshRefused, type Connecting } from './way.ts'

/** A session with a host, from its key to its shell, and from then on a terminal's. */
export interface ConnectingSession extends Connecting {
  /** Starts the shell. What comes of it goes to the terminal. Rejects with an `SshRefused`. */
  start(size: TerminalSize, terminal: Terminal): Promise<void>
}

/** Throws the refusal when there is no room for another host. */
export async function connectingSession(
  workers: HostWorkers,
  instanceId: string,
): Promise<ConnectingSession> {
  let reached = Promise.withResolvers<Awaited<ReturnType<Connecting['reached']>>>()
  const letIn = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  let terminal: Terminal | undefined
  // Nobody may wait for the later ones when an earlier one has failed.
  letIn.promise.catch(() => {})
  started.promise.catch(() => {})
  const fail = (error: SshRefused) => {
    reached.resolve({ from: undefined })
    letIn.reject(error)
    started.reject(error)
  }
  const ended = (end: TerminalEnd) => {
    terminal?.hostEnded(end)
    fail(new SshRefused({ kind: 'lost', says: end.says }))
  }
  const session: HostSession = await workers.begin(instanceId, {
    reached: (from) => reached.resolve({ from }),
    unreached(says) {
      const before = reached
      // For the next way.
      reached = Promise.withResolvers()
      before.resolve({ says })
    },
    letIn: () => letIn.resolve(),
    started: () => started.resolve(),
    output: (bytes) => terminal?.output(bytes),
    taken: (bytes) => terminal?.taken(bytes),
    failed: (failure) => fail(new SshRefused(failure)),
    ended,
  })
  return {
    session,
    reached: () => reached.promise,
    letIn: () => letIn.promise,
    async start(size, made) {
      // Before the first byte can come.
      terminal = made
      session.start(size)
      await started.promise
    },
  }
}
