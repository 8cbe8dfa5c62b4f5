import { isInCidr } from './address-range.ts'
import { all, type FirewallVerdict, type Match, type NewConnection } from './firewall-verdict.ts'

/** As libnftables-json(5) spells things; only what is needed here is looked at, and all of it is unknown until then. */
type Json = Readonly<Record<string, unknown>>

interface Chain {
  readonly family: string
  readonly table: string
  readonly name: string
  readonly hook?: string
  readonly priority: number
  readonly policy: string
  readonly rules: Json[]
}

/** The end of a walk through a chain: `continue` when it decided nothing. */
type Step =
  | { readonly kind: 'accept' | 'drop' | 'reject' | 'continue' | 'return'; readonly in: Chain }
  | { readonly kind: 'unknown'; readonly because: string }

const MAX_DEPTH = 16

/**
 * What the ruleset of `nft -j list ruleset` does with the first packet of a connection to this host. Every base chain of the hooks that
 * it passes is asked, in order of priority: accept ends one chain only, drop and reject end all.
 */
export function nftVerdict(ruleset: unknown, connection: NewConnection): FirewallVerdict {
  const { chains, sets } = readRuleset(ruleset)
  const walk = new Walk(chains, sets, connection)
  const family = connection.address.includes(':') ? 'ip6' : 'ip'
  const passed = chains
    .filter((chain) => chain.family === 'inet' || chain.family === family)
    .filter(({ hook }) => hook === 'prerouting' || hook === 'input')
    .toSorted(
      (one, other) =>
        Number(one.hook === 'input') - Number(other.hook === 'input') ||
        one.priority - other.priority,
    )
  for (const chain of passed) {
    const step = walk.through(chain, 0)
    if (step.kind === 'unknown') return step
    if (step.kind === 'drop' || step.kind === 'reject') {
      return decided(step.kind === 'drop' ? 'dropped' : 'rejected', step.in, 'rule')
    }
    if (step.kind !== 'accept' && chain.policy === 'drop')
      return decided('dropped', chain, 'policy')
  }
  return { kind: 'accepted' }
}

function decided(
  kind: 'dropped' | 'rejected',
  chain: Chain,
  by: 'rule' | 'policy',
): FirewallVerdict {
  const { family, table, name } = chain
  return {
    kind,
    where: `table ${family} ${table}, chain ${name}`,
    chain: `${family} ${table} ${name}`,
    by,
  }
}

class Walk {
  readonly #chains: readonly Chain[]
  readonly #sets: ReadonlyMap<string, readonly unknown[]>
  readonly #connection: NewConnection

  constructor(
    chains: readonly Chain[],
    sets: ReadonlyMap<string, readonly unknown[]>,
    connection: NewConnection,
  ) {
    this.#chains = chains
    this.#sets = sets
    this.#connection = connection
  }

  through(chain: Chain, depth: number): Step {
    if (depth > MAX_DEPTH) return { kind: 'unknown', because: 'chains that call each other' }
    for (const rule of chain.rules) {
      const step = this.#rule(rule, chain, depth)
      if (step.kind === 'return') break
      if (step.kind !== 'continue') return step
    }
    return { kind: 'continue', in: chain }
  }

  #rule(rule: Json, chain: Chain, depth: number): Step {
    const statements = listOf(rule['expr'])
    const matches: Match[] = []
    for (const statement of statements) {
      const [kind = '', body] = Object.entries(statement)[0] ?? []
      if (kind === 'match') {
        matches.push(this.#match(objectOf(body), chain))
        continue
      }
      if (HARMLESS.has(kind)) continue
      // Ends the rule when the set is full: what comes after it in the same rule is not certain.
      if (kind === 'set') {
        matches.push(undefined)
        continue
      }
      const holds = all(matches)
      if (holds === false) return { kind: 'continue', in: chain }
      const step = this.#verdict(kind, body, chain, depth)
      // What a rule would do to nobody does not matter.
      if (step.kind === 'continue') continue
      if (holds === undefined) {
        return { kind: 'unknown', because: `a rule of table ${chain.table}, chain ${chain.name}` }
      }
      return step
    }
    return { kind: 'continue', in: chain }
  }

  #verdict(kind: string, body: unknown, chain: Chain, depth: number): Step {
    switch (kind) {
      case 'accept':
      case 'drop':
      case 'return':
      case 'reject':
        return { kind, in: chain }
      case 'continue':
        return { kind: 'continue', in: chain }
      case 'jump':
      case 'goto': {
        const target = objectOf(body)['target']
        const next = this.#chains.find(
          ({ family, table, name }) =>
            family === chain.family && table === chain.table && name === target,
        )
        if (next === undefined) return { kind: 'unknown', because: 'a chain that is not there' }
        const step = this.through(next, depth + 1)
        // goto(8): the rest of this chain is not looked at.
        return kind === 'goto' && step.kind === 'continue' ? { kind: 'return', in: chain } : step
      }
      case 'vmap':
        return this.#map(objectOf(body), chain, depth)
      default:
        return {
          kind: 'unknown',
          because: `"${kind}" in table ${chain.table}, chain ${chain.name}`,
        }
    }
  }

  /** `ct state vmap { established : accept, … }`: the first element that fits; those that fit nobody new are passed over. */
  #map(map: Json, chain: Chain, depth: number): Step {
    const data = map['data']
    const named = typeof data === 'string' ? data.slice(1) : undefined
    const found: unknown =
      named === undefined
        ? objectOf(data)['set']
        : this.#sets.get(`${chain.family} ${chain.table} ${named}`)
    const elements: readonly unknown[] = Array.isArray(found) ? found : []
    for (const element of elements) {
      if (!Array.isArray(element)) return { kind: 'unknown', because: 'a map of verdicts' }
      const [key, verdict] = element as readonly unknown[]
      const holds = this.#match({ op: '==', left: map['key'], right: key }, chain)
      if (holds === false) continue
      const [kind = '', body] = Object.entries(objectOf(verdict))[0] ?? []
      const step = this.#verdict(kind, body, chain, depth)
      if (step.kind === 'continue') continue
      if (holds === undefined) return { kind: 'unknown', because: `a map in chain ${chain.name}` }
      return step
    }
    return { kind: 'continue', in: chain }
  }

  #match({ op, left, right }: Json, chain: Chain): Match {
    const value = this.#valueOf(objectOf(left))
    if (value === undefined) return undefined
    const found = this.#holds(value, right, chain)
    if (found === undefined) return undefined
    if (op === '!=') return !found
    return op === '==' || op === 'in' ? found : undefined
  }

  /** What the first packet of the connection has there; undefined for what is not known of it. */
  #valueOf(left: Json): string | number | undefined {
    const { address, port } = this.#connection
    const isV6 = address.includes(':')
    const masked: unknown = left['&']
    if (Array.isArray(masked)) return this.#maskedFlags(masked as readonly unknown[])
    const payload = objectOf(left['payload'])
    const field = `${String(payload['protocol'])} ${String(payload['field'])}`
    switch (field) {
      case 'tcp dport':
      case 'th dport':
        return port
      case 'tcp flags':
        return FIRST_FLAG
      case 'udp dport':
      case 'udp sport':
      case 'icmp type':
      case 'icmpv6 type':
        return NEVER
      case 'ip saddr':
        return isV6 ? NEVER : address
      case 'ip6 saddr':
        return isV6 ? address : NEVER
      case 'ip protocol':
      case 'ip6 nexthdr':
        return 'tcp'
    }
    const meta = objectOf(left['meta'])['key']
    switch (meta) {
      case 'l4proto':
        return 'tcp'
      case 'nfproto':
        return isV6 ? 'ipv6' : 'ipv4'
      case 'protocol':
        return isV6 ? 'ip6' : 'ip'
      case 'iif':
      case 'iifname':
        return FROM_OUTSIDE
    }
    const ct = objectOf(left['ct'])['key']
    if (ct === 'state') return 'new'
    return undefined
  }

  /** `tcp flags & (fin | syn | rst | ack)`: a connection begins with SYN alone. */
  #maskedFlags([left, mask]: readonly unknown[]): string | undefined {
    if (this.#valueOf(objectOf(left)) !== FIRST_FLAG) return undefined
    const or: unknown = objectOf(mask)['|']
    const flags: readonly unknown[] = Array.isArray(mask) ? mask : Array.isArray(or) ? or : [mask]
    return flags.flat(8).includes(FIRST_FLAG) ? FIRST_FLAG : undefined
  }

  #holds(value: string | number, right: unknown, chain: Chain): Match {
    if (value === NEVER) return false
    if (typeof right === 'string' && right.startsWith('@')) {
      const elements = this.#sets.get(`${chain.family} ${chain.table} ${right.slice(1)}`)
      return elements === undefined
        ? undefined
        : anyOf(elements.map((one) => this.#holds(value, one, chain)))
    }
    if (Array.isArray(right)) return anyOf(right.map((one) => this.#holds(value, one, chain)))
    if (typeof right === 'object' && right !== null)
      return this.#holdsWithin(value, right as Json, chain)
    // The name of the interface that a connection comes in by is not known, but that it is not this one.
    if (value === FROM_OUTSIDE) return right === 'lo' ? false : undefined
    if (typeof value === 'string' && typeof right === 'string' && /[.:]/.test(right)) {
      return isInCidr(right, value)
    }
    return typeof right === typeof value ? right === value : isProtocol(value, right)
  }

  #holdsWithin(value: string | number, right: Json, chain: Chain): Match {
    if (right['set'] !== undefined) return this.#holds(value, right['set'], chain)
    // An element of a set that carries a timeout or a counter.
    if (right['elem'] !== undefined)
      return this.#holds(value, objectOf(right['elem'])['val'], chain)
    const prefix = objectOf(right['prefix'])
    if (typeof prefix['addr'] === 'string' && typeof value === 'string') {
      return isInCidr(`${prefix['addr']}/${String(prefix['len'])}`, value)
    }
    const range: unknown = right['range']
    if (Array.isArray(range) && typeof value === 'number') {
      const [from, to] = range as readonly unknown[]
      if (typeof from === 'number' && typeof to === 'number') return from <= value && value <= to
    }
    return undefined
  }
}

/** A value that nothing equals: the packet has no such field. */
const NEVER = '\0never'
const FIRST_FLAG = 'syn'
const FROM_OUTSIDE = '\0outside'

/** Statements that decide nothing. `limit` and `quota` may, so they are not among them. */
const HARMLESS: ReadonlySet<string> = new Set(['counter', 'log', 'comment', 'mangle', 'notrack'])

const anyOf = (matches: readonly Match[]): Match =>
  matches.includes(true) ? true : matches.includes(undefined) ? undefined : false

/** `6` for tcp, where an older nft did not know the name. */
function isProtocol(value: string | number, right: unknown): Match {
  return value === 'tcp' && typeof right === 'number' ? right === 6 : undefined
}

function readRuleset(value: unknown): {
  readonly chains: readonly Chain[]
  readonly sets: ReadonlyMap<string, readonly unknown[]>
} {
  const chains: Chain[] = []
  const sets = new Map<string, readonly unknown[]>()
  for (const entry of listOf(objectOf(value)['nftables'])) {
    const chain = objectOf(entry['chain'])
    if (typeof chain['name'] === 'string') {
      chains.push({
        family: String(chain['family']),
        table: String(chain['table']),
        name: chain['name'],
        ...(chain['type'] === 'filter' && typeof chain['hook'] === 'string'
          ? { hook: chain['hook'] }
          : {}),
        priority: Number(chain['prio'] ?? 0),
        policy: chain['policy'] === 'drop' ? 'drop' : 'accept',
        rules: [],
      })
    }
    const rule = objectOf(entry['rule'])
    chains
      .find(
        ({ family, table, name }) =>
          family === rule['family'] && table === rule['table'] && name === rule['chain'],
      )
      ?.rules.push(rule)
    const set =
      Object.keys(objectOf(entry['set'])).length > 0
        ? objectOf(entry['set'])
        : objectOf(entry['map'])
    if (typeof set['name'] === 'string') {
      const elements: unknown = set['elem']
      sets.set(
        `${String(set['family'])} ${String(set['table'])} ${set['name']}`,
        Array.isArray(elements) ? elements : [],
      )
    }
  }
  return { chains, sets }
}

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.map(objectOf) : []
