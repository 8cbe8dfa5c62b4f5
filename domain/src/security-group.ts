import type { Cidr } from './cidr.ts'
import type { Tags } from './instance.ts'

/** A named set of rules that say from where connections come in. It belongs to a site, and is attached to instances there. */
export interface SecurityGroup {
  /** `sg-` and 17 hexadecimal digits. */
  readonly groupId: string
  readonly site: string
  /** One of its kind in a site. */
  readonly name: string
  readonly description: string
  readonly createdAt: number
  readonly tags: Tags
  readonly rules: readonly SecurityGroupRule[]
}

export interface SecurityGroupRule extends RuleMatch {
  /** `sgr-` and 17 hexadecimal digits. */
  readonly ruleId: string
  /** Empty when there is none. */
  readonly description: string
  readonly tags: Tags
}

/** What a rule lets in: two rules of a group with the same are one. */
export interface RuleMatch {
  readonly protocol: RuleProtocol
  /** With icmp the type and code, as EC2 has it; -1 is any. With `-1` both are -1. */
  readonly fromPort: number
  readonly toPort: number
  readonly source: RuleSource
}

/** EC2's texts; `-1` is every protocol. */
export type RuleProtocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | '-1'

export type RuleSource =
  | { readonly kind: 'cidr'; readonly cidr: Cidr }
  /** The addresses that the control plane connects from: those of ip-ranges.json, as they are by then. */
  | { readonly kind: 'control-plane' }
  /** Just in time: the address of whoever pushed a key, while the grant lives. */
  | { readonly kind: 'grant' }

/** Says whether a group only observes or enforces. Whoever sets it needs the right to change the group's rules. */
export const MODE_TAG = 'fleetkey:mode'

/** Quotas, as EC2 has them: what more of them say would not fit in one message to a host. */
export const MAX_RULES_PER_GROUP = 60
export const MAX_GROUPS_PER_INSTANCE = 5

/** The one spelling of what a rule lets in. */
export function ruleKey({ protocol, fromPort, toPort, source }: RuleMatch): string {
  const from = source.kind === 'cidr' ? source.cidr.text : source.kind
  return `${protocol} ${fromPort}-${toPort} ${from}`
}

/** Without the tag, a group observes: attaching one cuts nobody off. */
export const modeOf = ({ tags }: Pick<SecurityGroup, 'tags'>): 'observe' | 'enforce' =>
  tags[MODE_TAG] === 'enforce' ? 'enforce' : 'observe'
