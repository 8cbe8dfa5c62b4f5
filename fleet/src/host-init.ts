import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { hasEnded, killNow, killProgramOf } from './process-tree.ts'
import { plainEnvironment } from './run-program.ts'

/** Process 1 of a running host, seen from the machine. */
export interface HostInit {
  /** As the machine counts. */
  readonly pid: number
  isRunning(): boolean
  /** Ends every process of the host at once. */
  kill(): void
  /** Resolves when every process of the host has ended. Waiting for it keeps the event loop alive, the host alone does not. */
  ended(): Promise<void>
}

export interface InitSpec {
  /** See host-init.sh. */
  readonly dir: string
  readonly name: string
  readonly address4: string
  readonly address6: string
}

const script = fileURLToPath(new URL('host-init.sh', import.meta.url))
const bootTimeoutMs = 20_000

/**
 * Starts program and arguments the way everything in a host runs: without the rights that reach past its namespaces, so that
 * no test can set the machine's clock or load a kernel module.
 */
export const confined: readonly string[] = [
  'setpriv',
  '--bounding-set=-sys_time,-sys_module,-sys_rawio',
  '--',
]

/**
 * Boots a host.
 * @param link gives the host its eth0; called with the id of its init as soon as the namespaces exist
 * @throws with the init's own words when it does not get up
 */
export async function startInit(
  spec: InitSpec,
  link: (pid: number) => Promise<void>,
): Promise<HostInit> {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--kill-child']
  const init = ['/bin/bash', script, spec.dir, spec.name, spec.address4, spec.address6]
  // A session of its own: ^C in the terminal is for the owner, who then ends the hosts in order.
  const child = spawn('unshare', [...namespaces, '--', ...confined, ...init], {
    detached: true,
    env: plainEnvironment,
  })
  // Until it has said why it failed; afterwards nobody reads the pipe and nothing is written to it.
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
  const failure = new AbortController()
  const giveUp = (why: string) => failure.abort(new Error(why))
  child.once('error', (error) => giveUp(error.message))
  child.once('close', () => giveUp('its init ended while it booted'))
  const closed = new Promise((resolve) => child.once('close', resolve))
  const deadline = setTimeout(() => giveUp('not up in time'), bootTimeoutMs)
  // EPIPE: it ended; 'close' says so.
  child.stdin.on('error', () => undefined)

  try {
    const lines = createInterface({ input: child.stdout })
    const said = async () => {
      const [line] = await once(lines, 'line', { signal: failure.signal })
      return String(line)
    }
    const pid = Number(/^pid (\d+)$/.exec(await said())?.[1])
    if (Number.isNaN(pid)) throw new Error('its init does not say its id')
    await link(pid)
    const ready = said()
    child.stdin.write('linked\n')
    await ready
    lines.close()
    letOwnerEnd(child)
    return {
      pid,
      // `unshare` runs as long as the init it waits for
      isRunning: () => !hasEnded(child),
      kill: () => (hasEnded(child) ? undefined : killNow(pid)),
      ended: () => endOf(child),
    }
  } catch (error) {
    const why: unknown = failure.signal.reason ?? error
    killProgramOf(child)
    await closed
    const text = why instanceof Error ? why.message : String(why)
    throw new Error(`${spec.name}: ${text}\n${words}`, { cause: why })
  } finally {
    clearTimeout(deadline)
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  child.ref()
  await once(child, 'exit')
}

/** A running host does not keep its owner's event loop alive. */
function letOwnerEnd(child: ChildProcess): void {
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr])
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
}
