import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseCidr } from './cidr.ts'
import { keeping, openingCommands, type HostFirewall } from './firewall-opening.ts'

const ranges = ['192.0.2.0/24', '2001:db8::/32'].flatMap((text) => parseCidr(text) ?? [])

for (const [firewall, chain, wanted] of [
  [
    'nftables',
    'inet filter input',
    [
      `nft insert rule inet filter input ip saddr 192.0.2.0/24 tcp dport 22 accept comment '"fleetkey"'`,
      `nft insert rule inet filter input ip6 saddr 2001:db8::/32 tcp dport 22 accept comment '"fleetkey"'`,
    ],
  ],
  [
    'iptables',
    'INPUT',
    [
      'iptables -I INPUT -p tcp -s 192.0.2.0/24 --dport 22 -m comment --comment fleetkey -j ACCEPT',
      'ip6tables -I INPUT -p tcp -s 2001:db8::/32 --dport 22 -m comment --comment fleetkey -j ACCEPT',
    ],
  ],
  [
    'ufw',
    '',
    [
      'ufw allow proto tcp from 192.0.2.0/24 to any port 22 comment fleetkey',
      'ufw allow proto tcp from 2001:db8::/32 to any port 22 comment fleetkey',
    ],
  ],
  [
    'firewalld',
    '',
    [
      `firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="192.0.2.0/24" port port="22" protocol="tcp" accept'`,
      `firewall-cmd --permanent --add-rich-rule='rule family="ipv6" source address="2001:db8::/32" port port="22" protocol="tcp" accept'`,
      'firewall-cmd --reload',
    ],
  ],
] as const)
  it(`${firewall} lets ranges of both families in`, () => {
    assert.deepEqual(openingCommands(firewall, { ranges, port: 22, chain }), wanted)
  })

it('says what a firewall does not keep by itself', () => {
  const kept: readonly HostFirewall[] = ['ufw', 'firewalld']
  for (const firewall of kept) assert.equal(keeping(firewall), undefined)
  assert.match(keeping('nftables') ?? '', /nftables\.conf/)
  assert.match(keeping('iptables') ?? '', /netfilter-persistent/)
})
