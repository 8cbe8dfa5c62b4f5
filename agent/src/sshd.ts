import { existsSync, readFileSync, statSync } from 'node:fs'
import { isPort } from '@fleetkey/domain/host-facts'
import { runProgram } from './install/run-program.ts'
import { localAddressFor } from './local-address.ts'
import { PATHS } from './paths.ts'

/** `OpenSSH_9.2p1` is 9 and 2. */
export interface SshdVersion {
  /** As sshd prints it, e.g. `OpenSSH_9.2p1`; empty when sshd was not found. */
  readonly text: string
  readonly major: number
  readonly minor: number
}

/** As `sshd -T` prints it: keyword in lower case, as it was until 10.4, its lines in order (`port`, `hostkey` and others may stand several times). */
export type SshdConfig = ReadonlyMap<string, readonly string[]>

export interface Sshd {
  readonly path: string
  readonly version: SshdVersion
  readonly port: number
  /** `type base64`, of the host keys that sshd serves. */
  readonly hostKeys: readonly string[]
  /** Without ports; `0.0.0.0` and `::` stand for all. */
  readonly listensOn: readonly string[]
  readonly config: SshdConfig
}

/** The login whose settings are asked for: Match blocks make them differ. */
export interface SshdConnection {
  readonly user: string
  readonly address: string
}

/** Why nothing can be said of sshd, in words for a person: it is not there, or it refuses its own configuration. */
export class SshdUnreadable extends Error {}

const locations = [
  '/usr/sbin/sshd',
  '/usr/local/sbin/sshd',
  '/usr/bin/sshd',
  '/run/current-system/sw/bin/sshd',
]

/** What sshd is and does on this host. Needs root, as sshd wants to read its keys. Throws SshdUnreadable. */
export async function inspectSshd(
  configFile?: string,
  readConfig: typeof readSshdConfig = readSshdConfig,
): Promise<Sshd> {
  const config = await readConfig(undefined, configFile)
  const version = await readSshdVersion()
  const hostKeys = await Promise.all((config.get('hostkey') ?? []).map(readHostKey))
  return {
    path: findSshd() ?? '',
    version,
    port: Number(config.get('port')?.[0] ?? 22),
    hostKeys: hostKeys.filter((key) => key !== undefined),
    listensOn: listenAddresses(config),
    config,
  }
}

/**
 * `sshd -T`, sshd_config(5) as sshd itself reads it; with a connection, its Match blocks too. The usual `configFile` is left for
 * sshd to find, which may have been built with another place for it. Throws SshdUnreadable.
 */
export async function readSshdConfig(
  connection?: SshdConnection,
  configFile: string = PATHS.sshdConfig,
): Promise<SshdConfig> {
  const path = findSshd()
  if (path === undefined)
    throw new SshdUnreadable('There is no sshd on this host: install OpenSSH.')
  const which = connection === undefined ? NOBODY : await specOf(connection)
  const file = configFile === PATHS.sshdConfig ? [] : ['-f', configFile]
  const { code, stdout, stderr } = await runProgram([path, '-T', ...file, '-C', which])
  if (code !== 0) throw new SshdUnreadable(`sshd -T: ${stderr.trim()}`)
  return parseSshdConfig(stdout)
}

/** sshd refuses when a Match asks for a port that is not said, also where nothing else is: one at which it serves nobody. */
const NOBODY = 'lport=1'

async function specOf({ user, address }: SshdConnection): Promise<string> {
  const laddr = await localAddressFor(address)
  return `user=${user},host=unknown,addr=${address},laddr=${laddr},lport=22`
}

export function parseSshdConfig(text: string): SshdConfig {
  const config = new Map<string, string[]>()
  for (const line of text.split('\n').filter((found) => found !== '')) {
    const [, keyword = '', value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
    // From 10.4 on sshd spells them as its manual does: `PubkeyAuthentication yes`.
    const name = keyword.toLowerCase()
    config.set(name, [...(config.get(name) ?? []), value])
  }
  return config
}

/** All that it listens on, smallest first. With a socket unit of systemd these are what its generator made of the same lines. */
export function portsOf(config: SshdConfig): readonly number[] {
  const found = (config.get('listenaddress') ?? []).flatMap(
    (address) => /:(\d+)$/.exec(address)?.[1] ?? [],
  )
  const ports = (found.length > 0 ? found : (config.get('port') ?? ['22'])).map(Number)
  return [...new Set(ports.filter(isPort))].toSorted((a, b) => a - b)
}

/** Without ports; `0.0.0.0` and `::` stand for all. */
export const listenAddresses = (config: SshdConfig): readonly string[] =>
  (config.get('listenaddress') ?? []).map(withoutPort)

/** `127.0.0.1:22`, `[::1]:22` */
const withoutPort = (address: string) => address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')

/** Whose rules in /etc/pam.d sshd goes by; before 9.8 there was no choice (PAMServiceName). */
export const pamServiceOf = (config: SshdConfig): string =>
  config.get('pamservicename')?.[0] ?? 'sshd'

const unknownVersion: SshdVersion = { text: '', major: 0, minor: 0 }
let lastRead: { readonly file: string; readonly version: SshdVersion } | undefined

/** Asked before every key, so remembered until the program changes: a package upgrade needs no restart of the agent. */
export async function readSshdVersion(path = findSshd()): Promise<SshdVersion> {
  const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
  if (path === undefined || found === undefined) return unknownVersion
  const file = [path, found.ino, found.mtimeMs, found.size].join(' ')
  if (lastRead?.file === file) return lastRead.version
  // Before 9.2 there is no -V: sshd complains, and prints its version all the same.
  const { stdout, stderr } = await runProgram([path, '-V'])
  const version = parseSshdVersion(stderr + stdout)
  lastRead = { file, version }
  return version
}

export function parseSshdVersion(text: string): SshdVersion {
  const [found, major, minor] = /OpenSSH_(\d{1,3})\.(\d{1,3})\w*/.exec(text) ?? []
  return found === undefined
    ? unknownVersion
    : { text: found, major: Number(major), minor: Number(minor) }
}

/** `expiry-time` with `Z`, since 9.1. Older ones refuse the line, and without `Z` a host in summer time adds an hour to a key. */
export function understandsUtcExpiry({ major, minor }: SshdVersion): boolean {
  return major > 9 || (major === 9 && minor >= 1)
}

export function findSshd(): string | undefined {
  return locations.find((path) => existsSync(path))
}

/** From the `.pub` beside the key; else from the key itself, without ever having its private half in the agent. */
async function readHostKey(path: string): Promise<string | undefined> {
  const beside = existsSync(`${path}.pub`) ? readFileSync(`${path}.pub`, 'utf8') : ''
  const text = beside === '' ? (await runProgram(['ssh-keygen', '-y', '-f', path])).stdout : beside
  return /^\S+ [A-Za-z0-9+/=]+/.exec(text)?.[0]
}
