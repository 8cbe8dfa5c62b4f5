import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { findSshdUnit } from '../../examination/reload-commands.ts'
import { readSoundConfig } from '../../install/configure-sshd.ts'
import { runProgram } from '../../install/run-program.ts'
import { findSshdListeners } from '../../sshd-listeners.ts'
import { findSshd } from '../../sshd.ts'
import type { Fix } from '../fix.ts'
import { MendRefused } from '../fix.ts'

const STARTS_WITHIN_MS = 5000

/** Only with a configuration that sshd accepts: one that fails to start has told its reason in `sshd -t` already. */
export const startSshdFix: Fix = {
  name: 'start-sshd',
  async plan() {
    if (findSshdListeners().length > 0) return []
    await readSoundConfig()
    return [`start sshd (${startCommand().join(' ')})`]
  },
  async apply() {
    const command = startCommand()
    const { code, stderr } = await runProgram(command)
    if (code !== 0) throw new MendRefused(`${command.join(' ')}: ${stderr.trim()}`)
    const until = performance.now() + STARTS_WITHIN_MS
    while (findSshdListeners().length === 0) {
      if (performance.now() > until)
        throw new MendRefused('sshd was started and is gone again: see its log.')
      // oxlint-disable-next-line no-await-in-loop -- that is the waiting
      await delay(20)
    }
  },
}

function startCommand(): readonly [string, ...string[]] {
  const unit = findSshdUnit()
  if (unit !== undefined) return ['systemctl', 'start', unit]
  if (existsSync('/sbin/rc-service')) return ['/sbin/rc-service', 'sshd', 'start']
  return [findSshd() ?? '/usr/sbin/sshd']
}
