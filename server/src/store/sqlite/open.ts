import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Store } from '../store.ts'
import { oneAtATime } from './exclusively.ts'
import { lookup } from './lookup.ts'
import { callsOf, reads, writes } from './queries.ts'
import { SqliteThreads, type StoreTrouble } from './sqlite-threads.ts'

export interface SqliteOptions {
  /** Made, with its folder, when it is not there. Beside it stand `-wal`, `-shm` and `.lock`. */
  readonly file: string
  /** Told when the database cannot be used, and when it can again. Nobody needs to do anything but know. */
  readonly onTrouble?: (trouble: StoreTrouble) => void
}

/** Rejects, saying what to do, when another process has the file or the disk cannot promise durability. */
export async function openSqliteStore({
  file,
  onTrouble = () => {},
}: SqliteOptions): Promise<Store> {
  const path = resolve(file)
  createPrivate(path)
  const threads = await SqliteThreads.start(path, onTrouble)
  const read = callsOf(reads, threads.read)
  // The trail has a reader of its own: nobody's request waits for a search.
  const searches = callsOf({ trail: reads.trail }, threads.search)
  const write = callsOf(writes, threads.write)
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
      accesses: { ...read.accesses, ...write.accesses },
      sessions: { ...read.sessions, ...write.sessions },
      passwords: { ...read.passwords, ...write.passwords },
      mfa: { ...read.mfa, ...write.mfa },
      passkeys: { ...read.passkeys, ...write.passkeys },
      providers: { ...read.providers, ...write.providers },
    },
    recordings: { ...read.recordings, ...write.recordings },
    sshSessions: { ...read.sshSessions, ...write.sshSessions },
    trail: {
      ...searches.trail,
      lookup: (query) => lookup(searches.trail, query),
      ...write.trail,
    },
    digests: { ...read.digests, ...write.digests },
    presignedUrls: write.presignedUrls,
    securityVersion: () => Promise.resolve(threads.securityVersion),
    exclusively: oneAtATime(),
    close: () => threads.close(),
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
