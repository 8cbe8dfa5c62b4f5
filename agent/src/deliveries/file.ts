import { formatAuthorizedKeysLine } from '@fleetkey/wire/ssh/authorized-keys-line'
import { isOsUser } from '@fleetkey/domain/os-user'
import { readdirSync, rmSync } from 'node:fs'
import { type Delivery, DeliveryFailed, type LiveKey } from '../delivery.ts'
import { PATHS, type Paths } from '../paths.ts'
import { readSshdVersion, understandsUtcExpiry } from '../sshd.ts'
import { findAccount } from './account.ts'
import { findFileProblems } from './file-problems.ts'
import { createKeysByPlace } from './keys-by-place.ts'
import { isRoot, replaceFile } from './replace-file.ts'
import { ensureRunDirectories } from './run-directories.ts'

/**
 * `AuthorizedKeysFile … /run/fleetkey/authorized_keys/%u`: one file per osUser that sshd reads itself, where AuthorizedKeysCommand
 * is somebody else's. Should the agent die, only `expiry-time` ends a key, by the host's wall clock.
 */
export function createFileDelivery({ paths = PATHS }: { paths?: Paths } = {}): Delivery {
  const keysByPath = createKeysByPlace()

  const show = (path: string, keys: readonly LiveKey[], gid: number) => {
    // root:group-of-the-user 0640: sshd reads it as the user, who cannot change it; nobody else can read it.
    if (keys.length === 0) rmSync(path, { force: true })
    else replaceFile(path, formatKeys(keys), { mode: 0o640, uid: 0, gid })
  }

  return {
    kind: 'file',

    async install(key) {
      const path = keysFile(paths, key)
      await refuseOldSshd()
      const gid = await findGroup(key)
      try {
        show(path, keysByPath.with(path, key), gid)
      } catch (error) {
        keysByPath.without(path, key)
        throw new DeliveryFailed(
          `The key could not be written below ${paths.authorizedKeys}: restart the agent on the host, and see its log.`,
          error,
        )
      }
    },

    async remove(key) {
      const path = keysFile(paths, key)
      const gid = await findGroup(key).catch(() => 0)
      show(path, keysByPath.without(path, key), gid)
    },

    async clear() {
      await ensureRunDirectories('file', paths)
      keysByPath.forgetAll()
      for (const name of readdirSync(paths.authorizedKeys)) {
        rmSync(`${paths.authorizedKeys}/${name}`, { recursive: true })
      }
    },

    problems: () => findFileProblems(paths),
  }
}

/** Each line with its end in it; also what `home` writes. */
export function formatKeys(keys: readonly LiveKey[]): string {
  return keys
    .map(({ key, optionProfile, expiryTime }) =>
      formatAuthorizedKeysLine(key, { profile: optionProfile, expiresAt: expiryTime }),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** Without the stamp a key that a dead agent leaves would stay for ever; with a local time, summer time adds an hour. */
export async function refuseOldSshd(): Promise<void> {
  const version = await readSshdVersion()
  if (understandsUtcExpiry(version)) return
  const found = version.text === '' ? 'no sshd was found' : `here is ${version.text}`
  throw new DeliveryFailed(
    `This host's delivery needs OpenSSH 9.1, which can end a key by itself; ${found}. Use the delivery "command".`,
  )
}

function keysFile(paths: Paths, { osUser }: LiveKey): string {
  if (!isOsUser(osUser)) throw new DeliveryFailed('Not a name of an account.')
  return `${paths.authorizedKeys}/${osUser}`
}

async function findGroup({ osUser, uid }: LiveKey): Promise<number> {
  if (!isRoot()) return 0
  const account = await findAccount(osUser)
  if (account?.uid === uid) return account.gid
  throw new DeliveryFailed(
    `The account ${osUser} with uid ${uid} does not exist on this host any more.`,
  )
}
