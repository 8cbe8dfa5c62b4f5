import type { Finding } from './finding.ts'

/** What all findings together come to. */
export interface Verdict {
  /** `unknown`: nothing bad was found, and something that matters could not be looked at. */
  readonly state: 'good' | 'bad' | 'unknown'
  /** A sentence for a person. */
  readonly says: string
  /** The cause: the first bad finding along the way that explains the failure. Only where the state is bad. */
  readonly cause?: Finding
  /** Other bad findings, in the order of the way: they come into play once the cause is mended. */
  readonly others: readonly Finding[]
}

/**
 * All checks in the order of a login's way, wherever they are made: what fails first hides what is behind it. `fleetkey doctor` shows
 * findings in this order.
 */
export const WAY: readonly string[] = [
  // from the person's machine
  'server',
  'login-state',
  'client-clock',
  'ssh-client',
  'ssh-agent',
  'known-hosts',
  // by the control plane
  'policy',
  'instance',
  'trail',
  'agent-link',
  'clock',
  // on the host
  'agent',
  'sshd-running',
  'sockets',
  'firewall',
  'security-groups',
  // the ways to it
  'reach-here',
  'reach',
  'tunnel',
  // on the host again: what sshd does with who has come
  'host-keys',
  'sshd-config',
  'account',
  'pam',
  'permissions',
  'command',
  'penalties',
  'mandatory-access',
  'disk',
  'locked',
  'sshd-version',
  'grants',
]

/** Of these one is enough: directly, or through a tunnel. */
const WAYS_IN: readonly string[] = ['firewall', 'reach-here', 'reach', 'tunnel']

/** No login fails because these are not known. */
const BESIDE: readonly string[] = [
  'locked',
  'sshd-version',
  'mandatory-access',
  'disk',
  'grants',
  'ssh-agent',
]

/** In the order of the way; findings of one check stay as they are, unknown checks come last. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const placeOf = ({ check }: Finding) => (WAY.includes(check) ? WAY.indexOf(check) : WAY.length)
  return findings.toSorted((one, other) => placeOf(one) - placeOf(other))
}

/** The cause, if there is one. What was not asked is not missed. */
export function judge(findings: readonly Finding[]): Verdict {
  const ordered = inOrder(findings)
  const isIn = hasWayIn(ordered)
  const bad = ordered.filter(({ state }) => state === 'bad')
  const explaining = bad.filter(({ check }) => !(isIn && WAYS_IN.includes(check)))
  const [cause] = explaining
  if (cause !== undefined) {
    return { state: 'bad', says: cause.says, cause, others: explaining.slice(1) }
  }
  const unseen = ordered.filter(
    ({ check, state }) =>
      state === 'unknown' && !BESIDE.includes(check) && !(isIn && WAYS_IN.includes(check)),
  )
  if (unseen.length > 0) {
    const names = [...new Set(unseen.map(({ check }) => check))].join(', ')
    return {
      state: 'unknown',
      says: `Nothing was found that stops a login; these could not be looked at: ${names}.`,
      others: [],
    }
  }
  const way = bad.length > 0 ? ' There is one way in: see what is wrong with the others.' : ''
  // What the client did wrong shows nowhere else.
  const last = ordered.find(({ check }) => check === 'grants')
  const before = last === undefined ? '' : ` ${last.says}`
  return { state: 'good', says: `Nothing was found that stops a login.${way}${before}`, others: [] }
}

/**
 * Whether a login gets to sshd by some way. Who tried it from where the login comes knows best; else the host's own firewall, asked about
 * that address; else what the control plane saw.
 */
function hasWayIn(findings: readonly Finding[]): boolean {
  const stateOf = (check: string) => {
    const states = findings.filter((one) => one.check === check).map(({ state }) => state)
    // Several addresses: one that answers is enough.
    if (states.length === 0) return undefined
    return states.includes('good') ? 'good' : states.includes('bad') ? 'bad' : undefined
  }
  if (stateOf('tunnel') === 'good') return true
  // The host says that its port opens once a key is pushed: until then nobody reaches it.
  if (findings.some(({ check }) => check === 'security-groups')) return true
  const direct = stateOf('reach-here') ?? stateOf('firewall') ?? stateOf('reach')
  return direct === 'good'
}
