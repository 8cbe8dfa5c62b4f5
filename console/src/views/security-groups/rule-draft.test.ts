import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ListedRule } from './listed-group.ts'
import {
  draftOf,
  isChange,
  NEW_RULE,
  portsProblem,
  rangeProblem,
  ruleChanges,
  ruleProblem,
  rulesProblem,
  withType,
  type RuleDraft,
} from './rule-draft.ts'

const ssh: ListedRule = {
  ruleId: 'sgr-1',
  groupId: 'sg-1',
  protocol: 'tcp',
  fromPort: 22,
  toPort: 22,
  source: '10.0.0.0/8',
  description: 'office',
  enforced: 'ssh-port',
}
const fresh = (given: Partial<RuleDraft>): RuleDraft => ({ ...NEW_RULE, ...given })

describe('a rule as it is edited', () => {
  it('is in the columns of EC2', () => {
    const draft = (given: Partial<ListedRule>) => {
      const { type, ports, from, range } = draftOf({ ...ssh, ...given })
      return [type, ports, from, range]
    }
    assert.deepEqual(draft({}), ['ssh', '22', 'custom', '10.0.0.0/8'])
    assert.deepEqual(draft({ toPort: 30, source: '0.0.0.0/0' }), ['tcp', '22-30', 'anywhere-4', ''])
    assert.deepEqual(draft({ protocol: 'udp', fromPort: 0, toPort: 65_535, source: '::/0' }), [
      'all-udp',
      '0-65535',
      'anywhere-6',
      '',
    ])
    assert.deepEqual(draft({ protocol: '-1', fromPort: -1, toPort: -1, source: 'grant' }), [
      'all',
      'All',
      'grant',
      '',
    ])
    assert.deepEqual(draft({ protocol: 'icmp', fromPort: 8, toPort: 0 }).slice(0, 2), [
      'icmp',
      '8/0',
    ])
  })

  it('is of this browser alone once its address is known', () => {
    const mine = fresh({ from: 'my-ip' })
    assert.match(rangeProblem(mine) ?? '', /being asked for/)
    assert.equal(rangeProblem({ ...mine, rangeUnknown: 'A proxy.' }), 'A proxy.')
    const known = { ...mine, range: '2001:db8::7/128' }
    assert.equal(ruleProblem(known), undefined)
    assert.deepEqual(ruleChanges([], [known]).authorize, [
      {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        Ipv6Ranges: [{ CidrIpv6: '2001:db8::7/128' }],
      },
    ])
    assert.equal(rulesProblem([known, { ...known, from: 'custom' }]), 'Two rules let in the same.')
  })

  it('gets the ports of its type', () => {
    assert.equal(withType(NEW_RULE, 'all-tcp').ports, '0-65535')
    assert.equal(withType(NEW_RULE, 'icmp').ports, 'All')
    assert.equal(withType(NEW_RULE, 'tcp').ports, '')
  })

  it('says what is missing', () => {
    const ports = (text: string, type: RuleDraft['type'] = 'tcp') =>
      portsProblem(fresh({ type, ports: text }))
    for (const good of ['22', '20-30', '0-65535']) assert.equal(ports(good), undefined)
    for (const bad of ['', 'x', '30-20', '70000', '22,23']) assert.match(ports(bad) ?? '', /port/)
    assert.equal(ports('8/0', 'icmp'), undefined)
    assert.match(ports('300', 'icmp') ?? '', /type and code/)
    const range = (text: string) => rangeProblem(fresh({ range: text }))
    assert.equal(range('fd00::/8'), undefined)
    assert.equal(range('10.0.0.7'), undefined)
    assert.match(range('10.0.0.7/8') ?? '', /Bits are set/)
    assert.match(range('office') ?? '', /Write a range \(/)
    assert.match(range('') ?? '', /Write a range,/)
    assert.match(ruleProblem(fresh({ range: '::1', description: 'a"b' })) ?? '', /Up to 255/)
  })

  it('is one of sixty that differ', () => {
    const twice = [fresh({ range: '10.0.0.7' }), fresh({ range: '10.0.0.7/32', description: 'x' })]
    assert.match(rulesProblem(twice) ?? '', /the same/)
    const many = Array.from({ length: 61 }, (_, at) => fresh({ range: `10.0.0.${at}` }))
    assert.match(rulesProblem(many) ?? '', /at most 60/)
    assert.equal(rulesProblem(many.slice(1)), undefined)
  })
})

describe('ruleChanges', () => {
  it('asks for nothing where nothing changed', () => {
    assert.equal(isChange(ruleChanges([ssh], [draftOf(ssh)])), false)
    // The same in another spelling.
    assert.equal(isChange(ruleChanges([ssh], [{ ...draftOf(ssh), type: 'tcp' }])), false)
  })

  it('lets in more before it lets in less (would cut who is let in before and after)', () => {
    const edited = { ...draftOf(ssh), range: '10.0.0.0/16' }
    assert.deepEqual(ruleChanges([ssh], [edited, fresh({ from: 'grant', type: 'all' })]), {
      authorize: [
        {
          IpProtocol: 'tcp',
          FromPort: 22,
          ToPort: 22,
          IpRanges: [{ CidrIp: '10.0.0.0/16', Description: 'office' }],
        },
        { IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'fleetkey.grant' }] },
      ],
      revoke: ['sgr-1'],
      authorizeThen: [],
    })
  })

  it('puts back in other words what cannot be there twice', () => {
    const { authorize, revoke, authorizeThen } = ruleChanges(
      [ssh],
      [{ ...draftOf(ssh), description: 'Berlin' }],
    )
    assert.deepEqual([authorize, revoke], [[], ['sgr-1']])
    assert.deepEqual(authorizeThen, [
      {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'Berlin' }],
      },
    ])
  })

  it('asks for what is left alone, once a part of it was made', () => {
    const added = fresh({ range: '10.9.0.0/16' })
    // It was added, and then what was to go could not be taken away.
    const there = { ...ssh, ruleId: 'sgr-2', source: '10.9.0.0/16', description: '' }
    assert.deepEqual(ruleChanges([ssh, there], [added]), {
      authorize: [],
      revoke: ['sgr-1'],
      authorizeThen: [],
    })
  })

  it('takes away what is no more', () => {
    assert.deepEqual(ruleChanges([ssh], []).revoke, ['sgr-1'])
    const six = ruleChanges([], [fresh({ range: 'FD00::/8' })]).authorize
    assert.deepEqual(six, [
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, Ipv6Ranges: [{ CidrIpv6: 'fd00::/8' }] },
    ])
  })
})
