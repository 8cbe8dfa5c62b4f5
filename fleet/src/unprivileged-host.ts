import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendantsOf, hasEnded, HOST_DIRECTORY, killNow } from './process-tree.ts'
import { endsWithOwner, mustRun, plainEnvironment } from './run-program.ts'

/**
 * An sshd that needs no rights: it runs as the current user and lets that user in, nobody else. Without PAM. What it cannot
 * do: AuthorizedKeysCommand, whose program sshd wants to be root's.
 */
export interface UnprivilegedHost {
  readonly address4: '127.0.0.1'
  readonly port: number
  /** The only user who can log in. */
  readonly user: string
  /** "type base64" each. */
  readonly hostKeys: readonly string[]
  readonly sshdConfigPath: string
  /** An ordinary authorized_keys file; not there at first. */
  readonly authorizedKeysFile: string
  /** Makes sshd read its configuration again, and resolves when it listens again. */
  reload(): Promise<void>
  sshdLog(): Promise<string>
  /** Ends sshd and the sessions; leaves the directory to the caller. May be called again. */
  stop(): Promise<void>
}

const startTimeoutMs = 5000

/**
 * Starts one on a free port of 127.0.0.1.
 * @param options.dir made if missing; like its parents, up to the home or /, writable by nobody else (sshd's StrictModes): so
 * not below /tmp, unless `sshdConfig` says "StrictModes no"
 * @param options.sshdConfig put first
 */
export async function startUnprivilegedHost(options: {
  readonly dir: string
  readonly sshdConfig?: string
}): Promise<UnprivilegedHost> {
  const { dir } = options
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await chmod(dir, 0o700)
  if (!/^StrictModes no$/im.test(options.sshdConfig ?? '')) refuseWritableByOthers(dir)
  const hostKey = `${dir}/ssh_host_ed25519_key`
  await rm(hostKey, { force: true })
  await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', hostKey])
  const hostKeys = [(await readFile(`${hostKey}.pub`, 'utf8')).trim()]
  await makeSeparationDir()
  const sshd = await startOnFreePort(dir, configText(dir, options.sshdConfig ?? ''))
  return {
    address4: '127.0.0.1',
    port: sshd.port,
    user: userInfo().username,
    hostKeys,
    sshdConfigPath: `${dir}/sshd_config`,
    authorizedKeysFile: `${dir}/authorized_keys`,
    async reload() {
      const times = listeningTimes(await logOf(dir))
      sshd.child.kill('SIGHUP')
      await untilListening(dir, sshd.child, times + 1)
    },
    sshdLog: () => logOf(dir),
    stop: () => stop(sshd.child),
  }
}

/** Says at once what sshd would only log at the first login. */
/** sshd looks up to the home that the account has, whatever HOME says. */
function refuseWritableByOthers(dir: string): void {
  for (let path = dir; path !== userInfo().homedir && path !== '/'; path = dirname(path))
    if ((statSync(path).mode & 0o022) !== 0)
      throw new Error(`sshd trusts no key below ${path}, which others can write to`)
}

function configText(dir: string, extra: string): (port: number) => string {
  return (port) => `${extra}
ListenAddress 127.0.0.1
Port ${port}
HostKey ${dir}/ssh_host_ed25519_key
PidFile ${dir}/sshd.pid
AuthorizedKeysFile ${dir}/authorized_keys
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
LogLevel VERBOSE
SetEnv ${HOST_DIRECTORY}=${dir}
Subsystem sftp internal-sftp
`
}

/**
 * Only root's sshd wants it, and Debian makes it when the service starts. It stays, as it does there: another process may have
 * come to count on it.
 */
async function makeSeparationDir(): Promise<void> {
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
}

/** Between our look and sshd's bind somebody may take the port: then another one. */
async function startOnFreePort(
  dir: string,
  config: (port: number) => string,
): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    await writeFile(`${dir}/sshd_config`, config(port))
    await rm(`${dir}/sshd.log`, { force: true })
    const sshd = [
      '/usr/sbin/sshd',
      '-D',
      '-f',
      `${dir}/sshd_config`,
      '-E',
      `${dir}/sshd.log`,
    ] as const
    const [program, ...args] = endsWithOwner(sshd)
    const child = spawn(program, args, {
      detached: true,
      stdio: 'ignore',
      env: plainEnvironment,
    })
    try {
      await untilListening(dir, child, 1)
      endWithOwner(child)
      return { child, port }
    } catch (error) {
      await stop(child)
      if (attempt === 5 || !(await logOf(dir)).includes('Address already in use')) throw error
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** By its log and not by a connection, which newer versions of sshd punish (PerSourcePenalties). */
async function untilListening(dir: string, child: ChildProcess, times: number): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const log = await logOf(dir)
    if (listeningTimes(log) >= times) return
    if (hasEnded(child) || Date.now() > deadline) throw new Error(`sshd does not listen\n${log}`)
    await sleep(10)
  }
}

function listeningTimes(log: string): number {
  return log.split('\n').filter((line) => line.startsWith('Server listening on ')).length
}

async function logOf(dir: string): Promise<string> {
  const log = `${dir}/sshd.log`
  return existsSync(log) ? readFile(log, 'utf8') : ''
}

/** -D keeps it our child, but not our prisoner: it must not outlive us nor keep us alive. */
function endWithOwner(child: ChildProcess): void {
  const end = () => killWithSessions(child)
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  child.unref()
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  child.ref()
  const exit = once(child, 'exit')
  killWithSessions(child)
  await exit
}

/** Each session is a process group of its own, and goes on without the listener. The listener first: it makes new ones. */
function killWithSessions(child: ChildProcess): void {
  if (child.pid === undefined || hasEnded(child)) return
  const sessions = descendantsOf(child.pid)
  for (const pid of [child.pid, ...sessions]) killNow(pid)
}
