import { parseCidr } from '@fleetkey/domain/cidr'
import type { Finding } from '@fleetkey/domain/finding'
import { type HostFirewall, keeping, openingCommands } from '@fleetkey/domain/firewall-opening'
import { existsSync, readFileSync } from 'node:fs'
import { runOutside } from '../install/run-outside.ts'
import type { ProgramResult } from '../install/run-program.ts'
import type { Check } from './check.ts'
import type { FirewallVerdict, NewConnection } from './firewall-verdict.ts'
import { iptablesVerdict } from './iptables-verdict.ts'
import { nftVerdict } from './nft-verdict.ts'
import { bad, good, note, unknown } from './say.ts'

const CHECK = 'firewall'

/** Whether this host's own firewall lets a connection to sshd in. Read only; where its rules are not simple enough, nothing is claimed. */
export const firewallCheck: Check = {
  name: CHECK,
  async look(host) {
    const config = await host.commonConfig().catch(() => undefined)
    const port = Number(config?.get('port')?.[0] ?? 22)
    const address = host.address ?? ANYWHERE
    return judgeFirewall(
      { address, port },
      { seen: await readFirewall(address), isNamed: host.address !== undefined },
    )
  },
}

/** RFC 5737: an address that is nobody's. */
const ANYWHERE = '192.0.2.1'

export interface FirewallSeen {
  /** Who writes the rules, and so what a person changes them with. */
  readonly manager: HostFirewall | undefined
  /** `nft -j list ruleset`; undefined where it cannot be had. */
  readonly nft: unknown
  /** iptables-save or ip6tables-save of the family; undefined likewise. */
  readonly saved: string | undefined
}

async function readFirewall(address: string): Promise<FirewallSeen> {
  const [nft, saved, firewalld] = await Promise.all([
    runIfThere(['/usr/sbin/nft', '/sbin/nft'], ['-j', 'list', 'ruleset']),
    runIfThere(
      address.includes(':')
        ? ['/usr/sbin/ip6tables-save', '/sbin/ip6tables-save']
        : ['/usr/sbin/iptables-save', '/sbin/iptables-save'],
      [],
    ),
    runIfThere(['/usr/bin/firewall-cmd'], ['--state']),
  ])
  const ufw =
    existsSync('/etc/ufw/ufw.conf') &&
    /^ENABLED=yes/m.test(readFileSync('/etc/ufw/ufw.conf', 'utf8'))
  return {
    manager: ufw ? 'ufw' : firewalld?.code === 0 ? 'firewalld' : undefined,
    nft: nft?.code === 0 ? parse(nft.stdout) : undefined,
    saved: saved?.code === 0 ? saved.stdout : undefined,
  }
}

async function runIfThere(
  places: readonly string[],
  args: readonly string[],
): Promise<ProgramResult | undefined> {
  const path = places.find((place) => existsSync(place))
  return path === undefined ? undefined : runOutside([path, ...args])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function judgeFirewall(
  connection: NewConnection,
  { seen, isNamed }: { readonly seen: FirewallSeen; readonly isNamed: boolean },
): readonly Finding[] {
  const { nft, saved, manager } = seen
  const { address, port } = connection
  const from = isNamed ? address : 'an address that no rule names'
  if (nft === undefined && saved === undefined) {
    return [
      unknown(CHECK, "The rules of this host's firewall cannot be read (nft, iptables-save)."),
    ]
  }
  const verdicts: (readonly [HostFirewall, FirewallVerdict])[] = [
    ...(nft === undefined ? [] : [['nftables', nftVerdict(nft, connection)] as const]),
    ...(saved === undefined ? [] : [['iptables', iptablesVerdict(saved, connection)] as const]),
  ]
  const refused = verdicts.find(([, { kind }]) => kind === 'dropped' || kind === 'rejected')
  if (refused !== undefined) {
    return [judgeRefused(connection, { refused, from, manager, isNamed, nft })]
  }
  // iptables of today writes nftables, in terms that only its own program reads.
  const open = verdicts.filter(([, { kind }]) => kind === 'unknown')
  const isKnown =
    open.length === 0 ||
    (open[0]?.[0] === 'nftables' && isOnlyIptables(nft) && open.length < verdicts.length)
  if (isKnown)
    return [good(CHECK, `This host's firewall lets a connection from ${from} to port ${port} in.`)]
  const [, verdict] = open[0] ?? []
  const because = verdict?.kind === 'unknown' ? verdict.because : ''
  return [
    unknown(
      CHECK,
      `Whether this host's firewall lets a connection from ${from} to port ${port} in cannot be known: ${because}.`,
    ),
  ]
}

function judgeRefused(
  { address, port }: NewConnection,
  found: {
    readonly refused: readonly [HostFirewall, FirewallVerdict]
    readonly from: string
    readonly manager: HostFirewall | undefined
    readonly isNamed: boolean
    readonly nft: unknown
  },
): Finding {
  const { from, manager, isNamed } = found
  const [program, verdict] = found.refused
  if (verdict.kind !== 'dropped' && verdict.kind !== 'rejected') return unknown(CHECK, from)
  if (program === 'nftables' && verdict.chain.startsWith(OWN_TABLE)) {
    return closedByGroups(`${from} to port ${port}`, found)
  }
  const firewall = manager ?? program
  const does = verdict.kind === 'dropped' ? 'drops without an answer' : 'rejects'
  const by = verdict.by === 'policy' ? 'as no rule allows it' : 'by a rule'
  const says = `This host's firewall ${does} a connection from ${from} to port ${port}, ${by} (${verdict.where}).`
  const range = parseCidr(address)
  const keep = keeping(firewall)
  const mend = {
    says: `Let that address in${keep === undefined ? '' : `, and ${keep}`}; or log in through a tunnel, which needs no open port (fleetkey ssh --via tunnel).`,
    commands:
      range === undefined
        ? []
        : openingCommands(firewall, { ranges: [range], port, chain: verdict.chain }),
  }
  // Of an address that nobody asked about it is no fault that it is kept out.
  return isNamed ? bad(CHECK, says, { cause: 'never-arrived', mend }) : note(CHECK, says)
}

/** Of security groups, kept by the agent. */
const OWN_TABLE = 'inet fleetkey '

/** With a rule for grants the port opens by itself when a key is pushed, so that a closed one is no fault. */
function closedByGroups(
  what: string,
  { nft, isNamed }: { readonly nft: unknown; readonly isNamed: boolean },
): Finding {
  const mend = {
    says: 'Add that address, or a rule for grants, to one of them.',
    commands: ['fleetkey security-groups'],
  }
  if (/"@opened[46]"/.test(JSON.stringify(nft))) {
    return note(
      GROUPS,
      `The security groups of this instance let ${what} in once a key is pushed from there.`,
    )
  }
  const says = `The security groups of this instance do not let ${what} in.`
  return isNamed ? bad(CHECK, says, { cause: 'never-arrived', mend }) : note(CHECK, says)
}

const GROUPS = 'security-groups'

/** Whether all tables are those that iptables-nft keeps. */
function isOnlyIptables(ruleset: unknown): boolean {
  const text = JSON.stringify(ruleset)
  return text.includes('"xt"') && !/"family":"inet"/.test(text)
}
