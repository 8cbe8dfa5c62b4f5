import { statSync } from 'node:fs'
import { hostFiles, readSshdLines, type SshdFiles } from './examination/sshd-lines.ts'
import { forgetOldest } from './forget-oldest.ts'
import { PATHS } from './paths.ts'
import { findSshd, readSshdConfig, type SshdConfig, type SshdConnection } from './sshd.ts'

/** What lies on no disk of this host (groups of a directory service, names of addresses) may have changed after so long. The facts are collected more often. */
const KEPT_MS = 90_000
/** Logins of different users and addresses. */
const MAX_KEPT = 16

interface Kept {
  /** What the answer depends on. */
  readonly from: string
  readonly at: number
  readonly config: Promise<SshdConfig>
}

const kept = new Map<string, Kept>()

/** As readSshdConfig, and kept for those who have no time to ask. */
export function askSshdConfig(
  connection?: SshdConnection,
  configFile: string = PATHS.sshdConfig,
): Promise<SshdConfig> {
  return ask(connection, configFile, readFiles(configFile).text)
}

/**
 * What sshd last said, while nothing that it depends on has changed: the text of its files, the program, for a login also the host's
 * accounts. Whoever was refused waits for it, and to start sshd takes longer than all the rest, most of all on a busy host. Asks it
 * otherwise. Throws SshdUnreadable.
 */
export async function recallSshdConfig(
  connection?: SshdConnection,
  configFile: string = PATHS.sshdConfig,
): Promise<SshdConfig> {
  const { text, hasMatch } = readFiles(configFile)
  if (hasOtherFiles(text)) return readSshdConfig(connection, configFile)
  // Without a Match block all logins have the same settings.
  const which = hasMatch ? connection : undefined
  const known = kept.get(nameOf(which, configFile))
  const isGood =
    known !== undefined &&
    known.from === dependsOn(text, which) &&
    performance.now() - known.at < KEPT_MS
  return isGood ? known.config : ask(which, configFile, text)
}

function ask(
  connection: SshdConnection | undefined,
  configFile: string,
  text: string,
): Promise<SshdConfig> {
  // Before sshd reads them: what changes meanwhile makes the answer one of the past.
  const from = dependsOn(text, connection)
  const config = readSshdConfig(connection, configFile)
  const name = nameOf(connection, configFile)
  kept.delete(name)
  kept.set(name, { from, at: performance.now(), config })
  forgetOldest(kept, MAX_KEPT)
  config.catch(() => {
    if (kept.get(name)?.config === config) kept.delete(name)
  })
  return config
}

/** Patterns that only glob(3) of the host knows: who knows what they include? */
const hasOtherFiles = (text: string) => /^[ \t]*include\b.*[[\]{}~\\]/im.test(text)

const nameOf = (connection: SshdConnection | undefined, configFile: string) =>
  [configFile, connection?.user, connection?.address].join(' ')

const ACCOUNTS = ['/etc/passwd', '/etc/group', '/etc/nsswitch.conf']

function dependsOn(text: string, connection: SshdConnection | undefined): string {
  const files = [findSshd() ?? '', ...(connection === undefined ? [] : ACCOUNTS)]
  return [text, ...files.map(versionOf)].join('\n')
}

function versionOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? '' : `${found.dev} ${found.ino} ${found.size} ${found.ctimeNs}`
}

/** All that sshd reads of its configuration, Include by Include. */
function readFiles(main: string): { readonly text: string; readonly hasMatch: boolean } {
  const read: string[] = []
  const files: SshdFiles = {
    read(path) {
      const text = hostFiles.read(path)
      read.push(path, text)
      return text
    },
    list(directory) {
      const names = hostFiles.list(directory)
      read.push(directory, ...names)
      return names
    },
  }
  const hasMatch = readSshdLines(main, files).some(({ match }) => match !== undefined)
  return { text: read.join('\n'), hasMatch }
}
