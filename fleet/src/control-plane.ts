import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { COMPILED, FLEETKEY, type ClientEnvironment } from './fleetkey.ts'
import { endsWithOwner, plainEnvironment } from './run-program.ts'

const START_TIMEOUT_MS = 60_000

/** A real server process, for tests and the demo. */
export interface ControlPlane {
  readonly url: string
  readonly caFile: string
  /** Environment of a client with root's access key. */
  readonly root: ClientEnvironment
  /** Its log so far: one JSON object a line. */
  log(): string
  /** SIGTERM, and waits. */
  stop(): Promise<void>
  /** SIGKILL, and waits. */
  kill(): Promise<void>
  /** Starts it again on the same data and port. */
  start(): Promise<void>
  readonly isRunning: boolean
}

/**
 * Starts a server on `address` with its data in `dir`, or starts the one that was there before.
 * @param options.port default: a free one
 */
export async function startControlPlane(options: {
  readonly dir: string
  readonly address: string
  readonly port?: number
  readonly environment?: Readonly<Record<string, string>>
  /** Of its configuration file, for what no variable can set. */
  readonly settings?: object
}): Promise<ControlPlane> {
  const { dir, address, settings } = options
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const configFile = join(dir, 'server.yaml')
  // JSON is YAML.
  if (settings !== undefined) await writeFile(configFile, JSON.stringify(settings), { mode: 0o600 })
  const port = options.port ?? (await freePort(address))
  const logFile = join(dir, 'server.log')
  const rootFile = join(dir, 'root.json')
  const plane = new ServerProcess({
    logFile,
    arguments: [
      'server',
      '--root-credentials',
      rootFile,
      ...(settings === undefined ? [] : ['--config', configFile]),
    ],
    environment: {
      ...plainEnvironment,
      // Written when it ends in order: from then on it starts in half the time.
      NODE_COMPILE_CACHE: join(dir, 'compiled'),
      ...COMPILED,
      FLEETKEY_DATA_DIR: join(dir, 'data'),
      FLEETKEY_LISTEN_HOST: address,
      FLEETKEY_LISTEN_PORT: String(port),
      ...options.environment,
    },
  })
  await plane.start()
  const caFile = join(dir, 'data', 'ca.pem')
  const url = `https://${address}:${port}`
  const root = JSON.parse(readFileSync(rootFile, 'utf8')) as Record<string, string>
  return Object.assign(plane, {
    url,
    caFile,
    root: clientEnvironment({
      url,
      caFile,
      region: root['region'] ?? '',
      accessKeyId: root['accessKeyId'] ?? '',
      secretAccessKey: root['secretAccessKey'] ?? '',
    }),
  })
}

/** One set of variables for our clients and AWS's: endpoint, region, CA, credentials. */
export function clientEnvironment(parts: {
  readonly url: string
  readonly caFile: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}): ClientEnvironment {
  return {
    AWS_ENDPOINT_URL: parts.url,
    AWS_REGION: parts.region,
    AWS_DEFAULT_REGION: parts.region,
    AWS_ACCESS_KEY_ID: parts.accessKeyId,
    AWS_SECRET_ACCESS_KEY: parts.secretAccessKey,
    AWS_CA_BUNDLE: parts.caFile,
    // The JavaScript SDK has no setting of its own for a CA.
    NODE_EXTRA_CA_CERTS: parts.caFile,
  }
}

interface ServerParts {
  readonly logFile: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

class ServerProcess {
  readonly #parts: ServerParts
  #child: ChildProcess | undefined

  constructor(parts: ServerParts) {
    this.#parts = parts
  }

  get isRunning(): boolean {
    return (
      this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
    )
  }

  log(): string {
    return this.#logFrom(0)
  }

  async start(): Promise<void> {
    const { logFile, environment } = this.#parts
    const output = openSync(logFile, 'a', 0o600)
    const before = fstatSync(output).size
    const [program, ...args] = endsWithOwner([FLEETKEY, ...this.#parts.arguments])
    this.#child = spawn(program, args, {
      detached: true,
      env: environment,
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!this.#logFrom(before).includes('"msg":"ready"')) {
      if (!this.isRunning || Date.now() > deadline) {
        await this.kill()
        throw new Error(`the server did not start:\n${this.#logFrom(before)}`)
      }
      await sleep(10)
    }
  }

  /** @param offset in bytes; a log of thousands of starts is too long to read at every look. */
  #logFrom(offset: number): string {
    if (!existsSync(this.#parts.logFile)) return ''
    const log = openSync(this.#parts.logFile, 'r')
    try {
      const rest = Buffer.alloc(Math.max(0, fstatSync(log).size - offset))
      return rest.toString('utf8', 0, readSync(log, rest, 0, rest.length, offset))
    } finally {
      closeSync(log)
    }
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child === undefined || !this.isRunning) return
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    await ended
  }
}

/** Whether this process could listen there now. */
export async function isFree(address: string, port: number): Promise<boolean> {
  const probe = createServer().listen(port, address)
  try {
    await once(probe, 'listening')
  } catch {
    return false
  }
  probe.close()
  await once(probe, 'close')
  return true
}

/** Nobody listens there now. */
export async function freePort(address: string): Promise<number> {
  const probe = createServer().listen(0, address)
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
