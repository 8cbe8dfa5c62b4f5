import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * What lets others than root change the file at this path: sshd refuses such a helper (sshd_config(5), AuthorizedKeysCommand: "must
 * be owned by root, not writable by group or others", and every directory up to `/` too). Empty when only root can.
 */
export function findPathProblems(path: string): readonly string[] {
  let real: string
  try {
    real = realpathSync(path)
  } catch {
    return [`${path} does not exist.`]
  }
  return pathAndParents(real).flatMap((part) => {
    const { uid, mode } = statSync(part)
    return [
      ...(uid === 0 ? [] : [`${part} must belong to root: chown root ${part}`]),
      ...((mode & 0o022) === 0
        ? []
        : [`${part} must be writable by root only: chmod go-w ${part}`]),
    ]
  })
}

function pathAndParents(path: string): string[] {
  return path === '/' ? ['/'] : [path, ...pathAndParents(dirname(path))]
}
