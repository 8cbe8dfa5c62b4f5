import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from './control-plane.ts'
import {
  CHECKOUT,
  CHECKOUT_IN_HOST,
  COMPILED_IN_HOST,
  FLEETKEY_IN_HOST,
  fleetkeyJson,
} from './fleetkey.ts'
import type { Host, HostSpec } from './host.ts'
import type { HostNetwork } from './host-network.ts'
import { descendantsOf, hasEnded } from './process-tree.ts'

const CONNECT_TIMEOUT_MS = 15_000

/** A test host that joined a control plane and whose agent runs. */
export interface EnrolledHost {
  readonly host: Host
  readonly instanceId: string
  /** Starts the agent (again) and waits until the control plane sees it. */
  startAgent(): Promise<void>
  /** The same without waiting for anything. */
  spawnAgent(): void
  readonly isAgentRunning: boolean
  /** SIGKILL. */
  killAgent(): Promise<void>
  /** SIGTERM. */
  stopAgent(): Promise<void>
}

/** Starts a host, joins it with a fresh token (which goes in by standard input), installs and starts the agent. */
export async function startEnrolledHost(
  network: HostNetwork,
  plane: ControlPlane,
  spec: HostSpec & {
    readonly tags?: Readonly<Record<string, string>>
    readonly installArguments?: readonly string[]
  },
): Promise<EnrolledHost> {
  const { tags = {}, installArguments = [], ...hostSpec } = spec
  const tagArguments = Object.entries(tags).flatMap(([key, value]) => ['--tag', `${key}=${value}`])
  const [host, token] = await Promise.all([
    network.startHost({
      ...hostSpec,
      mounts: [...(spec.mounts ?? []), { from: CHECKOUT, to: CHECKOUT_IN_HOST }],
    }),
    fleetkeyJson(['join-tokens', 'create', '--name', spec.name, ...tagArguments], {
      env: plane.root,
    }),
  ])
  const { joinToken } = token as { joinToken: string }
  const joined = await host.exec([FLEETKEY_IN_HOST, 'agent', 'join', plane.url], {
    input: joinToken,
  })
  const [instanceId] = /i-[0-9a-f]{17}/.exec(joined.stdout) ?? []
  if (joined.code !== 0 || instanceId === undefined) {
    throw new Error(`${spec.name} did not join: ${joined.stderr}${joined.stdout}`)
  }
  const installed = await host.exec([FLEETKEY_IN_HOST, 'agent', 'install', ...installArguments])
  if (installed.code !== 0) {
    throw new Error(
      `the agent was not installed on ${spec.name}: ${installed.stderr}${installed.stdout}`,
    )
  }
  const agent = new RunningAgent(host, plane, instanceId)
  await agent.startAgent()
  return agent
}

/** What the service does, where there is one. */
export function spawnAgentOn(host: Host): ChildProcess {
  return host.spawn(
    ['/bin/sh', '-c', 'exec "$1" agent run 2>>/var/log/fleetkey-agent.log', 'sh', FLEETKEY_IN_HOST],
    {
      stdio: 'ignore',
      env: { NODE_COMPILE_CACHE: '/var/lib/fleetkey/compiled', ...COMPILED_IN_HOST },
    },
  )
}

class RunningAgent implements EnrolledHost {
  readonly host: Host
  readonly instanceId: string
  readonly #plane: ControlPlane
  #child: ChildProcess | undefined

  constructor(host: Host, plane: ControlPlane, instanceId: string) {
    this.host = host
    this.#plane = plane
    this.instanceId = instanceId
  }

  async startAgent(): Promise<void> {
    const arrivals = () =>
      this.#plane
        .log()
        .split('\n')
        .filter((line) => line.includes(this.instanceId) && line.includes('"agent arrived"')).length
    const before = arrivals()
    this.spawnAgent()
    const deadline = Date.now() + CONNECT_TIMEOUT_MS
    while (arrivals() === before) {
      if (Date.now() > deadline) {
        const log = await this.host.readFile('/var/log/fleetkey-agent.log').catch(() => '')
        throw new Error(`the agent on ${this.host.name} did not connect:\n${log}`)
      }
      await sleep(10)
    }
  }

  spawnAgent(): void {
    this.#child = spawnAgentOn(this.host)
  }

  get isAgentRunning(): boolean {
    return this.#child !== undefined && !hasEnded(this.#child)
  }

  killAgent(): Promise<void> {
    return this.#end('SIGKILL')
  }

  stopAgent(): Promise<void> {
    return this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || hasEnded(child)) return
    // In its first milliseconds there is only the starter: its death then would leave an agent that nobody knows.
    while (!hasEnded(child) && descendantsOf(child.pid ?? 0).length === 0) await sleep(1)
    if (hasEnded(child)) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}
