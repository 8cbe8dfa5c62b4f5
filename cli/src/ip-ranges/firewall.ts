import type { Cidr } from '@fleetkey/domain/cidr'
import { ufwAllow } from '@fleetkey/domain/firewall-opening'

export const FIREWALLS = ['nftables', 'ufw', 'firewalld', 'aws-security-group'] as const
export type Firewall = (typeof FIREWALLS)[number]

/** What lets these ranges reach a port, in the words of a firewall. */
export function firewallRules(
  firewall: Firewall,
  rule: { readonly ranges: readonly Cidr[]; readonly port: number },
): string {
  switch (firewall) {
    case 'nftables':
      return nftables(rule)
    case 'ufw':
      return ufw(rule)
    case 'firewalld':
      return firewalld(rule)
    case 'aws-security-group':
      return awsSecurityGroup(rule)
  }
}

type Rule = Parameters<typeof firewallRules>[1]

const WHAT = 'Fleetkey reaches this host from here'

/** A table of its own, replaced as a whole each time that the file is loaded (nft(8), "add" then "flush" makes that repeatable). */
function nftables({ ranges, port }: Rule): string {
  const set = (name: string, family: 4 | 6) => {
    const elements = textsOf(ranges, family)
    return [
      `  set ${name} {`,
      `    type ipv${family}_addr`,
      '    flags interval',
      '    auto-merge',
      ...(elements.length === 0 ? [] : [`    elements = { ${elements.join(', ')} }`]),
      '  }',
    ]
  }
  return lines(
    `# ${WHAT}: nft -f FILE. Others cannot reach port ${port} then; add yours to the sets.`,
    'table inet fleetkey',
    'flush table inet fleetkey',
    'table inet fleetkey {',
    ...set('from4', 4),
    ...set('from6', 6),
    '  chain input {',
    '    type filter hook input priority filter; policy accept;',
    '    iif lo accept',
    '    ct state established,related accept',
    `    tcp dport ${port} ip saddr @from4 accept`,
    `    tcp dport ${port} ip6 saddr @from6 accept`,
    `    tcp dport ${port} drop`,
    '  }',
    '}',
  )
}

function ufw({ ranges, port }: Rule): string {
  return lines(
    `# ${WHAT}. ufw refuses what no rule allows.`,
    ...ranges.map(({ text }) => ufwAllow(text, port)),
  )
}

function firewalld({ ranges, port }: Rule): string {
  const zone = 'fleetkey'
  return lines(
    `# ${WHAT}: a zone of its own for connections from there.`,
    `firewall-cmd --permanent --new-zone=${zone}`,
    `firewall-cmd --permanent --zone=${zone} --add-port=${port}/tcp`,
    ...ranges.map(({ text }) => `firewall-cmd --permanent --zone=${zone} --add-source=${text}`),
    'firewall-cmd --reload',
  )
}

/** For `aws ec2 authorize-security-group-ingress --group-id … --ip-permissions file://FILE`. */
function awsSecurityGroup({ ranges, port }: Rule): string {
  const permission = {
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    IpRanges: textsOf(ranges, 4).map((CidrIp) => ({ CidrIp, Description: 'fleetkey' })),
    Ipv6Ranges: textsOf(ranges, 6).map((CidrIpv6) => ({ CidrIpv6, Description: 'fleetkey' })),
  }
  return `${JSON.stringify([permission], null, 2)}\n`
}

function textsOf(ranges: readonly Cidr[], family: 4 | 6): readonly string[] {
  return ranges.filter((range) => range.family === family).map(({ text }) => text)
}

function lines(...texts: readonly string[]): string {
  return `${texts.join('\n')}\n`
}
