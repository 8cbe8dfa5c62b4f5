import type { Finding, Mend } from '@fleetkey/domain/finding'
import { statSync } from 'node:fs'
import { runProgram } from '../install/run-program.ts'
import { findSshdListeners } from '../sshd-listeners.ts'
import { SshdUnreadable } from '../sshd.ts'
import type { Check, ExaminedHost } from './check.ts'
import { findSshdUnit, reloadCommands } from './reload-commands.ts'
import { bad, good, unknown } from './say.ts'
import { readSshdLines } from './sshd-lines.ts'

const CHECK = 'sshd-running'

/** Whether anybody would take a connection, and has read the configuration that lies there now. */
export const sshdRunningCheck: Check = {
  name: CHECK,
  async look(host) {
    const listeners = findSshdListeners()
    const refusal = await refusalOf(host)
    if (listeners.length > 0) {
      const pids = listeners.map(({ pid }) => pid).join(', ')
      const stale = refusal === undefined ? await findNewerFile(host) : undefined
      if (stale !== undefined) return [judgeStale(stale)]
      const own = listeners.flatMap(({ commandLine }) => overridesIn(commandLine) ?? [])[0]
      return [own === undefined ? good(CHECK, `sshd runs (process ${pids}).`) : judgeOverrides(own)]
    }
    if (await startsBySocket()) {
      return [good(CHECK, 'systemd starts sshd for each connection (ssh.socket).')]
    }
    return [judgeStopped(refusal)]
  },
}

/**
 * What sshd was started with that comes before the file that is looked at: another file, or settings that decide on a login. Undefined
 * where there is nothing of the kind; ciphers and the like, which some distributions give it so, are none.
 */
export function overridesIn(commandLine: string): string | undefined {
  const [found] =
    / -f ?\S+| -o ?["']?(?:Pubkey|Authori[sz]edKeys|Authentication|Allow|Deny|PermitRoot|UsePAM|StrictModes|RefuseConn|RevokedKeys|ForceCommand|Chroot)\S*/i.exec(
      commandLine,
    ) ?? ['']
  return found === '' ? undefined : found.trim()
}

const judgeOverrides = (option: string): Finding =>
  unknown(
    CHECK,
    `sshd was started with "${option}", which comes before its usual configuration: what is said of that may be otherwise for this sshd.`,
  )

export function judgeStopped(refusal: string | undefined): Finding {
  if (refusal === undefined) {
    return bad(CHECK, 'No sshd is running on this host.', {
      cause: 'sshd-not-running',
      mend: startMend(),
    })
  }
  return bad(CHECK, `No sshd is running on this host, and it would not start: ${refusal}`, {
    cause: 'sshd-not-running',
    mend: {
      says: 'Correct its configuration, see that sshd is content, and start it.',
      commands: ['sshd -t', ...(startMend().commands ?? [])],
    },
  })
}

function startMend(): Mend {
  const unit = findSshdUnit()
  return {
    says: 'Start it.',
    commands: [unit === undefined ? '/usr/sbin/sshd' : `systemctl start ${unit}`],
    fix: 'start-sshd',
  }
}

function judgeStale({ path, changedAt }: NewerFile): Finding {
  return bad(
    CHECK,
    `sshd runs with an older configuration: ${path} was changed at ${new Date(changedAt).toISOString()}, and sshd has not read it since.`,
    {
      mend: {
        says: 'Have it read its configuration.',
        commands: reloadCommands(),
        fix: 'reload-sshd',
      },
    },
  )
}

async function refusalOf(host: Pick<ExaminedHost, 'commonConfig'>): Promise<string | undefined> {
  try {
    await host.commonConfig()
    return undefined
  } catch (error) {
    if (error instanceof SshdUnreadable) return error.message.replace(/^sshd -T: /, '')
    throw error
  }
}

async function startsBySocket(): Promise<boolean> {
  if (findSshdUnit() === undefined) return false
  const asked = await Promise.all(
    ['ssh.socket', 'sshd.socket'].map((unit) =>
      runProgram(['systemctl', 'is-active', '--quiet', unit]),
    ),
  )
  return asked.some(({ code }) => code === 0)
}

interface NewerFile {
  readonly path: string
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

/** Times of files on one disk; sshd writes its pid file when it starts and again when it has read its configuration anew. */
const SLACK_MS = 2000

/** A file of sshd's configuration that was changed after sshd had read it last. */
export async function findNewerFile(
  host: Pick<ExaminedHost, 'commonConfig' | 'paths'>,
): Promise<NewerFile | undefined> {
  const pidFile = (await host.commonConfig()).get('pidfile')?.[0] ?? 'none'
  const readAt = statSync(pidFile, { throwIfNoEntry: false })?.mtimeMs
  if (readAt === undefined) return undefined
  const { sshdConfig } = host.paths
  const files = new Set([sshdConfig, ...readSshdLines(sshdConfig).map(({ file }) => file)])
  return [...files]
    .map((path) => ({ path, changedAt: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .find(({ changedAt }) => changedAt > readAt + SLACK_MS)
}
