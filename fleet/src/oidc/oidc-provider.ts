import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { hasEnded } from '../process-tree.ts'
import { plainEnvironment } from '../run-program.ts'
import { DEFAULT_CLIENT_ID, type OidcAccount, type OidcOptions } from './oidc-options.ts'

const START_TIMEOUT_MS = 15_000

/** A real OpenID provider with people of ours, as a process of its own: for tests, and for the demo. */
export interface OidcProvider {
  readonly issuer: string
  readonly clientId: string
  /** All of them, the public one first. */
  readonly clientIds: readonly string[]
  /** Hires, fires and moves between groups: these are its people from now on. Who is signed in there stays so, if they are still one. */
  setAccounts(accounts: readonly OidcAccount[]): Promise<void>
  /** What it printed on standard error so far. */
  log(): string
  stop(): Promise<void>
}

/** Starts one. It ends with the process that started it, however that ends. */
export async function startOidcProvider(options: OidcOptions): Promise<OidcProvider> {
  const program = fileURLToPath(new URL('serve.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    detached: true, // Ctrl-C in the terminal is for the owner
    env: plainEnvironment,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  child.stdin.on('error', () => undefined) // it may have ended; the line that does not come tells
  child.stdin.write(`${JSON.stringify(options)}\n`)
  const stop = () => end(child)
  try {
    const lines = createInterface({ input: child.stdout })
    const signal = AbortSignal.timeout(START_TIMEOUT_MS)
    const exit = once(child, 'exit', { signal }).then(() => {
      throw new Error('it ended')
    })
    const [issuer] = (await Promise.race([once(lines, 'line', { signal }), exit])) as [string]
    exit.catch(() => undefined)
    const clientId = options.clientId ?? DEFAULT_CLIENT_ID
    return {
      issuer,
      clientId,
      clientIds: [clientId, ...(options.confidential ?? []).map((client) => client.clientId)],
      async setAccounts(accounts) {
        const changed = once(lines, 'line', { signal: AbortSignal.timeout(START_TIMEOUT_MS) })
        child.stdin.write(`${JSON.stringify(accounts)}\n`)
        await changed
      },
      log: () => log,
      stop,
    }
  } catch (error) {
    await stop()
    throw new Error(`the OpenID provider did not start:\n${log}`, { cause: error })
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
