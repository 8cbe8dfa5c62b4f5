import { parseCidr } from '@fleetkey/domain/cidr'
import { MAX_RULES_PER_GROUP } from '@fleetkey/domain/security-group'
import { NAMED_SOURCES, type ListedRule } from './listed-group.ts'

/** An inbound rule as it is being edited, in EC2's columns. */
export interface RuleDraft {
  /** Of a rule that is there already. */
  readonly ruleId: string | undefined
  readonly type: RuleTypeId
  /** `22`, `20-30`; of ICMP `All`, a type, or type and code, `8/0`. Given by most types. */
  readonly ports: string
  readonly from: RuleFrom
  /** A range or an address, where `from` is `custom`; the browser's own, once it is known, where it is `my-ip`. */
  readonly range: string
  /** Why the browser's own address is not known, where `from` is `my-ip`. */
  readonly rangeUnknown?: string | undefined
  readonly description: string
}

/** From where a rule lets in, as it is being edited. */
export type RuleSource = Pick<RuleDraft, 'from' | 'range' | 'rangeUnknown'>

export const RULE_TYPES = {
  ssh: { label: 'SSH', protocol: 'tcp', ports: '22' },
  tcp: { label: 'Custom TCP', protocol: 'tcp', ports: undefined },
  udp: { label: 'Custom UDP', protocol: 'udp', ports: undefined },
  icmp: { label: 'Custom ICMP - IPv4', protocol: 'icmp', ports: undefined },
  icmpv6: { label: 'Custom ICMP - IPv6', protocol: 'icmpv6', ports: undefined },
  'all-tcp': { label: 'All TCP', protocol: 'tcp', ports: '0-65535' },
  'all-udp': { label: 'All UDP', protocol: 'udp', ports: '0-65535' },
  all: { label: 'All traffic', protocol: '-1', ports: 'All' },
} as const

export type RuleTypeId = keyof typeof RULE_TYPES

export const RULE_TYPE_IDS = Object.keys(RULE_TYPES) as readonly RuleTypeId[]

/** From where it lets in. A group cannot be a source: its addresses are what hosts say of themselves. */
export const RULE_FROMS = {
  custom: 'Custom',
  'my-ip': 'My IP',
  'anywhere-4': 'Anywhere-IPv4',
  'anywhere-6': 'Anywhere-IPv6',
  fleetkey: 'Control plane (fleetkey)',
  grant: 'Whoever pushes a key (grant)',
} as const

export type RuleFrom = keyof typeof RULE_FROMS

export const RULE_FROM_IDS = Object.keys(RULE_FROMS) as readonly RuleFrom[]

export const NEW_RULE: RuleDraft = {
  ruleId: undefined,
  type: 'ssh',
  ports: '22',
  from: 'custom',
  range: '',
  description: '',
}

export function draftOf(rule: ListedRule): RuleDraft {
  const ports = portsText(rule)
  return {
    ruleId: rule.ruleId,
    type: typeOf(rule.protocol, ports),
    ports,
    ...fromOf(rule.source),
    description: rule.description,
  }
}

/** With another type, and the ports that it has. */
export function withType(draft: RuleDraft, type: RuleTypeId): RuleDraft {
  const { ports } = RULE_TYPES[type]
  const isIcmp = type === 'icmp' || type === 'icmpv6'
  return { ...draft, type, ports: ports ?? (isIcmp ? 'All' : '') }
}

/** Why it cannot be a rule; undefined when it can. */
export function ruleProblem(draft: RuleDraft): string | undefined {
  return portsProblem(draft) ?? rangeProblem(draft) ?? descriptionProblem(draft)
}

export function portsProblem({ type, ports }: RuleDraft): string | undefined {
  if (readPorts(type, ports) !== undefined) return undefined
  return type === 'icmp' || type === 'icmpv6'
    ? 'Write All, a type, or type and code: 8/0'
    : 'Write a port, 22, or a range of ports, 20-30'
}

export function rangeProblem({ from, range, rangeUnknown }: RuleSource): string | undefined {
  if (from === 'my-ip' && range === '') return rangeUnknown ?? 'Your address is being asked for'
  if (from !== 'custom' || parseCidr(range) !== undefined) return undefined
  if (range === '') return 'Write a range, 10.0.0.0/8, or an address'
  const isAddress = parseCidr(range.split('/')[0] ?? '') !== undefined
  return isAddress
    ? 'Bits are set behind its prefix: write 10.0.0.0/8, or one host as 10.0.0.7'
    : 'Write a range (10.0.0.0/8, fd00::/8) or an address'
}

/** EC2 API reference, "IpRange". */
const DESCRIPTION = /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/

export const descriptionProblem = ({ description }: RuleDraft): string | undefined =>
  DESCRIPTION.test(description)
    ? undefined
    : 'Up to 255 of a-z A-Z 0-9, blank and ._-:/()#,@[]+=&;{}!$*'

/** Why they cannot be the rules of a group together. */
export function rulesProblem(drafts: readonly RuleDraft[]): string | undefined {
  if (drafts.length > MAX_RULES_PER_GROUP) {
    return `A security group has at most ${MAX_RULES_PER_GROUP} rules.`
  }
  if (drafts.some((draft) => ruleProblem(draft) !== undefined)) return 'A rule is not complete.'
  const keys = drafts.map(keyOf)
  return new Set(keys).size === keys.length ? undefined : 'Two rules let in the same.'
}

/** What to ask for, in this order. */
export interface RuleChanges {
  /** New ones come before old ones go: nobody is cut who is let in before and after. */
  readonly authorize: readonly object[]
  readonly revoke: readonly string[]
  /** Those that say the same as one that goes, in other words: two such rules cannot be there at once. */
  readonly authorizeThen: readonly object[]
}

export function ruleChanges(
  before: readonly ListedRule[],
  drafts: readonly RuleDraft[],
): RuleChanges {
  // By what they let in, which no two rules of a group share: what was just added has no id in its draft.
  const old = new Map(before.map(draftOf).map((draft) => [keyOf(draft), draft]))
  const isKept = (draft: RuleDraft) => old.get(keyOf(draft))?.description === draft.description
  const kept = new Set(drafts.filter(isKept).map(keyOf))
  const gone = [...old].filter(([key]) => !kept.has(key))
  const goneKeys = new Set(gone.map(([key]) => key))
  const added = drafts.filter((draft) => !isKept(draft))
  return {
    authorize: added.filter((draft) => !goneKeys.has(keyOf(draft))).map(permissionOf),
    revoke: gone.flatMap(([, { ruleId }]) => ruleId ?? []),
    authorizeThen: added.filter((draft) => goneKeys.has(keyOf(draft))).map(permissionOf),
  }
}

export const isChange = ({ authorize, revoke, authorizeThen }: RuleChanges): boolean =>
  authorize.length + revoke.length + authorizeThen.length > 0

/** As EC2 has an "IpPermission". */
export function permissionOf(draft: RuleDraft): object {
  const { type, ports, description } = draft
  const [FromPort, ToPort] = readPorts(type, ports) ?? [-1, -1]
  const { protocol } = RULE_TYPES[type]
  const described = description === '' ? {} : { Description: description }
  return {
    IpProtocol: protocol,
    ...(protocol !== '-1' && { FromPort, ToPort }),
    ...sourceOf(draft, described),
  }
}

function sourceOf(draft: RuleDraft, described: object): object {
  const listName = NAMED_SOURCES.get(draft.from)
  if (listName !== undefined) return { PrefixListIds: [{ PrefixListId: listName, ...described }] }
  const range = parseCidr(rangeOf(draft))
  return range?.family === 6
    ? { Ipv6Ranges: [{ CidrIpv6: range.text, ...described }] }
    : { IpRanges: [{ CidrIp: range?.text, ...described }] }
}

function rangeOf({ from, range }: RuleDraft): string {
  if (from === 'anywhere-4') return '0.0.0.0/0'
  return from === 'anywhere-6' ? '::/0' : range
}

/** What it lets in, in one spelling. */
function keyOf(draft: RuleDraft): string {
  const { type, ports, from } = draft
  const source = NAMED_SOURCES.has(from) ? from : (parseCidr(rangeOf(draft))?.text ?? '')
  return `${RULE_TYPES[type].protocol} ${readPorts(type, ports)?.join('-') ?? ports} ${source}`
}

function readPorts(type: RuleTypeId, text: string): readonly [number, number] | undefined {
  switch (type) {
    case 'all':
      return [-1, -1]
    case 'icmp':
    case 'icmpv6': {
      if (/^all$/i.test(text.trim())) return [-1, -1]
      const [, kind, code = '-1'] = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? []
      if (kind === undefined || Number(kind) > 255 || Number(code) > 255) return undefined
      return [Number(kind), Number(code)]
    }
    case 'ssh':
    case 'tcp':
    case 'udp':
    case 'all-tcp':
    case 'all-udp': {
      const [, from = '', to = from] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text.trim()) ?? []
      const [first, last] = [Number(from), Number(to)]
      return from === '' || first > last || last > 65_535 ? undefined : [first, last]
    }
  }
}

function portsText({ protocol, fromPort, toPort }: ListedRule): string {
  if (fromPort === -1) return 'All'
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    return toPort === -1 ? String(fromPort) : `${fromPort}/${toPort}`
  }
  return fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`
}

function typeOf(protocol: string, ports: string): RuleTypeId {
  const given = RULE_TYPE_IDS.find(
    (id) => RULE_TYPES[id].protocol === protocol && RULE_TYPES[id].ports === ports,
  )
  const custom = RULE_TYPE_IDS.find(
    (id) => RULE_TYPES[id].protocol === protocol && RULE_TYPES[id].ports === undefined,
  )
  return given ?? custom ?? 'all'
}

function fromOf(source: string): Pick<RuleDraft, 'from' | 'range'> {
  if (source === 'fleetkey' || source === 'grant') return { from: source, range: '' }
  if (source === '0.0.0.0/0') return { from: 'anywhere-4', range: '' }
  return source === '::/0' ? { from: 'anywhere-6', range: '' } : { from: 'custom', range: source }
}
