import type { ListedRule } from './listed-group.ts'

type Ports = Pick<ListedRule, 'protocol' | 'fromPort' | 'toPort'>

/** `TCP`, `All`, … as EC2's table has it. */
export function protocolText({ protocol }: Pick<Ports, 'protocol'>): string {
  return protocol === '-1' ? 'All' : protocol === 'icmpv6' ? 'ICMPv6' : protocol.toUpperCase()
}

/** `22`, `20-30`, `All`; of ICMP the type. */
export function portText({ protocol, fromPort, toPort }: Ports): string {
  if (fromPort === -1 || (fromPort === 0 && toPort === 65_535)) return 'All'
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    return toPort === -1 ? `type ${fromPort}` : `type ${fromPort}, code ${toPort}`
  }
  return fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`
}

/** What people know a source by. */
export function sourceText(source: string): string {
  return SOURCES.get(source) ?? source
}

const SOURCES: ReadonlyMap<string, string> = new Map([
  ['fleetkey', 'Control plane (fleetkey)'],
  ['grant', 'Whoever pushes a key (grant)'],
  ['0.0.0.0/0', '0.0.0.0/0 (anywhere, IPv4)'],
  ['::/0', '::/0 (anywhere, IPv6)'],
])

/** What of a rule hosts enforce. */
export function enforcedText({ enforced }: Pick<ListedRule, 'enforced'>): string {
  switch (enforced) {
    case 'ssh-port':
      return 'Port of sshd'
    case 'where-sshd-listens-there':
      return 'Where sshd listens there'
    default:
      return 'No: kept and shown only'
  }
}
