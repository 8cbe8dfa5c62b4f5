import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Store, StoreFailed } from '../store.ts'
import { oneAtATime } from './exclusively.ts'
import { callsOf, reads, writes } from './queries.ts'
import { QueryThread } from './query-thread.ts'

export interface SqliteOptions {
  /** Made, with its folder, when it is not there. Beside it stand `-wal`, `-shm` and `.lock`. */
  readonly file: string
  /** Called once when the store stops for good (see StoreFailed). Whoever runs the process ends it then. */
  readonly onFailed?: (error: StoreFailed) => void
}

/** Rejects, saying what to do, when another process has the file or the disk cannot promise durability. */
export async function openSqliteStore({ file, onFailed }: SqliteOptions): Promise<Store> {
  const path = resolve(file)
  createPrivate(path)
  let opened = false
  const failed = (error: StoreFailed) => {
    if (opened) onFailed?.(error)
  }
  const writer = await QueryThread.start(new URL('./writer.ts', import.meta.url), path, failed)
  const startReader = () => QueryThread.start(new URL('./reader.ts', import.meta.url), path, failed)
  // The trail has a reader of its own: nobody's request waits for a search.
  const started = await Promise.allSettled([startReader(), startReader()])
  const [reader, searcher] = started.flatMap((one) =>
    one.status === 'fulfilled' ? [one.value] : [],
  )
  if (reader === undefined || searcher === undefined) {
    await reader?.close()
    await writer.close()
    throw started.find((one) => one.status === 'rejected')?.reason
  }
  opened = true
  const read = callsOf(reads, reader.call)
  const searches = callsOf({ trail: reads.trail }, searcher.call)
  const write = callsOf(writes, writer.call)
  return {
    settings: { ...read.settings, ...write.settings },
    instances: { ...read.instances, ...write.instances },
    joinTokens: { ...read.joinTokens, ...write.joinTokens },
    endpoints: { ...read.endpoints, ...write.endpoints },
    securityGroups: { ...read.securityGroups, ...write.securityGroups },
    pendingInstances: { ...read.pendingInstances, ...write.pendingInstances },
    identities: {
      ...read.rights,
      entities: { ...read.entities, ...write.entities },
      groups: { ...read.groups, ...write.groups },
      roles: { ...read.roles, ...write.roles },
      profiles: { ...read.profiles, ...write.profiles },
      policies: { ...read.policies, ...write.policies },
      inline: { ...read.inlinePolicies, ...write.inlinePolicies },
      keys: { ...read.accessKeys, ...write.accessKeys },
      sessions: { ...read.sessions, ...write.sessions },
      passwords: { ...read.passwords, ...write.passwords },
      mfa: { ...read.mfa, ...write.mfa },
      providers: { ...read.providers, ...write.providers },
    },
    sshSessions: { ...read.sshSessions, ...write.sshSessions },
    trail: { ...searches.trail, ...write.trail },
    digests: { ...read.digests, ...write.digests },
    presignedUrls: write.presignedUrls,
    securityVersion: () => Promise.resolve(writer.securityVersion),
    exclusively: oneAtATime(),
    // The writer last: the last one out moves the log into the database.
    close: () =>
      writer.close(Promise.all([reader.close(), searcher.close()]).then(() => undefined)),
  }
}

/**
 * For the owner only; SQLite gives `-wal` and `-shm` the mode of the database. Opens a file only when it makes it: closing a
 * descriptor of a file that SQLite has open in this process would drop its locks.
 */
function createPrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  for (const path of [file, `${file}.lock`]) {
    try {
      closeSync(openSync(path, 'wx', 0o600))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      chmodSync(path, 0o600)
    }
  }
}
