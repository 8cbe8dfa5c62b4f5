import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseCidr } from './cidr.ts'
import { hostIngress } from './host-ingress.ts'
import type { RuleMatch, SecurityGroupRule } from './security-group.ts'

const cidr = (text: string) => parseCidr(text) ?? assert.fail(text)

const rule = (given: Partial<RuleMatch>): SecurityGroupRule => ({
  ruleId: 'sgr-0',
  description: '',
  tags: {},
  protocol: 'tcp',
  fromPort: 22,
  toPort: 22,
  source: { kind: 'cidr', cidr: cidr('10.0.0.0/8') },
  ...given,
})

const controlPlane = [cidr('192.0.2.1/32'), cidr('2001:db8::1/128')]

describe('what a host is told of its groups', () => {
  it('is nothing without a group', () => {
    assert.deepEqual(hostIngress([], controlPlane), { mode: 'none', rules: [] })
  })

  it('is the rules of all groups, each once and in one order', () => {
    const one = rule({})
    const other = rule({ source: { kind: 'grant' } })
    const groups = [
      { tags: {}, rules: [other, one] },
      { tags: {}, rules: [one] },
    ]
    assert.deepEqual(hostIngress(groups, []), {
      mode: 'observe',
      rules: ['22-22 10.0.0.0/8', '22-22 grant'],
    })
  })

  it('lets nothing in with a group that has no rules', () => {
    const groups = [{ tags: { 'fleetkey:mode': 'enforce' }, rules: [] }]
    assert.deepEqual(hostIngress(groups, controlPlane), { mode: 'enforce', rules: [] })
  })

  it('enforces when one group does: a second group cannot switch it off', () => {
    const groups = [
      { tags: { 'fleetkey:mode': 'enforce' }, rules: [] },
      { tags: { 'fleetkey:mode': 'observe' }, rules: [] },
    ]
    assert.equal(hostIngress(groups, []).mode, 'enforce')
  })

  it('puts the ranges of the control plane where a rule names it', () => {
    const groups = [{ tags: {}, rules: [rule({ source: { kind: 'control-plane' } })] }]
    assert.deepEqual(hostIngress(groups, controlPlane).rules, [
      '22-22 192.0.2.1/32',
      '22-22 2001:db8::1/128',
    ])
  })

  it('leaves out what is not TCP, and takes all protocols and all ports for every port', () => {
    const rules = [
      rule({ protocol: 'udp' }),
      rule({ protocol: 'icmp', fromPort: -1, toPort: -1 }),
      rule({ protocol: '-1', fromPort: -1, toPort: -1 }),
      rule({ fromPort: 0, toPort: 65_535, source: { kind: 'grant' } }),
    ]
    assert.deepEqual(hostIngress([{ tags: {}, rules }], []).rules, [
      '1-65535 10.0.0.0/8',
      '1-65535 grant',
    ])
  })
})
