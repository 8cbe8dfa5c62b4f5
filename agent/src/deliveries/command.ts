import { isOsUser } from '@fleetkey/domain/os-user'
import { formatAuthorizedKeysLine } from '@fleetkey/wire/ssh/authorized-keys-line'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { type Delivery, DeliveryFailed, type LiveKey } from '../delivery.ts'
import { HELPER_USER, PATHS, type Paths } from '../paths.ts'
import { readSshdVersion, understandsUtcExpiry } from '../sshd.ts'
import { findCommandProblems } from './command-problems.ts'
import { createKeysByPlace } from './keys-by-place.ts'
import { replaceFile } from './replace-file.ts'
import { ensureRunDirectories } from './run-directories.ts'

/**
 * `AuthorizedKeysCommand`: one file per live key, named so that the helper (authorized-keys.sh) finds it without searching: with
 * all keys of a user in one file its read, one system call per byte in most shells, took 10.6 ms for 32 RSA keys; now 1 ms always.
 *
 *     keys/alice:SHA256-of-the-key     1 <deadline> <boot id> <uid> <osUser> <fingerprint> <authorized_keys line>
 */
export function createCommandDelivery({ paths = PATHS }: { paths?: Paths } = {}): Delivery {
  const keysByPath = createKeysByPlace()

  const show = (path: string, keys: readonly LiveKey[], gid: number, stamp: boolean) => {
    const [key] = keys
    if (key === undefined) rmSync(path, { force: true })
    else replaceFile(path, formatKeyFile(key, stamp), { mode: 0o640, uid: 0, gid })
  }

  return {
    kind: 'command',

    async install(key) {
      const path = `${paths.keys}/${keyFileName(key)}`
      try {
        const stamp = understandsUtcExpiry(await readSshdVersion())
        const { gid } = statSync(paths.keys)
        show(path, keysByPath.with(path, key), gid, stamp)
      } catch (error) {
        keysByPath.without(path, key)
        throw explain(error, paths)
      }
    },

    async remove(key) {
      const path = `${paths.keys}/${keyFileName(key)}`
      const stamp = understandsUtcExpiry(await readSshdVersion())
      const keys = keysByPath.without(path, key)
      const { gid } = statSync(paths.keys, { throwIfNoEntry: false }) ?? { gid: 0 }
      show(path, keys, gid, stamp)
    },

    async clear() {
      await ensureRunDirectories('command', paths)
      keysByPath.forgetAll()
      for (const name of readdirSync(paths.keys))
        rmSync(`${paths.keys}/${name}`, { recursive: true })
    },

    problems: () => findCommandProblems(paths),
  }
}

/** As authorized-keys.sh makes it. `:` is in no account name and `/` in no file name. */
function keyFileName({ osUser, fingerprint }: LiveKey): string {
  if (!isOsUser(osUser)) throw new DeliveryFailed('Not a name of an account.')
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(fingerprint))
    throw new DeliveryFailed('Not a fingerprint.')
  return `${osUser}:${fingerprint.slice('SHA256:'.length).replaceAll('/', '_')}`
}

/** The stamp is the second lock, for sshd itself, where sshd can read it; the helper's own check of the deadline is the first. */
function formatKeyFile(key: LiveKey, stamp: boolean): string {
  const line = formatAuthorizedKeysLine(key.key, {
    profile: key.optionProfile,
    ...(stamp ? { expiresAt: key.expiryTime } : {}),
  })
  const { deadline, bootId, uid, osUser, fingerprint } = key
  return `1 ${deadline} ${bootId} ${uid} ${osUser} ${fingerprint} ${line}\n`
}

function explain(error: unknown, paths: Paths): DeliveryFailed {
  if (error instanceof DeliveryFailed) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') {
    return new DeliveryFailed(`${paths.keys} is gone: restart the agent on the host.`, error)
  }
  if (code === 'ENOSPC') {
    return new DeliveryFailed(
      `The file system of ${paths.keys} is full: free space on the host.`,
      error,
    )
  }
  return new DeliveryFailed(
    `The key could not be written for the account ${HELPER_USER} below ${paths.keys}: see the agent's log on the host.`,
    error,
  )
}
