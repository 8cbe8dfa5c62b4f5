import { findNewerFile } from '../../examination/sshd-running.ts'
import { readSoundConfig } from '../../install/configure-sshd.ts'
import { reloadSshd } from '../../install/reload-sshd.ts'
import { readSshdConfig } from '../../sshd.ts'
import type { Fix } from '../fix.ts'

/** Sessions go on; a configuration that sshd would not accept is never handed to it. */
export const reloadSshdFix: Fix = {
  name: 'reload-sshd',
  async plan({ paths }) {
    await readSoundConfig()
    const newer = await findNewerFile({
      paths,
      commonConfig: () => readSshdConfig(undefined, paths.sshdConfig),
    })
    return [
      newer === undefined
        ? 'have sshd read its configuration and its host keys again; sessions go on'
        : `have sshd read ${newer.path} and the rest of its configuration; sessions go on`,
    ]
  },
  async apply() {
    await reloadSshd(await readSoundConfig())
  },
}
