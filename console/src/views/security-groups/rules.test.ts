import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hostRules } from './host-rules.ts'
import { changeText, readChange, together, unmoved } from './hosts-told.ts'
import { readGroups, type ListedGroup } from './listed-group.ts'
import { portText, protocolText } from './rule-text.ts'

function group(name: string, mode: ListedGroup['mode']): ListedGroup {
  return {
    groupId: `sg-${name}`,
    name,
    site: 'default',
    vpcId: 'vpc-1',
    description: '',
    mode,
    instanceIds: [],
    tags: new Map(),
    rules: [
      {
        ruleId: `sgr-${name}`,
        groupId: `sg-${name}`,
        protocol: 'tcp',
        fromPort: 22,
        toPort: 22,
        source: '10.0.0.0/8',
        description: '',
        enforced: 'ssh-port',
      },
    ],
  }
}

describe('hostRules', () => {
  it('enforces as soon as one group does, with the rules of all', () => {
    const { mode, rules } = hostRules([group('a', 'observe'), group('b', 'enforce')])
    assert.equal(mode, 'enforce')
    assert.deepEqual(
      rules.map(({ groupName }) => groupName),
      ['a', 'b'],
    )
  })

  it('counts nothing of the default group', () => {
    assert.deepEqual(hostRules([group('default', undefined)]), { mode: 'none', rules: [] })
    assert.equal(hostRules([group('a', 'observe')]).mode, 'observe')
  })
})

describe('readGroups', () => {
  it('calls prefix lists what people call them', () => {
    const rule = { GroupId: 'sg-1', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }
    const [read] = readGroups({
      groups: [
        {
          GroupId: 'sg-1',
          GroupName: 'office',
          Description: 'd',
          VpcId: 'vpc-1',
          Fleetkey: { Site: 'default', Mode: 'observe', InstanceIds: ['i-1'] },
        },
      ],
      rules: [
        {
          ...rule,
          SecurityGroupRuleId: 'r-1',
          PrefixListId: 'pl-1',
          Fleetkey: { Enforced: 'ssh-port' },
        },
        {
          ...rule,
          SecurityGroupRuleId: 'r-2',
          CidrIpv6: 'fd00::/8',
          Fleetkey: { Enforced: 'ssh-port' },
        },
      ],
      lists: [{ PrefixListId: 'pl-1', PrefixListName: 'fleetkey.grant' }],
    })
    assert.deepEqual(
      read?.rules.map(({ source }) => source),
      ['grant', 'fd00::/8'],
    )
    assert.deepEqual(read?.instanceIds, ['i-1'])
  })
})

describe('what became of a change', () => {
  const told = (InstanceId: string, State: 'done' | 'away' | 'unable' | 'failed') =>
    readChange({ Fleetkey: { Hosts: [{ InstanceId, State, Says: `${InstanceId} ${State}` }] } })

  it('is the last word of each host', () => {
    const change = together([told('i-1', 'failed'), told('i-2', 'away'), told('i-1', 'done')])
    assert.equal(changeText(change), 'Done on 1 host, told when its agent is back: 1 host')
    assert.deepEqual(unmoved(change), [])
  })

  it('names the hosts that do not follow', () => {
    const change = together([told('i-1', 'unable'), { hosts: [], warning: 'w' }])
    assert.deepEqual(
      unmoved(change).map(({ says }) => says),
      ['i-1 unable'],
    )
    assert.equal(change.warning, 'w')
  })
})

describe('the words of a rule', () => {
  it('are those of EC2', () => {
    const words = (protocol: string, fromPort: number, toPort: number) =>
      `${protocolText({ protocol })} ${portText({ protocol, fromPort, toPort })}`
    assert.equal(words('tcp', 22, 22), 'TCP 22')
    assert.equal(words('udp', 20, 30), 'UDP 20-30')
    assert.equal(words('tcp', 0, 65_535), 'TCP All')
    assert.equal(words('-1', -1, -1), 'All All')
    assert.equal(words('icmp', 8, -1), 'ICMP type 8')
    assert.equal(words('icmpv6', 128, 0), 'ICMPv6 type 128, code 0')
  })
})
