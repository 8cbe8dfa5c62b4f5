import { isInCidr } from './address-range.ts'
import { all, type FirewallVerdict, type Match, type NewConnection } from './firewall-verdict.ts'

interface Rules {
  /** Of the table `filter`: chain → its rules as iptables-save writes them, without `-A CHAIN`. */
  readonly chains: ReadonlyMap<string, readonly string[]>
  readonly policies: ReadonlyMap<string, string>
}

type Step =
  | { readonly kind: 'accept' | 'drop' | 'reject'; readonly chain: string }
  | { readonly kind: 'continue' | 'return' }
  | { readonly kind: 'unknown'; readonly because: string }

const MAX_DEPTH = 16

/** What the rules of `iptables-save` (for IPv6 of `ip6tables-save`) do with a new connection to this host: the chain INPUT of `filter`. */
export function iptablesVerdict(saved: string, connection: NewConnection): FirewallVerdict {
  const rules = readFilterTable(saved)
  const step = walk('INPUT', { rules, connection, depth: 0 })
  switch (step.kind) {
    case 'unknown':
      return step
    case 'accept':
      return { kind: 'accepted' }
    case 'drop':
    case 'reject':
      return decided(step.kind === 'drop' ? 'dropped' : 'rejected', step.chain, 'rule')
    case 'continue':
    case 'return':
      return rules.policies.get('INPUT') === 'DROP'
        ? decided('dropped', 'INPUT', 'policy')
        : { kind: 'accepted' }
  }
}

const decided = (
  kind: 'dropped' | 'rejected',
  chain: string,
  by: 'rule' | 'policy',
): FirewallVerdict => ({ kind, where: `iptables chain ${chain}`, chain, by })

function readFilterTable(saved: string): Rules {
  const chains = new Map<string, string[]>()
  const policies = new Map<string, string>()
  let table = ''
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    if (table !== 'filter') continue
    const [, named = '', policy = ''] = /^:(\S+) (\S+)/.exec(line) ?? []
    if (named !== '') {
      chains.set(named, [])
      policies.set(named, policy)
    }
    const [, chain = '', rule = ''] = /^-A (\S+) ?(.*)$/.exec(line) ?? []
    chains.get(chain)?.push(rule)
  }
  return { chains, policies }
}

interface Walk {
  readonly rules: Rules
  readonly connection: NewConnection
  readonly depth: number
}

function walk(chain: string, at: Walk): Step {
  const { rules, connection, depth } = at
  const found = rules.chains.get(chain)
  if (found === undefined || depth > MAX_DEPTH) {
    return found === undefined && chain === 'INPUT'
      ? { kind: 'continue' }
      : { kind: 'unknown', because: `iptables chain ${chain}` }
  }
  for (const rule of found) {
    const { matches, target, goes } = readRule(rule, connection)
    const holds = all(matches)
    if (holds === false) continue
    const step = follow(target, chain, { ...at, depth: depth + 1 })
    if (step.kind === 'continue') {
      if (goes) break
      continue
    }
    if (holds === undefined) {
      return {
        kind: 'unknown',
        because: `a rule of iptables chain ${chain}: ${rule.slice(0, 120)}`,
      }
    }
    if (step.kind === 'return') break
    return step
  }
  return { kind: 'continue' }
}

function follow(target: string | undefined, chain: string, at: Walk): Step {
  switch (target) {
    case undefined:
    case 'LOG':
    case 'NFLOG':
    case 'MARK':
    case 'CONNMARK':
      return { kind: 'continue' }
    case 'ACCEPT':
      return { kind: 'accept', chain }
    case 'DROP':
      return { kind: 'drop', chain }
    case 'REJECT':
      return { kind: 'reject', chain }
    case 'RETURN':
      return { kind: 'return' }
    default:
      return at.rules.chains.has(target)
        ? walk(target, at)
        : { kind: 'unknown', because: `target ${target} in iptables chain ${chain}` }
  }
}

/** Options that say nothing about whether the rule holds, with how many words follow. */
const SILENT: Readonly<Record<string, number>> = {
  '-m': 1,
  '--comment': 1,
  '--reject-with': 1,
  '--log-prefix': 1,
  '--log-level': 1,
  '--nflog-prefix': 1,
  '--set-xmark': 1,
}

function readRule(rule: string, { address, port }: NewConnection) {
  const words = [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)].map(
    ([word, quoted]) => quoted ?? word,
  )
  const matches: Match[] = []
  let target: string | undefined
  let goes = false
  let negated = false
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const value = words[at + 1] ?? ''
    if (word === '!') {
      negated = true
      continue
    }
    const holds = (match: Match) => {
      matches.push(match === undefined ? undefined : match !== negated)
      negated = false
      at++
    }
    switch (word) {
      case '-j':
      case '-g':
        target = value
        goes = word === '-g'
        at++
        break
      case '-p':
        holds(value === 'tcp' || value === 'all')
        break
      case '-s':
        holds(isInCidr(value, address))
        break
      case '-i':
        holds(value === 'lo' ? false : undefined)
        break
      case '--dport':
      case '--dports':
        holds(value.split(',').some((part) => isInRange(part, port)))
        break
      case '--ctstate':
      case '--state':
        holds(value.split(',').includes('NEW'))
        break
      case '--syn':
        matches.push(!negated)
        negated = false
        break
      case '--tcp-flags':
        holds(`${value} ${words[at + 2] ?? ''}` === 'FIN,SYN,RST,ACK SYN')
        at++
        break
      case '-f':
        matches.push(negated)
        negated = false
        break
      default:
        if (Object.hasOwn(SILENT, word)) at += SILENT[word] ?? 0
        else matches.push(undefined)
        negated = false
    }
  }
  return { matches, target, goes }
}

function isInRange(text: string, port: number): boolean {
  const [from = '', to = from] = text.split(':')
  return Number(from) <= port && port <= Number(to)
}
