import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PORT_22_DROPPED, SAVED, SECURITY_GROUPS, STRICT } from './firewall.cases.ts'
import { judgeFirewall } from './firewall.ts'
import type { FirewallVerdict } from './firewall-verdict.ts'
import { iptablesVerdict } from './iptables-verdict.ts'
import { nftVerdict } from './nft-verdict.ts'

const say = (verdict: FirewallVerdict): string => {
  switch (verdict.kind) {
    case 'accepted':
      return 'accepted'
    case 'unknown':
      return 'unknown'
    case 'dropped':
    case 'rejected':
      return `${verdict.kind} by ${verdict.by}, ${verdict.chain}`
  }
}

describe('nftables', () => {
  for (const [address, port, wanted] of [
    ['192.0.2.9', 22, 'accepted'],
    ['192.0.3.9', 22, 'dropped by policy, inet filter input'],
    ['198.51.100.7', 22, 'dropped by rule, inet filter input'],
    ['203.0.113.200', 80, 'dropped by rule, inet filter input'],
    ['192.0.3.9', 443, 'accepted'],
    ['10.1.2.3', 22, 'rejected by rule, inet filter more'],
    ['2001:db8::1', 22, 'accepted'],
    ['2001:db9::1', 22, 'dropped by policy, inet filter input'],
    ['192.0.3.9', 2222, 'unknown'],
  ] as const)
    it(`${address} to port ${port} is ${wanted}`, () => {
      assert.equal(say(nftVerdict(STRICT, { address, port })), wanted)
    })

  it('with a map of verdicts', () => {
    assert.equal(
      say(nftVerdict(PORT_22_DROPPED, { address: '192.0.2.9', port: 22 })),
      'dropped by rule, inet fw input',
    )
    assert.equal(say(nftVerdict(PORT_22_DROPPED, { address: '192.0.2.9', port: 23 })), 'accepted')
  })

  for (const [address, port, wanted] of [
    ['10.1.2.3', 22, 'accepted'],
    ['192.0.2.9', 22, 'accepted'],
    ['192.0.2.8', 22, 'dropped by rule, inet fleetkey ssh'],
    ['192.0.2.8', 80, 'accepted'],
  ] as const)
    it(`of security groups: ${address} to port ${port} is ${wanted}`, () => {
      assert.equal(say(nftVerdict(SECURITY_GROUPS, { address, port })), wanted)
    })

  const ruleset = (expr: readonly object[], more: object = {}) => ({
    nftables: [
      {
        chain: {
          family: 'ip',
          table: 't',
          name: 'c',
          type: 'filter',
          hook: 'input',
          prio: 0,
          policy: 'accept',
          ...more,
        },
      },
      { rule: { family: 'ip', table: 't', chain: 'c', expr } },
    ],
  })
  const asked = { address: '192.0.2.9', port: 22 }

  it('claims nothing of rules that it does not know', () => {
    for (const unknown of [
      { xt: { type: 'match', name: 'recent' } },
      { match: { op: '==', left: { meta: { key: 'mark' } }, right: 7 } },
      { match: { op: '==', left: { fib: { result: 'type' } }, right: 'local' } },
      { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'eth0' } },
      { match: { op: '<', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 1024 } },
      { limit: { rate: 1, per: 'second' } },
    ]) {
      assert.equal(say(nftVerdict(ruleset([unknown, { drop: null }]), asked)), 'unknown')
    }
  })

  it('knows that a rule for others says nothing about this one, whatever else it says', () => {
    const other = {
      match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 80 },
    }
    const mark = { match: { op: '==', left: { meta: { key: 'mark' } }, right: 7 } }
    assert.equal(say(nftVerdict(ruleset([mark, other, { drop: null }]), asked)), 'accepted')
    const lo = { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'lo' } }
    assert.equal(
      say(nftVerdict(ruleset([lo, { accept: null }], { policy: 'drop' }), asked)),
      'dropped by policy, ip t c',
    )
    const udp = {
      match: { op: '==', left: { payload: { protocol: 'udp', field: 'dport' } }, right: 22 },
    }
    assert.equal(say(nftVerdict(ruleset([udp, { drop: null }]), asked)), 'accepted')
  })

  it('has no say over the other family, and none without rules', () => {
    assert.equal(
      say(nftVerdict(ruleset([{ drop: null }]), { address: '2001:db8::1', port: 22 })),
      'accepted',
    )
    for (const nothing of [{}, { nftables: [] }, undefined, null, 'x', { nftables: [1, null] }]) {
      assert.equal(say(nftVerdict(nothing, asked)), 'accepted')
    }
  })

  it('ends with chains that call each other', () => {
    const rule = {
      rule: { family: 'ip', table: 't', chain: 'c', expr: [{ jump: { target: 'c' } }] },
    }
    const loop = { nftables: [...ruleset([]).nftables, rule] }
    assert.equal(say(nftVerdict(loop, asked)), 'unknown')
  })
})

describe('iptables', () => {
  for (const [address, port, wanted] of [
    ['192.0.2.9', 22, 'accepted'],
    ['192.0.3.9', 22, 'dropped by policy, INPUT'],
    ['10.0.0.1', 22, 'dropped by policy, INPUT'],
    ['203.0.113.5', 22, 'rejected by rule, INPUT'],
    ['198.51.100.1', 2225, 'dropped by rule, people'],
    ['192.0.2.9', 2225, 'accepted'],
    ['192.0.2.9', 8022, 'unknown'],
  ] as const)
    it(`${address} to port ${port} is ${wanted}`, () => {
      assert.equal(say(iptablesVerdict(SAVED, { address, port })), wanted)
    })

  it('without rules lets everything in', () => {
    assert.equal(say(iptablesVerdict('', { address: '192.0.2.9', port: 22 })), 'accepted')
  })
})

describe("the finding of a host's firewall", () => {
  const asked = { address: '192.0.3.9', port: 22 }
  const judge = (seen: Partial<Parameters<typeof judgeFirewall>[1]['seen']>, isNamed = true) =>
    judgeFirewall(asked, {
      seen: { manager: undefined, nft: undefined, saved: undefined, ...seen },
      isNamed,
    })[0]

  it('says by which chain, and how to let that address in', () => {
    const found = judge({ nft: STRICT })
    assert.equal(found?.cause, 'never-arrived')
    assert.match(
      found?.says ?? '',
      /drops without an answer .* as no rule allows it \(table inet filter, chain input\)/,
    )
    assert.deepEqual(found?.mend?.commands, [
      `nft insert rule inet filter input ip saddr 192.0.3.9/32 tcp dport 22 accept comment '"fleetkey"'`,
    ])
    assert.equal(found?.mend?.fix, undefined, 'a firewall is never changed by us')
  })

  it('speaks the language of who writes the rules', () => {
    assert.deepEqual(judge({ nft: STRICT, manager: 'ufw' })?.mend?.commands, [
      'ufw allow proto tcp from 192.0.3.9/32 to any port 22 comment fleetkey',
    ])
    assert.match(
      judge({ saved: SAVED })?.mend?.commands?.[0] ?? '',
      /^iptables -I INPUT -p tcp -s 192\.0\.3\.9\/32/,
    )
    assert.match(
      judge({ nft: STRICT, manager: 'firewalld' })?.mend?.commands?.[0] ?? '',
      /^firewall-cmd --permanent/,
    )
  })

  it('is no fault where security groups may open the port with a grant', () => {
    const found = judge({ nft: SECURITY_GROUPS })
    assert.deepEqual([found?.check, found?.state], ['security-groups', 'note'])
    const text = JSON.stringify(SECURITY_GROUPS).replaceAll('@opened4', '@seen4')
    const closed = judge({ nft: JSON.parse(text) })
    assert.deepEqual(
      [closed?.check, closed?.state, closed?.cause],
      ['firewall', 'bad', 'never-arrived'],
    )
    assert.match(closed?.says ?? '', /security groups of this instance do not let/)
  })

  it('is no fault when nobody said whence they come', () => {
    assert.equal(judge({ nft: STRICT }, false)?.state, 'note')
  })

  it('is unknown where the rules cannot be read', () => {
    assert.equal(judge({})?.state, 'unknown')
    assert.equal(judge({ nft: { nftables: [] } })?.state, 'good')
  })
})
