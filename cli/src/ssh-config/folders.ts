import { dirname, join } from 'node:path'
import { cacheFolder } from '../config/cache-folder.ts'
import { profilesPath } from '../config/profiles.ts'
import { Failure } from '../failure.ts'
import { isPlainPath } from '../ssh/plain-path.ts'

type Env = Readonly<Record<string, string | undefined>>

/** sun_path holds 104 bytes on the BSDs and macOS, with the final NUL; the name in the folder is a SHA-1. */
const MAX_SOCKET_FOLDER = 103 - '/'.length - 40

/** Where the files are that ~/.ssh/config includes. */
export function configFolder(env: Env): string {
  return plain(join(dirname(profilesPath(env)), 'ssh'))
}

/**
 * Where the sockets and host keys of connections are while they are made. Not XDG_RUNTIME_DIR: ssh_config names one place, and cron and
 * services have no runtime directory.
 */
export function socketFolder(env: Env): string {
  const cache = cacheFolder(env)
  if (cache === undefined) {
    throw new Failure('configuration', 'There is no home directory to keep sockets in.', {
      todo: ['Set HOME or XDG_CACHE_HOME.'],
    })
  }
  const folder = plain(join(cache, 'run'))
  if (folder.length <= MAX_SOCKET_FOLDER) return folder
  throw new Failure('configuration', `${folder} is too long for the path of a socket.`, {
    why: [`it has ${folder.length} characters; ${MAX_SOCKET_FOLDER} are possible`],
    todo: ['Name a shorter place in XDG_CACHE_HOME or FLEETKEY_HOME, the same for every use.'],
  })
}

/** ssh hands these paths to a shell or reads `%`, `~`, quotes and blanks in them. */
function plain(path: string): string {
  if (isPlainPath(path)) return path
  throw new Failure('configuration', `${path} cannot be named in ssh's configuration.`, {
    why: ['it holds blanks, quotes or other characters that ssh or a shell would act on'],
    todo: ['Name a plain place in FLEETKEY_HOME, the same for every use.'],
  })
}
