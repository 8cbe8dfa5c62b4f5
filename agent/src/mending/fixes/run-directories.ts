import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureRunDirectories } from '../../deliveries/run-directories.ts'
import { findAccount } from '../../deliveries/account.ts'
import { HELPER_USER } from '../../paths.ts'
import type { Fix, HostToMend } from '../fix.ts'

export const runDirectoriesFix: Fix = {
  name: 'run-directories',
  async plan(host) {
    const wrong = (await wanted(host)).filter((directory) => !isSo(directory))
    return wrong.map(
      ({ path, mode }) => `make the directory ${path}, root's, mode ${mode.toString(8)}`,
    )
  },
  async apply({ settings, paths }) {
    await ensureRunDirectories(settings.delivery, paths)
  },
}

interface Directory {
  readonly path: string
  readonly mode: number
  readonly gid: number
}

/** As deliveries/run-directories.ts makes them. */
async function wanted({ settings, paths }: HostToMend): Promise<readonly Directory[]> {
  switch (settings.delivery) {
    case 'command': {
      const gid = (await findAccount(HELPER_USER))?.gid ?? 0
      return [
        { path: dirname(paths.keys), mode: 0o755, gid: 0 },
        { path: paths.keys, mode: 0o750, gid },
        { path: paths.notes, mode: 0o710, gid },
      ]
    }
    case 'file':
      return [
        { path: dirname(paths.authorizedKeys), mode: 0o755, gid: 0 },
        { path: paths.authorizedKeys, mode: 0o711, gid: 0 },
      ]
    case 'home':
      return [{ path: `${paths.state}/home`, mode: 0o700, gid: 0 }]
    case 'metadata':
      return []
  }
}

function isSo({ path, mode, gid }: Directory): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return (
    found?.isDirectory() === true &&
    found.uid === 0 &&
    found.gid === gid &&
    (found.mode & 0o7777) === mode
  )
}
