import { readSoundConfig } from '../../install/configure-sshd.ts'
import { allOrNothing } from '../../install/put-back.ts'
import { readSettings } from '../../install/sshd-config-files.ts'
import { lockedLine, type SshdSetting, sshdSettings } from '../../install/sshd-settings.ts'
import { settle, tellSshd } from '../../install/tell-sshd.ts'
import type { Fix } from '../fix.ts'

/** What "fleetkey agent install" tells sshd, told again. Other people's lines stay; ours stand before them. */
export const sshdSettingsFix: Fix = {
  name: 'sshd-settings',
  async plan({ settings }) {
    const now = await readSoundConfig()
    const missing = sshdSettings(settings.delivery, { lock: isLocked(), before: now }).filter(
      ([keyword, value]) => now.get(keyword.toLowerCase())?.[0] !== value,
    )
    if (missing.length === 0) return []
    return [
      ...missing.map((setting) => `tell sshd: ${setting.join(' ')}`),
      'see that sshd accepts it (sshd -t), and have it read its configuration anew; sessions go on',
    ]
  },
  async apply({ settings }) {
    const now = await readSoundConfig()
    const lock = isLocked()
    await allOrNothing(async (putBack) => {
      const wanted: readonly SshdSetting[] = await settle(settings.delivery, { lock, putBack })
      await tellSshd(wanted, { now, putBack })
    })
  },
}

const isLocked = (): boolean => readSettings().includes(lockedLine)
