import { accessSync, constants, readFileSync, rmSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { isMissing } from '../is-missing.ts'
import type { ApiClient } from '../api/api-client.ts'
import { Failure } from '../failure.ts'
import { fleetkeyPath } from '../fleetkey-path.ts'
import { listInstances } from '../instance/list-instances.ts'
import { isPlainPath } from '../ssh/plain-path.ts'
import { configFolder, socketFolder } from './folders.ts'
import { entryText, hostsText, learnText, shown, type ConfigParts } from './config-text.ts'
import { hasInclude, withInclude, withoutInclude } from './include-line.ts'
import { ownHosts } from './own-hosts.ts'
import { replaceFile } from './replace-file.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What `install` was told; kept for `refresh`. */
export interface Choices {
  /** The person's ssh_config. */
  readonly sshConfig: string
  readonly profile: string | undefined
  readonly osUser: string | undefined
}

/** ssh takes the home of the account, whatever HOME says. */
export function defaultSshConfig(): string {
  return join(userInfo().homedir, '.ssh', 'config')
}

/** What was chosen at install; undefined when it is not installed. */
export function readChoices(env: Env): Choices | undefined {
  const text = readText(join(configFolder(env), 'choices.json'))
  if (text === undefined) return undefined
  const { sshConfig, profile, osUser } = JSON.parse(text) as Partial<Choices>
  return typeof sshConfig === 'string' ? { sshConfig, profile, osUser } : undefined
}

export function writeChoices(env: Env, choices: Choices): void {
  replaceFile(join(configFolder(env), 'choices.json'), `${JSON.stringify(choices)}\n`)
}

interface Asked {
  readonly env: Env
  readonly choices: Choices
  readonly signal?: AbortSignal
}

/** Fetches the names and writes the included files. Answers with what is in them now. */
export async function writeNames(api: Pick<ApiClient, 'call'>, asked: Asked): Promise<ConfigParts> {
  const parts = await gatherParts(api, asked)
  replaceFile(join(parts.configFolder, 'hosts'), hostsText(parts))
  replaceFile(join(parts.configFolder, 'learn'), learnText(parts))
  return parts
}

/** What would be written now. */
export async function gatherParts(
  api: Pick<ApiClient, 'call'>,
  { env, choices, signal }: Asked,
): Promise<ConfigParts> {
  const instances = await listInstances(api, {}, signal)
  return {
    fleetkey: fleetkeyPath(),
    cat: catPath(env),
    configFolder: configFolder(env),
    socketFolder: socketFolder(env),
    profile: choices.profile,
    osUser: choices.osUser,
    names: instances.flatMap(({ name }) => name ?? []),
    own: ownHosts(withoutInclude(readText(choices.sshConfig) ?? '')),
  }
}

/** Milliseconds since the names were fetched. */
export function ageOfNames(env: Env, now: number): number {
  try {
    return now - statSync(join(configFolder(env), 'learn')).mtimeMs
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

export function addInclude(env: Env, { sshConfig }: Choices): void {
  const folder = configFolder(env)
  const entry = join(folder, 'config')
  replaceFile(entry, entryText({ configFolder: folder }))
  replaceFile(sshConfig, withInclude(readText(sshConfig) ?? '', entry))
}

/** Whether there was anything to undo. A file that holds nothing without the include was ours, and goes. */
export function removeInclude(env: Env, sshConfig: string): boolean {
  const text = readText(sshConfig)
  const was = text !== undefined && hasInclude(text)
  if (was) {
    const rest = withoutInclude(text)
    if (rest === '') rmSync(sshConfig)
    else replaceFile(sshConfig, rest)
  }
  rmSync(configFolder(env), { recursive: true, force: true })
  return was
}

export function isInstalled({ sshConfig }: Choices): boolean {
  return hasInclude(readText(sshConfig) ?? '')
}

export const namesShown = (parts: ConfigParts): readonly string[] => shown(parts)

/** ssh starts KnownHostsCommand without a shell and without a PATH. */
function catPath(env: Env): string {
  const found = ['/bin', '/usr/bin', ...(env['PATH'] ?? '').split(':')]
    .map((folder) => `${folder}/cat`)
    .find((path) => isPlainPath(path) && isExecutable(path))
  if (found !== undefined) return found
  throw new Failure('configuration', 'There is no cat on this machine.', {
    todo: ['Install coreutils (or busybox).'],
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw new Failure('fileUnreadable', `${path} cannot be read.`, { why: [String(error)] })
  }
}
