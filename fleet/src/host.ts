import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { globSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { COMPILED_IN_HOST } from './fleetkey.ts'
import { makeDisk, preparedForBoot, type HostDisk } from './host-disk.ts'
import { confined, startInit, type HostInit } from './host-init.ts'
import { fstabOf, type SharedDirectory } from './host-mounts.ts'
import { namedOpenssh } from './openssh.ts'
import { killProgramOf, signalProgramOf } from './process-tree.ts'
import { collect, plainEnvironment, type ProgramResult, type RunOptions } from './run-program.ts'

export interface HostSpec {
  /** Host name: lower case letters, digits, hyphens. */
  readonly name: string
  /** Made with uid 1001 and up, /bin/bash, a private home and no password. */
  readonly users: readonly string[]
  /** Text put before all else in sshd_config; the first value of an option wins. */
  readonly sshdConfig?: string
  /** Added to the environment of everything run by `exec` and `spawn`. */
  readonly env?: Readonly<Record<string, string>>
  /** A directory whose /usr is laid over the host's, as a package of OpenSSH would be; `own` for the machine's. Default: what FLEETKEY_OPENSSH names, else `own`. */
  readonly openssh?: string
  /** For example the checkout at /opt/fleetkey. */
  readonly mounts?: readonly SharedDirectory[]
}

/** A host with an sshd on port 22 as its distribution has it, made of namespaces of this machine. */
export interface Host {
  readonly name: string
  readonly address4: string
  readonly address6: string
  /** Of its process 1, as the machine counts; another one after a reboot. */
  readonly pid: number
  /** "type base64" each, as in known_hosts. */
  readonly hostKeys: readonly string[]
  /** Runs a program as root of the host. Ends when its output does: for what stays in the background use `spawn`. */
  exec(argv: readonly [string, ...string[]], options?: RunOptions): Promise<ProgramResult>
  /** The same, running on. `kill` of the returned child reaches the program itself. */
  spawn(argv: readonly [string, ...string[]], options?: SpawnOptions): ChildProcess
  /**
   * Ends the listener, not the sessions, and starts one whose wall clock is shifted (default: right), and which writes its log to
   * /var/log/sshd.log (default) or to /dev/log, where there is one.
   */
  restartSshd(options?: {
    readonly fakeClockSeconds?: number
    readonly log?: 'file' | 'syslog'
  }): Promise<void>
  /** As pulling the plug: addresses, users, host keys and files stay, /run, /tmp and every process go. */
  reboot(): Promise<void>
  /** Pulls the plug; `reboot` puts it in again. */
  kill(): void
  /** Resolves when the last process has ended, at once if none runs. */
  ended(): Promise<void>
  /** @throws when the file cannot be read */
  readFile(path: string): Promise<string>
  /** Replaces the file in one step; default mode 0644, owner root. */
  writeFile(path: string, content: string, options?: WriteOptions): Promise<void>
  /** All that sshd wrote since the host was made. */
  sshdLog(): Promise<string>
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Default: three pipes. */
  readonly stdio?: StdioOptions
}

export interface WriteOptions {
  /** Octal digits, as for chmod. */
  readonly mode?: string
  /** "user:group" */
  readonly owner?: string
}

/** Where a host is to be: its directory on the machine, its addresses with prefix length, its cable. */
export interface HostPlace {
  readonly dir: string
  readonly address4: string
  readonly address6: string
  /** Gives the namespaces of this process an eth0. */
  link(pid: number): Promise<void>
  /** Takes it away, if it is still there. */
  unlink(): Promise<void>
}

/** Makes a host and boots it. */
export async function startHost(spec: HostSpec, place: HostPlace): Promise<Host> {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(spec.name)) throw new Error(`not a host name: ${spec.name}`)
  const addresses = [place.address4, place.address6].map(withoutLength)
  const wanted = spec.openssh ?? namedOpenssh()
  const openssh = wanted === 'own' ? undefined : wanted
  const disk = await makeDisk(place.dir, {
    ...spec,
    addresses,
    openssh,
  })
  const host = new NamespaceHost(spec, place, disk)
  await host.boot()
  return host
}

class NamespaceHost implements Host {
  readonly name: string
  readonly address4: string
  readonly address6: string
  readonly hostKeys: readonly string[]
  readonly #spec: HostSpec
  readonly #place: HostPlace
  readonly #disk: HostDisk
  #init: HostInit | undefined

  constructor(spec: HostSpec, place: HostPlace, disk: HostDisk) {
    this.name = spec.name
    this.address4 = withoutLength(place.address4)
    this.address6 = withoutLength(place.address6)
    this.hostKeys = disk.hostKeys
    this.#spec = spec
    this.#place = place
    this.#disk = disk
  }

  get pid(): number {
    if (this.#init?.isRunning() !== true) throw new Error(`${this.name} is not running`)
    return this.#init.pid
  }

  async boot(): Promise<void> {
    const bootId = await preparedForBoot(this.#disk)
    await writeFile(`${this.#disk.dir}/fstab`, fstabOf(this.#disk, bootId, this.#spec.mounts))
    const { dir, address4, address6 } = this.#place
    this.#init = await startInit({ dir, name: this.name, address4, address6 }, (pid) =>
      this.#place.link(pid),
    )
    await this.#startSshd([])
  }

  async reboot(): Promise<void> {
    this.kill()
    await this.ended()
    await this.#place.unlink()
    await this.boot()
  }

  kill(): void {
    this.#init?.kill()
  }

  async ended(): Promise<void> {
    await this.#init?.ended()
  }

  exec(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<ProgramResult> {
    const child = this.spawn(argv, options.env === undefined ? {} : { env: options.env })
    const name = `${this.name}: ${argv.join(' ')}`
    return collect(child, { ...options, name, kill: () => killProgramOf(child) })
  }

  spawn(argv: readonly [string, ...string[]], options: SpawnOptions = {}): ChildProcess {
    const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid']
    const child = spawn(
      'nsenter',
      [`--target=${this.pid}`, ...namespaces, '--', ...confined, ...argv],
      {
        detached: true,
        stdio: options.stdio ?? 'pipe',
        env: {
          ...plainEnvironment,
          HOME: '/root',
          ...COMPILED_IN_HOST,
          ...this.#spec.env,
          ...options.env,
        },
      },
    )
    child.kill = (signal = 'SIGTERM') => signalProgramOf(child, signal)
    return child
  }

  async restartSshd(options: Parameters<Host['restartSshd']>[0] = {}): Promise<void> {
    await this.#must(['/bin/sh', '-c', stopSshd])
    const { fakeClockSeconds: shift = 0, log = 'file' } = options
    await this.#startSshd(shift === 0 ? [] : shiftedClock(shift), log === 'file' ? LOG_TO_FILE : [])
  }

  async readFile(path: string): Promise<string> {
    return (await this.#must(['cat', '--', path])).stdout
  }

  async writeFile(path: string, content: string, options: WriteOptions = {}): Promise<void> {
    const { mode = '0644', owner = 'root:root' } = options
    await this.#must(['/bin/sh', '-c', replaceFile, 'sh', path, mode, owner], { input: content })
  }

  sshdLog(): Promise<string> {
    return this.readFile('/var/log/sshd.log')
  }

  async #startSshd(env: readonly string[], options = LOG_TO_FILE): Promise<void> {
    await this.#must(['/usr/bin/env', ...env, '/usr/sbin/sshd', ...options])
    // It goes to the background first and listens then; the pid file is the sign that it does.
    await this.#must(['/bin/sh', '-c', 'until [ -s /run/sshd.pid ]; do sleep 0.01; done'], {
      timeoutMs: 5000,
    })
  }

  async #must(
    argv: readonly [string, ...string[]],
    options: RunOptions = {},
  ): Promise<ProgramResult> {
    const result = await this.exec(argv, options)
    if (result.code === 0) return result
    throw new Error(`${this.name}: ${argv.join(' ')}: exit ${result.code}\n${result.stderr}`)
  }
}

const LOG_TO_FILE: readonly string[] = ['-E', '/var/log/sshd.log']

/** A listener that is reading its configuration again has taken its pid file away for a moment. */
const stopSshd = `
  tries=50
  until [ -s /run/sshd.pid ]; do
    [ $((tries -= 1)) -gt 0 ] || exit 0
    sleep 0.01
  done
  read -r pid </run/sshd.pid
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
  rm -f /run/sshd.pid`

const replaceFile = `
  cat >"$1.new" && chmod "$2" "$1.new" && chown "$3" "$1.new" && mv "$1.new" "$1"`

/** Only the wall clock, as when somebody sets a real one: timers go on. */
function shiftedClock(seconds: number): string[] {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1')
  if (library === undefined) throw new Error('a shifted clock needs libfaketime (package faketime)')
  const offset = `${seconds > 0 ? '+' : ''}${seconds}`
  return [`LD_PRELOAD=${library}`, `FAKETIME=${offset}`, 'FAKETIME_DONT_FAKE_MONOTONIC=1']
}

function withoutLength(address: string): string {
  return address.replace(/\/\d+$/, '')
}
