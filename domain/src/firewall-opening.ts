import type { Cidr } from './cidr.ts'

/** Firewalls of a host itself, by the program that a person runs to change them. */
export type HostFirewall = 'nftables' | 'iptables' | 'ufw' | 'firewalld'

/**
 * Command lines that let these ranges reach a port beside whatever is allowed already; nothing that works is cut. What the program does not
 * keep by itself over a restart of the host is said by `keeping`.
 *
 * @param rule.chain of nftables `FAMILY TABLE CHAIN`, of iptables `CHAIN`: where the connection was refused
 */
export function openingCommands(
  firewall: HostFirewall,
  rule: { readonly ranges: readonly Cidr[]; readonly port: number; readonly chain: string },
): readonly string[] {
  const { ranges, port, chain } = rule
  switch (firewall) {
    case 'nftables':
      return ranges.map(
        ({ family, text }) =>
          `nft insert rule ${chain} ip${family === 6 ? '6' : ''} saddr ${text} tcp dport ${port} accept comment '"fleetkey"'`,
      )
    case 'iptables':
      return ranges.map(
        ({ family, text }) =>
          `${family === 6 ? 'ip6tables' : 'iptables'} -I ${chain} -p tcp -s ${text} --dport ${port} -m comment --comment fleetkey -j ACCEPT`,
      )
    case 'ufw':
      return ranges.map(({ text }) => ufwAllow(text, port))
    case 'firewalld':
      return [
        ...ranges.map(
          ({ family, text }) =>
            `firewall-cmd --permanent --add-rich-rule='rule family="ipv${family}" source address="${text}" port port="${port}" protocol="tcp" accept'`,
        ),
        'firewall-cmd --reload',
      ]
  }
}

/** ufw(8) */
export const ufwAllow = (range: string, port: number): string =>
  `ufw allow proto tcp from ${range} to any port ${port} comment fleetkey`

/** What else to do so that it stays, or undefined where the program keeps it. */
export function keeping(firewall: HostFirewall): string | undefined {
  switch (firewall) {
    case 'nftables':
      return 'put the same rule into /etc/nftables.conf, to keep it after a restart'
    case 'iptables':
      return 'save it with netfilter-persistent save (Debian, Ubuntu) or iptables-save, to keep it after a restart'
    case 'ufw':
    case 'firewalld':
      return undefined
  }
}
