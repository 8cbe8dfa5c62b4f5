import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { SshdConfig } from '../sshd.ts'
import { InstallRefused } from './install-report.ts'
import { runProgram } from './run-program.ts'

/**
 * Makes the listener read its configuration anew; sessions go on. Call it only after `sshd -t` was content. Returns what happened,
 * for the report. Throws InstallRefused when sshd does not come back.
 */
export async function reloadSshd(config: SshdConfig): Promise<string> {
  return (await reloadBySystemd()) ?? (await reloadBySignal(config.get('pidfile')?.[0] ?? 'none'))
}

async function reloadBySystemd(): Promise<string | undefined> {
  if (!existsSync('/run/systemd/system')) return undefined
  for (const unit of ['ssh.service', 'sshd.service']) {
    // oxlint-disable-next-line no-await-in-loop -- the second only where there is no first
    if ((await runProgram(['systemctl', 'is-active', '--quiet', unit])).code !== 0) continue
    // oxlint-disable-next-line no-await-in-loop
    const { code, stderr } = await runProgram(['systemctl', 'reload', unit])
    if (code !== 0) throw new InstallRefused(`systemctl reload ${unit}: ${stderr.trim()}`)
    return `sshd reloaded (${unit})`
  }
  return undefined
}

async function reloadBySignal(pidFile: string): Promise<string> {
  const pid = findListener(pidFile)
  if (pid === undefined) return 'sshd is not running; it will start with these settings'
  const before = identity(pidFile)
  process.kill(pid, 'SIGHUP')
  // sshd removes its pid file when it begins anew and writes another once it listens again.
  for (let left = 100; left > 0; left--) {
    // oxlint-disable-next-line no-await-in-loop
    await delay(20)
    if (findListener(pidFile) === pid && identity(pidFile) !== before) return 'sshd reloaded'
    if (!existsSync(`/proc/${pid}`)) break
  }
  throw new InstallRefused('sshd did not come back after a reload: see its log, then start it.')
}

/** The process in the pid file, if it is sshd indeed. */
function findListener(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim())
    // " (deleted)" when the package was upgraded under a running sshd.
    return /\/sshd(?: \(deleted\))?$/.test(readlinkSync(`/proc/${pid}/exe`)) ? pid : undefined
  } catch {
    return undefined // not written, or nobody's
  }
}

function identity(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? '' : `${found.ino} ${found.ctimeNs}`
}
