import { isPrintable } from './printable.ts'

/** How grants reach sshd on a host: see docs/operate/hosts.md. */
export type DeliveryKind = 'command' | 'file' | 'home' | 'metadata'

/** Whether grants are the only way in, as the agent measured it with `sshd -T`. */
export type LockState =
  | { readonly kind: 'locked' }
  | { readonly kind: 'open'; readonly ways: readonly string[] }
  | { readonly kind: 'unknown'; readonly because: string }

/**
 * What an agent reports of its host. Shown to people and used to reach and recognise the host (addresses, host keys);
 * a host can only lie about itself, and nothing here ever counts as a tag or decides a policy.
 */
export interface HostFacts {
  readonly hostname: string
  /** e.g. `Debian GNU/Linux 12 (bookworm)` */
  readonly os: string
  readonly architecture: string
  readonly agentVersion: string
  /** All that the host has but loopback and link-local: a tunnel leads to any of them. */
  readonly addresses4: readonly string[]
  readonly addresses6: readonly string[]
  /** Those at which sshd answers, also loopback ones: where to knock without a tunnel. */
  readonly sshAddresses: readonly string[]
  readonly sshPort: number
  /** Ports that a tunnel may lead to, by the host's administrator; empty when none may. */
  readonly tunnelPorts: readonly number[]
  /** e.g. `OpenSSH_9.2p1`, empty when sshd was not found. */
  readonly sshdVersion: string
  /** `type base64` each, of the host keys that sshd serves. */
  readonly hostKeys: readonly string[]
  readonly delivery: DeliveryKind
  readonly lock: LockState
  /** What stops logins here, found by the agent, in words for a person; empty when healthy. */
  readonly problems: readonly string[]
  /** What this agent knows beside grants and tunnels, e.g. `examine`: it is asked for nothing else. Absent: an older agent, none. */
  readonly abilities?: readonly string[]
  /** Local accounts that people may log in as, for who has to name one. Absent: an older agent. */
  readonly osUsers?: readonly string[]
}

const DELIVERIES: readonly string[] = [
  'command',
  'file',
  'home',
  'metadata',
] satisfies DeliveryKind[]
const MAX_LIST = 64
const MAX_TEXT = 256
const MAX_KEY_TEXT = 2048

/** Facts from outside, or undefined when they are not of this shape or over its limits. */
export function parseHostFacts(value: unknown): HostFacts | undefined {
  if (!isRecord(value)) return undefined
  const hostname = text(value['hostname'])
  const os = text(value['os'])
  const architecture = text(value['architecture'])
  const agentVersion = text(value['agentVersion'])
  const addresses4 = texts(value['addresses4'])
  const addresses6 = texts(value['addresses6'])
  // An agent from before there were tunnels says neither: it opens none, and it reports no address at which sshd does not answer.
  const {
    sshAddresses: knocked = [...(addresses4 ?? []), ...(addresses6 ?? [])],
    tunnelPorts: opened = [],
  } = value
  const sshAddresses = texts(knocked, MAX_TEXT, 2 * MAX_LIST)
  const tunnelPorts = ports(opened)
  const sshPort = value['sshPort']
  const sshdVersion = text(value['sshdVersion'])
  const hostKeys = texts(value['hostKeys'], MAX_KEY_TEXT)
  const delivery = value['delivery']
  const lock = parseLock(value['lock'])
  const problems = texts(value['problems'])
  const abilities = value['abilities'] === undefined ? undefined : texts(value['abilities'])
  const osUsers = value['osUsers'] === undefined ? undefined : texts(value['osUsers'])
  if (
    hostname === undefined ||
    os === undefined ||
    architecture === undefined ||
    agentVersion === undefined ||
    addresses4 === undefined ||
    addresses6 === undefined ||
    sshAddresses === undefined ||
    !isPort(sshPort) ||
    tunnelPorts === undefined ||
    sshdVersion === undefined ||
    hostKeys === undefined ||
    typeof delivery !== 'string' ||
    !isDelivery(delivery) ||
    lock === undefined ||
    problems === undefined ||
    (abilities === undefined && value['abilities'] !== undefined) ||
    (osUsers === undefined && value['osUsers'] !== undefined)
  ) {
    return undefined
  }
  return {
    hostname,
    os,
    architecture,
    agentVersion,
    addresses4,
    addresses6,
    sshAddresses,
    sshPort,
    tunnelPorts,
    sshdVersion,
    hostKeys,
    delivery,
    lock,
    problems,
    ...(abilities === undefined ? {} : { abilities }),
    ...(osUsers === undefined ? {} : { osUsers }),
  }
}

/** Whether the host's agent knows how to do this. */
export function isAble(facts: Pick<HostFacts, 'abilities'>, ability: string): boolean {
  return facts.abilities?.includes(ability) === true
}

export function isDelivery(value: string): value is DeliveryKind {
  return DELIVERIES.includes(value)
}

function parseLock(value: unknown): LockState | undefined {
  if (!isRecord(value)) return undefined
  switch (value['kind']) {
    case 'locked':
      return { kind: 'locked' }
    case 'open': {
      const ways = texts(value['ways'])
      return ways && { kind: 'open', ways }
    }
    case 'unknown': {
      const because = text(value['because'])
      return because === undefined ? undefined : { kind: 'unknown', because }
    }
    default:
      return undefined
  }
}

/** Printable text only: facts are shown in terminals, where control characters act. */
function text(value: unknown, max = MAX_TEXT): string | undefined {
  if (typeof value !== 'string' || value.length > max) return undefined
  return isPrintable(value) ? value : undefined
}

function texts(value: unknown, max = MAX_TEXT, maxList = MAX_LIST): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > maxList) return undefined
  const list = value.map((item) => text(item, max))
  return list.includes(undefined) ? undefined : (list as string[])
}

function ports(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_LIST) return undefined
  return value.every(isPort) ? (value as number[]) : undefined
}

/** A TCP port that something can be reached at. */
export function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
