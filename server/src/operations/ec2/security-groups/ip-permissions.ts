import { parseCidr } from '@fleetkey/domain/cidr'
import { invalidParameterValue, missingParameter } from '@fleetkey/domain/exceptions/ec2'
import { ruleKey, type RuleMatch, type RuleProtocol } from '@fleetkey/domain/security-group'
import type { Members } from '@fleetkey/wire/aws/validation'
import { quoted } from '../quoted.ts'
import type { World } from '../../operation.ts'
import { sourceOfPrefixList } from './prefix-lists.ts'

/** One source of one permission, as a request has it: prefix lists are looked up later, when it is known whose they are. */
export interface AskedRule {
  readonly protocol: RuleProtocol
  readonly fromPort: number
  readonly toPort: number
  readonly source: RuleMatch['source'] | { readonly kind: 'prefix-list'; readonly id: string }
  readonly description: string
}

/** A rule that a request asks for, looked up. */
export type Rule = RuleMatch & { readonly description: string }

const MAX_PERMISSIONS = 60
/** EC2 API reference, "IpRange". */
const DESCRIPTION = /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/

/**
 * What an Authorize or a Revoke names: `IpPermissions`, or the one rule that the older members make. Empty when it names none.
 * EC2 API reference, "IpPermission".
 */
export function readIpPermissions(v: Members): readonly AskedRule[] {
  refuseGroupAsSource(v.optionalString('SourceSecurityGroupName'))
  refuseGroupAsSource(v.optionalString('SourceSecurityGroupOwnerId'))
  const cidrIp = v.optionalString('CidrIp', { max: 64 })
  const protocol = v.optionalString('IpProtocol', { max: 16 })
  const listed = v.structureList('IpPermissions', { max: MAX_PERMISSIONS }).flatMap(readPermission)
  if (cidrIp === undefined) {
    if (protocol !== undefined && listed.length === 0) throw missingParameter('CidrIp')
    return listed
  }
  if (listed.length > 0) {
    throw invalidParameterValue('Name rules in IpPermissions or in CidrIp, not in both.')
  }
  return [{ ...readPorts(v), source: readCidr(cidrIp, 4), description: '' }]
}

/** Each once. Throws for a prefix list that is not there, and where a request names the same twice. */
export function lookUpRules(
  asked: readonly AskedRule[],
  world: Pick<World, 'deployment'>,
): readonly Rule[] {
  const rules = asked.map(({ source, ...rule }) => ({
    ...rule,
    source: source.kind === 'prefix-list' ? sourceOfPrefixList(source.id, world) : source,
  }))
  if (new Set(rules.map(ruleKey)).size !== rules.length) {
    throw invalidParameterValue('The same permission must not appear multiple times')
  }
  return rules
}

/** As EC2 writes it in its refusals: `peer: 10.0.0.0/8, TCP, from port: 22, to port: 22, ALLOW`. */
export function ruleText({ protocol, fromPort, toPort, source }: RuleMatch): string {
  const peer = source.kind === 'cidr' ? source.cidr.text : source.kind
  const name = protocol === '-1' ? 'ALL' : protocol.toUpperCase()
  const ports = protocol === '-1' ? '' : `, from port: ${fromPort}, to port: ${toPort}`
  return `peer: ${peer}, ${name}${ports}, ALLOW`
}

function readPermission(permission: Members): readonly AskedRule[] {
  const ports = readPorts(permission)
  const described = (item: Members) => ({ description: readDescription(item) })
  const pairs = permission.structureList('UserIdGroupPairs', { max: MAX_PERMISSIONS })
  if (pairs.length > 0) refuseGroupAsSource('')
  const lists = permission.structureList('PrefixListIds', { max: MAX_PERMISSIONS })
  const rules = [
    ...rangesOf(permission, 'IpRanges', 'CidrIp').map(([text, item]) => ({
      source: readCidr(text, 4),
      ...described(item),
    })),
    ...rangesOf(permission, 'Ipv6Ranges', 'CidrIpv6').map(([text, item]) => ({
      source: readCidr(text, 6),
      ...described(item),
    })),
    ...lists.map((item) => ({
      source: {
        kind: 'prefix-list' as const,
        id: item.requiredString('PrefixListId', { max: 64 }),
      },
      ...described(item),
    })),
  ]
  if (rules.length === 0) {
    throw invalidParameterValue(
      'A permission names where it lets in from: IpRanges, Ipv6Ranges or PrefixListIds.',
    )
  }
  return rules.map((rule) => ({ ...ports, ...rule }))
}

function rangesOf(permission: Members, list: string, member: string) {
  return permission
    .structureList(list, { max: MAX_PERMISSIONS })
    .map((item) => [item.requiredString(member, { max: 64 }), item] as const)
}

function readDescription(item: Members): string {
  const text = item.optionalString('Description') ?? ''
  if (text.length > 255 || !DESCRIPTION.test(text)) {
    throw invalidParameterValue(
      'Invalid rule description. It has up to 255 characters from the set a-z A-Z 0-9, blank and ._-:/()#,@[]+=&;{}!$*',
    )
  }
  return text
}

function readPorts(v: Members): Pick<RuleMatch, 'protocol' | 'fromPort' | 'toPort'> {
  const text = v.optionalString('IpProtocol', { max: 16 })
  if (text === undefined) throw missingParameter('IpProtocol')
  const protocol = PROTOCOLS.get(text.toLowerCase())
  if (protocol === undefined) {
    throw invalidParameterValue(
      `Invalid value ${quoted(text)} for IP protocol. It is tcp, udp, icmp, icmpv6 or -1 for all.`,
    )
  }
  const fromPort = v.optionalInteger('FromPort')
  const toPort = v.optionalInteger('ToPort')
  switch (protocol) {
    case '-1':
      return { protocol, fromPort: -1, toPort: -1 }
    case 'icmp':
    case 'icmpv6':
      return checkIcmp(protocol, fromPort ?? -1, toPort ?? -1)
    case 'tcp':
    case 'udp':
      return checkPorts(protocol, fromPort, toPort)
  }
}

/** IANA protocol numbers too, as EC2 takes them. */
const PROTOCOLS: ReadonlyMap<string, RuleProtocol> = new Map([
  ['tcp', 'tcp'],
  ['6', 'tcp'],
  ['udp', 'udp'],
  ['17', 'udp'],
  ['icmp', 'icmp'],
  ['1', 'icmp'],
  ['icmpv6', 'icmpv6'],
  ['58', 'icmpv6'],
  ['-1', '-1'],
  ['all', '-1'],
])

function checkPorts(protocol: 'tcp' | 'udp', from: number | undefined, to: number | undefined) {
  if (from === undefined || to === undefined) {
    throw invalidParameterValue(
      `Invalid value for portRange. Must specify both from and to ports with ${protocol}.`,
    )
  }
  const isPort = (port: number) => port >= 0 && port <= 65_535
  if (!isPort(from) || !isPort(to) || from > to) {
    throw invalidParameterValue(
      'Invalid TCP/UDP port range: FromPort and ToPort are 0 to 65535, and FromPort is not the greater one.',
    )
  }
  return { protocol, fromPort: from, toPort: to }
}

function checkIcmp(protocol: 'icmp' | 'icmpv6', type: number, code: number) {
  if (type < -1 || type > 255 || code < -1 || code > 255) {
    throw invalidParameterValue('With icmp, FromPort is the type and ToPort the code: -1 to 255.')
  }
  return { protocol, fromPort: type, toPort: code }
}

function readCidr(text: string, family: 4 | 6): RuleMatch['source'] {
  const cidr = parseCidr(text)
  if (cidr?.family !== family) {
    throw invalidParameterValue(
      `CIDR block ${quoted(text)} is malformed: an IPv${family} address and a prefix length, with no bits set behind it.`,
    )
  }
  return { kind: 'cidr', cidr }
}

/** Hosts say of themselves which addresses they have; who lets in by that lets in whom such a host names. */
function refuseGroupAsSource(given: string | undefined): void {
  if (given === undefined) return
  throw invalidParameterValue(
    'A security group cannot be the source of a rule: its addresses are what hosts report of themselves, and a host could name any. Name address ranges, or a prefix list of DescribeManagedPrefixLists.',
  )
}
