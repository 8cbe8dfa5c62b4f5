import { existsSync } from 'node:fs'
import { findPathProblems } from '../install/protected-path.ts'
import type { Paths } from '../paths.ts'
import { readSshdVersion, type SshdConfig, understandsUtcExpiry } from '../sshd.ts'
import { isRoot } from './replace-file.ts'
import { findSshdProblems } from './sshd-problems.ts'

/** What would stop a login by `AuthorizedKeysFile`, in words that say the mend. */
export async function findFileProblems(paths: Paths): Promise<readonly string[]> {
  // Without root there is no asking sshd: it does not read its keys, and it is the user's own.
  const settings = isRoot()
    ? await findSshdProblems((config) => findSettingProblems(config, paths), paths.sshdConfig)
    : []
  return [
    ...settings,
    ...(await findVersionProblems()),
    ...findDirectoryProblems(paths.authorizedKeys),
  ]
}

/** For every delivery that leaves the end of a key to sshd. */
export async function findVersionProblems(): Promise<readonly string[]> {
  const version = await readSshdVersion()
  if (understandsUtcExpiry(version)) return []
  return [
    `sshd (${version.text || 'not found'}) cannot end a key by itself, 9.1 can: use the delivery "command".`,
  ]
}

function findSettingProblems(config: SshdConfig, paths: Paths): readonly string[] {
  const files = config.get('authorizedkeysfile')?.[0]?.split(' ') ?? []
  return files.includes(`${paths.authorizedKeys}/%u`)
    ? []
    : [
        `sshd does not read ${paths.authorizedKeys}/%u: run "fleetkey agent install --delivery file".`,
      ]
}

/** sshd_config(5), StrictModes. */
function findDirectoryProblems(directory: string): readonly string[] {
  if (!existsSync(directory)) return [`${directory} is missing: restart the agent.`]
  return isRoot() ? findPathProblems(directory) : []
}
