import { coversPort, type IngressMode, type IngressRule } from '@fleetkey/domain/ingress-rule'

/** What our table is to say. */
export interface TableState {
  readonly mode: IngressMode
  readonly rules: readonly IngressRule[]
  /** Where sshd listens. */
  readonly sshPorts: readonly number[]
  readonly openings: readonly TimedAddress[]
}

/** An address for which ports stand open a while. */
export interface TimedAddress {
  readonly address: string
  /** The rest of it: the kernel takes the address out of the set by itself. */
  readonly seconds: number
}

/** Ours alone: nothing that we write names another table, and nobody else's packets are looked at. */
export const TABLE = 'inet fleetkey'
const CHAIN = 'ssh'

/** As many addresses as may have a grant at once, and as a host tells of within the hour. */
const SET_SIZE = { opened: 1024, seen: 256 }

/**
 * What nft(8) is to do, in one transaction. Only what opens a connection is looked at, a SYN without ACK to a port of sshd: no connection
 * that stands is ever cut, also one from before this table, and no connection tracking is needed for that. Each line begins anew,
 * whatever the table said before; elements of its sets stay.
 */
export function nftScript(state: TableState): string {
  if (state.mode === 'none') return removalScript()
  return [
    `add table ${TABLE}`,
    ...setLines(),
    `add chain ${TABLE} ${CHAIN} { type filter hook input priority filter; policy accept; }`,
    `flush chain ${TABLE} ${CHAIN}`,
    ...chainRules(state).map((rule) => `add rule ${TABLE} ${CHAIN} ${rule}`),
    ...state.openings.flatMap(openingLines),
    '',
  ].join('\n')
}

/** Also where there is no such table: `destroy` is younger than the nftables of Debian 12. */
export const removalScript = (): string => `add table ${TABLE}\ndelete table ${TABLE}\n`

export const openScript = (opening: TimedAddress): string => script(openingLines(opening))

export function closeScript(address: string): string {
  const element = elementOf(address)
  // What is not there, as it may have timed out, cannot be deleted; adding it first can.
  return script([`add element ${element}`, `delete element ${element}`])
}

/** Closes what an earlier run of the agent opened: its grants are gone. */
export const closeAllScript = (): string =>
  script([
    `add table ${TABLE}`,
    ...setLines(),
    `flush set ${TABLE} opened4`,
    `flush set ${TABLE} opened6`,
  ])

/** How many rules the chain has then: fewer, and somebody else emptied it. */
export const ruleCount = (state: TableState): number =>
  state.mode === 'none' ? 0 : chainRules(state).length

function setLines(): readonly string[] {
  return [4, 6].flatMap((family) => [
    `add set ${TABLE} opened${family} { type ipv${family}_addr; size ${SET_SIZE.opened}; flags timeout; }`,
    `add set ${TABLE} seen${family} { type ipv${family}_addr . inet_service; size ${SET_SIZE.seen}; flags dynamic,timeout; timeout 1h; counter; }`,
  ])
}

const OPENING = 'tcp flags & (fin | syn | rst | ack) == syn'
const NOT_OPENING = 'tcp flags & (fin | syn | rst | ack) != syn'

function chainRules({ mode, rules, sshPorts }: TableState): readonly string[] {
  const ports = `tcp dport { ${sshPorts.join(', ')} }`
  return [
    'iif "lo" accept',
    // Rules about TCP say nothing of other protocols: those would go on to the end, neighbour discovery with them.
    'meta l4proto != tcp accept',
    `tcp dport != { ${sshPorts.join(', ')} } accept`,
    `${NOT_OPENING} accept`,
    ...rules.flatMap((rule) =>
      sshPorts.filter((port) => coversPort(rule, port)).flatMap((port) => acceptLines(rule, port)),
    ),
    // In rules of their own: when a set is full its rule ends there, and the next one still counts.
    `${ports} update @seen4 { ip saddr . tcp dport }`,
    `${ports} update @seen6 { ip6 saddr . tcp dport }`,
    // Says all of it once more: nothing else is ever dropped, whatever stands above.
    ...(mode === 'enforce' ? [`${ports} ${OPENING} drop`] : []),
  ]
}

function acceptLines({ source }: IngressRule, port: number): readonly string[] {
  switch (source.kind) {
    case 'cidr': {
      const { family, text } = source.cidr
      return [`tcp dport ${port} ${family === 4 ? 'ip' : 'ip6'} saddr ${text} accept`]
    }
    case 'grant':
      return [
        `tcp dport ${port} ip saddr @opened4 accept`,
        `tcp dport ${port} ip6 saddr @opened6 accept`,
      ]
  }
}

/** Adding one that is there leaves its end as it was on older kernels: it is put there, taken away and put there again, at one stroke. */
function openingLines({ address, seconds }: TimedAddress): readonly string[] {
  return [
    `add element ${elementOf(address)}`,
    `delete element ${elementOf(address)}`,
    `add element ${elementOf(address, ` timeout ${seconds}s`)}`,
  ]
}

const elementOf = (address: string, more = ''): string =>
  `${TABLE} opened${address.includes(':') ? 6 : 4} { ${address}${more} }`

const script = (lines: readonly string[]): string => `${lines.join('\n')}\n`
