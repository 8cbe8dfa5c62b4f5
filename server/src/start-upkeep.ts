import type { Logger } from 'pino'
import type { ServerConfig } from './config.ts'
import { startPruningSessions } from './identities/prune-sessions.ts'
import { startPruningLaunches } from './launches/prune-launches.ts'
import type { World } from './operations/operation.ts'
import { startEndingWithdrawn } from './operations/ssh-sessions/end-withdrawn.ts'
import { startPruningSshSessions } from './operations/ssh-sessions/prune-ssh-sessions.ts'
import type { Trail } from './trail/trail.ts'
import { watchDisks } from './watch-disks.ts'

/** What goes on by itself from time to time: what is over is removed, and sessions of who may have none any more end. Part of the composition root. */
export function startUpkeep(parts: {
  readonly config: ServerConfig['sessions']
  readonly world: World
  readonly trail: Trail
  /** See startEndingWithdrawn. */
  readonly withdrawalEveryMs: number | undefined
  readonly log: Logger
}) {
  const { config, world, trail, withdrawalEveryMs, log } = parts
  const { store, launches, now } = world
  const sessions = startPruningSessions({ sessions: store.identities.sessions, now, log })
  const pendingInstances = startPruningLaunches({
    pendingInstances: store.pendingInstances,
    launches,
    now,
    log,
  })
  const sshSessions = startPruningSshSessions({
    sessions: store.sshSessions,
    keepDays: config.keepDays,
    now,
    log,
  })
  const withdrawn = startEndingWithdrawn({
    world,
    trail,
    mode: config.endOnWithdrawal,
    ...(withdrawalEveryMs !== undefined && { everyMs: withdrawalEveryMs }),
    log,
  })
  const disks = watchDisks({ disks: world.disks, log })
  return {
    async stop() {
      disks.stop()
      await withdrawn.stop()
      await sessions.stop()
      await pendingInstances.stop()
      await sshSessions.stop()
    },
  }
}
