import { randomBytes } from 'node:crypto'
import { claimBridge, type Bridge } from './bridge.ts'
import { startHost, type Host, type HostPlace, type HostSpec } from './host.ts'
import { ownerless, recordNetwork, removeNetwork } from './network-state.ts'
import { missingPrerequisites } from './prerequisites.ts'
import { mustRun, runProgram } from './run-program.ts'

export interface HostNetwork {
  /** The machine's own addresses among the hosts: servers listen on them, clients come from them. */
  readonly address4: string
  readonly address6: string
  /** Several may start at once. */
  startHost(spec: HostSpec): Promise<Host>
  /** Ends all hosts and leaves nothing; may be called again. */
  close(): Promise<void>
}

/**
 * Opens a segment of its own for test hosts: a bridge with a free IPv4 and IPv6 subnet. Needs root, see
 * `missingPrerequisites`. Hosts end with this process however it ends; `removeLeftovers` finds the rest.
 * @param options.stateDir absolute; the disks of the hosts lie below it, so not on an overlay file system
 * @param options.label for people who look at `ip link`
 */
export async function openHostNetwork(options: {
  readonly stateDir: string
  readonly label?: string
}): Promise<HostNetwork> {
  const missing = missingPrerequisites()
  if (missing.length > 0) throw new Error(`test hosts need ${missing.join(', ')}`)
  const id = randomBytes(5).toString('hex')
  const dir = await recordNetwork(options.stateDir, id)
  removedAtExit.add(dir)
  listenForExit()
  try {
    const bridge = await claimBridge(id)
    if (options.label !== undefined)
      await mustRun(['ip', 'link', 'set', bridge.name, 'alias', options.label])
    return new NamespaceNetwork(dir, bridge)
  } catch (error) {
    forget(dir)
    throw error
  }
}

/**
 * Removes what earlier owners with this state directory left when they were killed: processes, interfaces, files. Networks
 * whose owner lives are not touched. Returns how many things it removed.
 */
export async function removeLeftovers(stateDir: string): Promise<number> {
  return ownerless(stateDir).reduce((count, dir) => count + removeNetwork(dir), 0)
}

class NamespaceNetwork implements HostNetwork {
  readonly address4: string
  readonly address6: string
  readonly #dir: string
  readonly #bridge: Bridge
  readonly #names = new Set<string>()
  readonly #starts: Promise<Host>[] = []
  #isOpen = true

  constructor(dir: string, bridge: Bridge) {
    this.#dir = dir
    this.#bridge = bridge
    this.address4 = bridge.address4
    this.address6 = bridge.address6
  }

  async startHost(spec: HostSpec): Promise<Host> {
    if (!this.#isOpen) throw new Error('the network is closed')
    if (this.#names.size === 253) throw new Error('the subnet is full')
    if (this.#names.has(spec.name)) throw new Error(`there is a host ${spec.name} already`)
    this.#names.add(spec.name)
    const start = startHost(spec, this.#place(spec.name, this.#names.size))
    this.#starts.push(start)
    return start
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    // A host half started would go on making what is being removed.
    const starts = await Promise.allSettled(this.#starts)
    forget(this.#dir)
    await Promise.all(
      starts.map(async (start) => (start.status === 'fulfilled' ? start.value.ended() : undefined)),
    )
  }

  #place(name: string, n: number): HostPlace {
    const bridge = this.#bridge
    const port = bridge.port(n)
    return {
      dir: `${this.#dir}/${name}`,
      address4: bridge.host4(n),
      address6: bridge.host6(n),
      async link(pid) {
        const input = `link add ${port} type veth peer name eth0 netns ${pid}
link set ${port} master ${bridge.name} up
`
        await mustRun(['ip', '-batch', '-'], { input })
      },
      async unlink() {
        // Fails when the kernel was faster: it frees the namespace of a dead host by itself, soon.
        await runProgram(['ip', 'link', 'del', port])
      },
    }
  }
}

/** Networks of this process that nobody closed yet. */
const removedAtExit = new Set<string>()
let isListening = false

function forget(dir: string): void {
  removeNetwork(dir)
  removedAtExit.delete(dir)
}

function listenForExit(): void {
  if (isListening) return
  isListening = true
  process.on('exit', forgetAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, endBySignal)
}

/** Who has a listener of their own decides when to exit, and 'exit' finds us then. Otherwise: clean up and die as asked. */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  forgetAll()
  process.off(signal, endBySignal)
  process.kill(process.pid, signal)
}

function forgetAll(): void {
  for (const dir of removedAtExit) forget(dir)
}
