import type { Instance } from '@fleetkey/domain/instance'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import type { Device } from '../device.ts'
import { HostWorkers } from '../host-workers.ts'
import { AskRefused, type AskedAnswer, type Person } from '../person.ts'
import type { TerminalRecorder } from '../recorder.ts'
import { Terminals, type TerminalsParts } from '../terminals.ts'

const HOUR = 3_600_000

/** Terminals with hosts that a test names, without pipeline, agents or WebSockets. */
export interface TerminalDesk {
  readonly terminals: Terminals
  readonly workers: HostWorkers
  /** What was asked as a person, in order. */
  readonly asked: (readonly [string, Readonly<Record<string, unknown>>])[]
  /** Names of what went to the trail, in order. */
  readonly recorded: string[]
  clock: { passedMs: number }
  close(): Promise<void>
}

export function openTerminalDesk(options: {
  /** By instance id. */
  readonly hosts: Readonly<
    Record<string, { readonly port: number; readonly hostKeys: readonly string[] }>
  >
  readonly most?: number
  readonly thread?: URL
  readonly compiled?: string
  readonly deadAfterMs?: number
  readonly limits?: TerminalsParts['limits']
  readonly times?: Partial<TerminalsParts['times']>
  readonly recorder?: TerminalRecorder
  readonly explain?: (end: TerminalEnd) => TerminalEnd
}): TerminalDesk {
  const { hosts, most = 100 } = options
  const asked: TerminalDesk['asked'] = []
  const recorded: string[] = []
  const clock = { passedMs: 0 }
  const workers = new HostWorkers({
    most,
    log: { info() {}, warn() {} },
    ...(options.thread !== undefined && { thread: options.thread }),
    ...(options.compiled !== undefined && { compiled: options.compiled }),
    ...(options.deadAfterMs !== undefined && { deadAfterMs: options.deadAfterMs }),
  })
  const note = async (name: string) => void recorded.push(name)
  const terminals = new Terminals({
    workers,
    agents: { isAwaited: () => false, until: async () => {} },
    instances: {
      async get(instanceId) {
        const host = hosts[instanceId]
        return host && instanceOf(instanceId, host)
      },
    },
    way: {
      directAddress: () => '127.0.0.1',
      endpoints: { list: async () => [] },
      seen() {},
    },
    records: {
      opened: () => note('OpenTerminal'),
      attached: () => note('AttachTerminal'),
      ended: (_actor, _terminal, { end }) => note(`CloseTerminal ${end.cause}`),
      file: (_actor, _terminal, { does }, phase, came) =>
        note(`${does}TerminalFile ${phase}${came?.errorCode ? ` ${came.errorCode}` : ''}`),
    },
    recorder: options.recorder,
    explain: async (_facts, end) => options.explain?.(end) ?? end,
    limits: options.limits ?? { perServer: 5000, perPerson: 5000, perInstance: 5000 },
    times: { graceMs: HOUR, idleMs: HOUR, maxMs: 24 * HOUR, ...options.times },
    now: Date.now,
    elapsed: () => performance.now() + clock.passedMs,
    log: { error() {} },
  })
  return { terminals, workers, asked, recorded, clock, close: () => terminals.close() }
}

/** Somebody for whom everything but what `refuses` names is let through. */
export function somebody(
  name: string,
  desk: Pick<TerminalDesk, 'asked'>,
  answers: Readonly<Record<string, object>> = {},
  refuses: Readonly<Record<string, AskRefused['refusal']>> = {},
): Person {
  return {
    owner: `AIDA${name}`,
    principalArn: `arn:aws:iam::000000000000:user/${name}`,
    userName: name,
    identity: { type: 'IAMUser', principalId: `AIDA${name}` } as never,
    sourceAddress: '192.0.2.7',
    userAgent: 'test',
    tls: undefined,
    async ask(operation, input): Promise<AskedAnswer> {
      desk.asked.push([operation, input])
      const refusal = refuses[operation]
      if (refusal !== undefined) throw new AskRefused(refusal)
      return { requestId: `request-${desk.asked.length}`, output: { ...answers[operation] } }
    },
  }
}

/** A page that keeps what it is shown, and renders at once unless it is told otherwise. */
export class TestDevice implements Device {
  readonly sourceAddress = '192.0.2.7'
  readonly userAgent = 'test'
  readonly frames: ServerFrame[] = []
  readonly closed = Promise.withResolvers<number>()
  text = ''
  bytes = 0
  /** What becomes of output; default: it is kept as text. */
  onBytes: (bytes: Uint8Array) => void = (bytes) =>
    void (this.text += Buffer.from(bytes).toString())
  /** Called after output. */
  onShown: () => void = () => {}
  readonly #waiting = new Set<() => void>()

  say(frame: ServerFrame): void {
    this.frames.push(frame)
    if (frame.type === 'ready') this.bytes = 0
    this.#wake()
  }

  show(bytes: Uint8Array): void {
    this.bytes += bytes.length
    this.onBytes(bytes)
    this.onShown()
    this.#wake()
  }

  close(code: number): void {
    this.closed.resolve(code)
    this.#wake()
  }

  /** The first frame of that type, once there is one. */
  async frame<Type extends ServerFrame['type']>(
    type: Type,
  ): Promise<Extract<ServerFrame, { readonly type: Type }>> {
    const find = () =>
      this.frames.find(
        (frame): frame is Extract<ServerFrame, { type: Type }> => frame.type === type,
      )
    await this.until(() => find() !== undefined)
    return find() as Extract<ServerFrame, { readonly type: Type }>
  }

  /** Waits for the condition, which is looked at whenever something comes. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.add(resolve)
      // oxlint-disable-next-line no-await-in-loop -- the next news
      await promise
    }
  }

  #wake(): void {
    for (const one of this.#waiting) one()
    this.#waiting.clear()
  }
}

function instanceOf(
  instanceId: string,
  { port, hostKeys }: { readonly port: number; readonly hostKeys: readonly string[] },
): Instance {
  return {
    instanceId,
    tags: { Name: `host-${instanceId.slice(-4)}` },
    agentKey: '',
    enrolledAt: 0,
    facts: {
      hostname: 'host',
      os: 'Linux',
      architecture: 'x64',
      agentVersion: '1',
      addresses4: [],
      addresses6: [],
      sshAddresses: ['127.0.0.1'],
      sshPort: port,
      tunnelPorts: [],
      sshdVersion: '',
      hostKeys,
      delivery: 'command',
      lock: { kind: 'locked' },
      problems: [],
    },
  }
}
