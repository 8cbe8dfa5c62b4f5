import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun, plainEnvironment, runProgram, type ProgramResult } from './run-program.ts'

/** What a client must know of a server; a `Host` and an `UnprivilegedHost` both are one. */
export interface SshTarget {
  readonly address4: string
  readonly address6?: string
  /** Default 22. */
  readonly port?: number
  /** "type base64" each: the only ones the client takes. */
  readonly hostKeys: readonly string[]
}

export interface SshOptions {
  readonly user: string
  readonly identityFile: string
  /** One string for the login shell on the other side, as with ssh(1). Default: none. */
  readonly command?: string
  readonly input?: string
  /** Default 4. */
  readonly family?: 4 | 6
  /** "Name=value" each, as after -o; put first, so they win. */
  readonly config?: readonly string[]
  /** More arguments before the destination, such as -tt or -N. */
  readonly arguments?: readonly string[]
  /** Default 20 s. */
  readonly timeoutMs?: number
}

/** Logs in with OpenSSH's client and nothing of the caller's own: no configuration, agent, keys or known hosts. */
export async function ssh(target: SshTarget, options: SshOptions): Promise<ProgramResult> {
  const dir = await mkdtemp(join(tmpdir(), 'fleet-ssh-'))
  try {
    const knownHostsFile = await writeKnownHosts(join(dir, 'known_hosts'), [target])
    return await runProgram(['ssh', ...sshArguments(target, { ...options, knownHostsFile })], {
      timeoutMs: options.timeoutMs ?? 20_000,
      ...(options.input === undefined ? {} : { input: options.input }),
      env: { ...plainEnvironment, HOME: dir },
    })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The arguments alone, for a session that stays open; `writeKnownHosts` makes the file. */
export function sshArguments(
  target: SshTarget,
  options: SshOptions & { readonly knownHostsFile: string },
): string[] {
  const config = [
    ...(options.config ?? []),
    'BatchMode=yes',
    'ConnectTimeout=10',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${options.knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'ControlPath=none',
    'PreferredAuthentications=publickey',
  ]
  return [
    '-F',
    'none',
    '-i',
    options.identityFile,
    '-p',
    String(target.port ?? 22),
    ...config.flatMap((line) => ['-o', line]),
    ...(options.arguments ?? []),
    '-l',
    options.user,
    '--',
    addressOf(target, options.family ?? 4),
    ...(options.command === undefined ? [] : [options.command]),
  ]
}

/** Writes a known_hosts file that knows these servers by all their addresses. Returns its path. */
export async function writeKnownHosts(
  file: string,
  targets: readonly SshTarget[],
): Promise<string> {
  const lines = targets.flatMap((target) =>
    target.hostKeys.map((key) => {
      const names = [target.address4, target.address6]
        .filter((address) => address !== undefined)
        .map((address) => (target.port === undefined ? address : `[${address}]:${target.port}`))
      return `${names.join(',')} ${key}\n`
    }),
  )
  await writeFile(file, lines.join(''))
  return file
}

/** A user's key pair on disk. */
export interface KeyPair {
  readonly identityFile: string
  /** "type base64", without a comment. */
  readonly publicKey: string
}

/** Makes a key pair without passphrase in `dir`. Give each of several of one type a name. */
export async function generateKey(
  dir: string,
  type: 'ed25519' | 'ecdsa' | 'rsa',
  name: string = type,
): Promise<KeyPair> {
  const identityFile = join(dir, `id_${name}`)
  await mustRun(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', '', '-f', identityFile])
  return { identityFile, publicKey: (await readFile(`${identityFile}.pub`, 'utf8')).trim() }
}

function addressOf(target: SshTarget, family: 4 | 6): string {
  if (family === 4) return target.address4
  if (target.address6 === undefined) throw new Error(`${target.address4} has no IPv6 address`)
  return target.address6
}
