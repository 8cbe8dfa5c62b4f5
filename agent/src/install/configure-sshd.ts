import { mkdirSync } from 'node:fs'
import { findSshd, readSshdConfig, type SshdConfig, SshdUnreadable } from '../sshd.ts'
import { InstallRefused } from './install-report.ts'
import type { PutBack } from './put-back.ts'
import { runProgram } from './run-program.ts'
import {
  dropIn,
  hasDropInDirectory,
  mainConfig,
  removeSettings,
  writeBlock,
  writeDropIn,
} from './sshd-config-files.ts'
import type { SshdSetting } from './sshd-settings.ts'

/**
 * Writes the settings where they take effect, which sshd itself is asked (`sshd -T`): whether and where the main file includes the
 * directory of drop-ins, and what else says the same, is not ours to work out. Returns the file. Throws InstallRefused.
 */
export async function configureSshd(
  settings: readonly SshdSetting[],
  putBack: PutBack[],
): Promise<string> {
  if (hasDropInDirectory()) {
    writeDropIn(settings, putBack)
    if (await isDropInEffective(settings)) return dropIn
    removeSettings(putBack)
  }
  writeBlock(settings, putBack)
  const ineffective = await findIneffective(settings)
  if (ineffective.length === 0) return mainConfig
  throw new InstallRefused(`sshd does not take ${ineffective.join(', ')} from ${mainConfig}.`)
}

/** `sshd -T` of a configuration that sshd would start with (`sshd -t`). Throws InstallRefused with sshd's own words. */
export async function readSoundConfig(): Promise<SshdConfig> {
  const path = findSshd()
  if (path === undefined)
    throw new InstallRefused('There is no sshd on this host: install OpenSSH.')
  let { code, stderr } = await runProgram([path, '-t'])
  // Where sshd starts by socket its directory may not be there before the first connection.
  const missing = /^Missing privilege separation directory: (\/run\/\S+)/m.exec(stderr)?.[1]
  if (code !== 0 && missing !== undefined) {
    mkdirSync(missing, { recursive: true, mode: 0o755 })
    ;({ code, stderr } = await runProgram([path, '-t']))
  }
  if (code !== 0) {
    throw new InstallRefused(
      `sshd refuses its configuration, so it is left alone: ${stderr.trim()}`,
    )
  }
  try {
    return await readSshdConfig()
  } catch (error) {
    if (error instanceof SshdUnreadable) throw new InstallRefused(error.message, { cause: error })
    throw error
  }
}

/** Where the Include stands below a Match, sshd refuses some settings and keeps others for those whom the Match names. */
async function isDropInEffective(settings: readonly SshdSetting[]): Promise<boolean> {
  try {
    return (await findIneffective(settings)).length === 0
  } catch (error) {
    if (error instanceof InstallRefused) return false
    throw error
  }
}

async function findIneffective(settings: readonly SshdSetting[]): Promise<readonly string[]> {
  return ineffectiveIn(await readSoundConfig(), settings)
}

/** Exported for its test. Keywords of those settings that sshd does not have. */
export function ineffectiveIn(
  config: SshdConfig,
  settings: readonly SshdSetting[],
): readonly string[] {
  // From 10.3 on sshd says nothing of AuthorizedKeysFile where it is none.
  return settings
    .filter(([keyword, value]) => (config.get(keyword.toLowerCase())?.[0] ?? 'none') !== value)
    .map(([keyword]) => keyword)
}
