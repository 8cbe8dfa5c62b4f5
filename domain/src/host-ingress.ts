import type { Cidr } from './cidr.ts'
import { formatIngressRule, type IngressMode } from './ingress-rule.ts'
import { modeOf, type SecurityGroup, type SecurityGroupRule } from './security-group.ts'

/** What a host is told of its groups. */
export interface HostIngress {
  readonly mode: IngressMode
  /** formatIngressRule of each, sorted, each once. */
  readonly rules: readonly string[]
}

/**
 * The rules of all groups of an instance together: what one of them lets in comes in, as in EC2. One group that enforces makes the host
 * enforce: attaching another may open more (a right of its own), but cannot switch enforcement off. Without a group of its own an
 * instance is in the default one of its site, which lets everything in that hosts and networks let in.
 * @param controlPlane the ranges that the control plane connects from, now
 */
export function hostIngress(
  groups: readonly Pick<SecurityGroup, 'tags' | 'rules'>[],
  controlPlane: readonly Cidr[],
): HostIngress {
  if (groups.length === 0) return { mode: 'none', rules: [] }
  const texts = groups.flatMap(({ rules }) => rules.flatMap((rule) => textsOf(rule, controlPlane)))
  return {
    mode: groups.some((group) => modeOf(group) === 'enforce') ? 'enforce' : 'observe',
    rules: [...new Set(texts)].toSorted(),
  }
}

/** SSH is TCP: rules for other protocols are kept and shown, and no host hears of them. */
function textsOf(
  { protocol, fromPort, toPort, source }: SecurityGroupRule,
  controlPlane: readonly Cidr[],
): readonly string[] {
  if (protocol !== 'tcp' && protocol !== '-1') return []
  const ports =
    protocol === '-1' || fromPort === -1
      ? { fromPort: 1, toPort: 65_535 }
      : // EC2 has port 0; nothing is reached there.
        { fromPort: Math.max(1, fromPort), toPort: Math.max(1, toPort) }
  switch (source.kind) {
    case 'cidr':
      return [formatIngressRule({ ...ports, source })]
    case 'grant':
      return [formatIngressRule({ ...ports, source: { kind: 'grant' } })]
    case 'control-plane':
      return controlPlane.map((cidr) =>
        formatIngressRule({ ...ports, source: { kind: 'cidr', cidr } }),
      )
  }
}
