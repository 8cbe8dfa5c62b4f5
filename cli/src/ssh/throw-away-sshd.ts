import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const SSHD = '/usr/sbin/sshd'

/** For tests: a stock sshd on a port of loopback that lets in this user with the keys in its own file. */
export class ThrowAwaySshd {
  readonly osUser = userInfo().username
  readonly port: number
  readonly folder: string
  /** `type base64` */
  readonly hostKey: string
  readonly #process: ChildProcess

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.port = port
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host')])
    const [type, blob] = readFileSync(join(folder, 'host.pub'), 'utf8').split(' ')
    this.hostKey = `${type} ${blob}`
    writeFileSync(join(folder, 'sshd_config'), this.#config())
    this.authorize('')
    this.#process = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
      stdio: 'ignore',
    })
  }

  /** Undefined where no sshd can be run. */
  static async start(): Promise<ThrowAwaySshd | undefined> {
    if (spawnSync(SSHD, ['-?']).error) return undefined
    const folder = mkdtempSync(join(tmpdir(), 'fleetkey-test-'))
    chmodSync(folder, 0o755)
    const sshd = new ThrowAwaySshd(folder, await freePort())
    for (let tries = 0; tries < 50; tries += 1) {
      const scan = spawnSync('ssh-keyscan', ['-p', String(sshd.port), '127.0.0.1'])
      if (scan.stdout.length > 0) return sshd
      await sleep(50)
    }
    sshd.stop()
    return undefined
  }

  /** The public keys that may log in from now on. */
  authorize(keys: string): void {
    // In one step: an sshd that reads it meanwhile must not find it empty.
    const file = join(this.folder, 'authorized_keys')
    writeFileSync(`${file}.new`, keys, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  stop(): void {
    this.#process.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #config(): string {
    return [
      `Port ${this.port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${this.folder}/host`,
      `AuthorizedKeysFile ${this.folder}/authorized_keys`,
      'PidFile none',
      'Subsystem sftp internal-sftp',
      'MaxStartups 200',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      '',
    ].join('\n')
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
