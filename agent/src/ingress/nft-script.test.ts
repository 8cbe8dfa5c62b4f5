import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseIngressRule } from '@fleetkey/domain/ingress-rule'
import {
  closeAllScript,
  closeScript,
  nftScript,
  openScript,
  removalScript,
  ruleCount,
  type TableState,
} from './nft-script.ts'

const state = (change: Partial<TableState>, rules: readonly string[] = []): TableState => ({
  mode: 'enforce',
  rules: rules.map((text) => parseIngressRule(text) ?? assert.fail(text)),
  sshPorts: [22],
  openings: [],
  ...change,
})

const SETS = `add table inet fleetkey
add set inet fleetkey opened4 { type ipv4_addr; size 1024; flags timeout; }
add set inet fleetkey seen4 { type ipv4_addr . inet_service; size 256; flags dynamic,timeout; timeout 1h; counter; }
add set inet fleetkey opened6 { type ipv6_addr; size 1024; flags timeout; }
add set inet fleetkey seen6 { type ipv6_addr . inet_service; size 256; flags dynamic,timeout; timeout 1h; counter; }
`

describe('what nft is told', () => {
  it('is, for rules in force, a whole new chain in one transaction', () => {
    const rules = ['20-30 10.0.0.0/8', '22-22 fd00::/8', '443-443 0.0.0.0/0', '22-22 grant']
    const openings = [{ address: '192.0.2.9', seconds: 42 }]
    assert.equal(
      nftScript(state({ openings }, rules)),
      `${SETS}add chain inet fleetkey ssh { type filter hook input priority filter; policy accept; }
flush chain inet fleetkey ssh
add rule inet fleetkey ssh iif "lo" accept
add rule inet fleetkey ssh meta l4proto != tcp accept
add rule inet fleetkey ssh tcp dport != { 22 } accept
add rule inet fleetkey ssh tcp flags & (fin | syn | rst | ack) != syn accept
add rule inet fleetkey ssh tcp dport 22 ip saddr 10.0.0.0/8 accept
add rule inet fleetkey ssh tcp dport 22 ip6 saddr fd00::/8 accept
add rule inet fleetkey ssh tcp dport 22 ip saddr @opened4 accept
add rule inet fleetkey ssh tcp dport 22 ip6 saddr @opened6 accept
add rule inet fleetkey ssh tcp dport { 22 } update @seen4 { ip saddr . tcp dport }
add rule inet fleetkey ssh tcp dport { 22 } update @seen6 { ip6 saddr . tcp dport }
add rule inet fleetkey ssh tcp dport { 22 } tcp flags & (fin | syn | rst | ack) == syn drop
add element inet fleetkey opened4 { 192.0.2.9 }
delete element inet fleetkey opened4 { 192.0.2.9 }
add element inet fleetkey opened4 { 192.0.2.9 timeout 42s }
`,
    )
  })

  it('is the same without the last word where rules are observed', () => {
    const enforced = nftScript(state({}, ['22-22 10.0.0.0/8']))
    const observed = nftScript(state({ mode: 'observe' }, ['22-22 10.0.0.0/8']))
    const last = 'tcp dport { 22 } tcp flags & (fin | syn | rst | ack) == syn drop'
    assert.equal(enforced, `${observed}add rule inet fleetkey ssh ${last}\n`)
    assert.doesNotMatch(observed, /drop|reject/)
  })

  it('takes a rule for each port of sshd that it covers', () => {
    const script = nftScript(state({ sshPorts: [22, 2222] }, ['22-22 10.0.0.0/8', '1-65535 ::/0']))
    assert.deepEqual(script.match(/tcp dport [^{\n]* accept|tcp dport != .*/g), [
      'tcp dport != { 22, 2222 } accept',
      'tcp dport 22 ip saddr 10.0.0.0/8 accept',
      'tcp dport 22 ip6 saddr ::/0 accept',
      'tcp dport 2222 ip6 saddr ::/0 accept',
    ])
  })

  it('is to take the table away where there are no rules at all', () => {
    assert.equal(nftScript(state({ mode: 'none' })), removalScript())
    assert.equal(removalScript(), 'add table inet fleetkey\ndelete table inet fleetkey\n')
  })

  it('opens anew what is open, and closes what may be closed already', () => {
    assert.equal(
      openScript({ address: '2001:db8::1', seconds: 60 }),
      `add element inet fleetkey opened6 { 2001:db8::1 }
delete element inet fleetkey opened6 { 2001:db8::1 }
add element inet fleetkey opened6 { 2001:db8::1 timeout 60s }
`,
    )
    assert.equal(
      closeScript('192.0.2.9'),
      `add element inet fleetkey opened4 { 192.0.2.9 }
delete element inet fleetkey opened4 { 192.0.2.9 }
`,
    )
  })

  it('never names another table', () => {
    const scripts = [
      nftScript(state({}, ['22-22 grant'])),
      closeAllScript(),
      removalScript(),
      openScript({ address: '192.0.2.9', seconds: 1 }),
    ]
    for (const line of scripts.join('').trim().split('\n')) {
      assert.match(
        line,
        /^(add|delete|flush) (table|set|chain|rule|element) inet fleetkey( |$)/,
        line,
      )
    }
  })

  it('counts the rules that it makes', () => {
    const given = state({}, ['22-22 10.0.0.0/8', '22-22 grant'])
    assert.equal(ruleCount(given), nftScript(given).match(/^add rule/gm)?.length)
    assert.equal(ruleCount(state({ mode: 'none' })), 0)
  })
})
