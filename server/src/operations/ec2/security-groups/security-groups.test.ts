import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../../testing/control-plane.ts'
import { enrolHost } from '../../../testing/fake-agent.ts'

let plane: ControlPlane
let root: ApiClient
let instanceId = ''
let berlin = ''
before(async () => {
  plane = await startControlPlane()
  ;({ root } = plane)
  instanceId = (await enrolHost(plane)).instanceId
  berlin = (await enrolHost(plane, { Site: 'berlin' })).instanceId
})
after(() => plane.close())

let count = 0
async function make(fields: object = {}): Promise<string> {
  const named = { GroupName: `group-${++count}`, Description: 'for a test' }
  return (await root.done('CreateSecurityGroup', { ...named, ...fields })).GroupId
}
const TCP_22 = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }
const OFFICE = { ...TCP_22, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'the office' }] }
const allow = (GroupId: string, ...IpPermissions: object[]) =>
  root.done('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions })
const attach = (InstanceId: string, ...Groups: string[]) =>
  root.done('ModifyInstanceAttribute', { InstanceId, Groups })
const describeGroup = async (GroupId: string) =>
  (await root.done('DescribeSecurityGroups', { GroupIds: [GroupId] })).SecurityGroups[0]
const defaultOf = async (site: string) => {
  const Filters = [
    { Name: 'group-name', Values: ['default'] },
    { Name: 'tag:Name', Values: [site] },
  ]
  return (await root.done('DescribeSecurityGroups', { Filters })).SecurityGroups[0]
}
async function refusal(operation: string, fields: object, client = root) {
  const { status, code } = await client.call(operation, fields)
  return `${status} ${code}`
}
const groupsOf = async (id: string) => {
  const { Reservations } = await root.done('DescribeInstances', { InstanceIds: [id] })
  return Reservations[0].Instances[0].SecurityGroups
}

describe('the default group of a site', () => {
  it('is there without anybody, lets everything in and is what an instance has', async () => {
    const group = await defaultOf('default')
    assert.equal(group.GroupName, 'default')
    const [permission, ...more] = group.IpPermissions
    assert.deepEqual(more, [])
    assert.deepEqual(permission, {
      IpProtocol: '-1',
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
      Ipv6Ranges: [{ CidrIpv6: '::/0' }],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    })
    assert.deepEqual(await groupsOf(instanceId), [{ GroupId: group.GroupId, GroupName: 'default' }])
  })

  it('stays as it is', async () => {
    const { GroupId } = await defaultOf('default')
    assert.equal(await refusal('DeleteSecurityGroup', { GroupId }), '400 CannotDelete')
    const asked = { GroupId, IpPermissions: [OFFICE] }
    assert.equal(await refusal('AuthorizeSecurityGroupIngress', asked), '400 CannotDelete')
    const Tags = [{ Key: 'fleetkey:mode', Value: 'enforce' }]
    const tagged = { Resources: [GroupId], Tags }
    assert.equal(await refusal('CreateTags', tagged), '400 InvalidGroup.NotFound')
  })
})

describe('a security group', () => {
  it('is made in a site, with tags, once of a name', async () => {
    const { VpcId } = await defaultOf('berlin')
    const fields = {
      GroupName: 'web',
      Description: 'who reaches the web hosts',
      VpcId,
      TagSpecifications: [
        { ResourceType: 'security-group', Tags: [{ Key: 'env', Value: 'prod' }] },
      ],
    }
    const made = await root.done('CreateSecurityGroup', fields)
    assert.match(made.GroupId, /^sg-[0-9a-f]{17}$/)
    assert.deepEqual(made.Tags, [{ Key: 'env', Value: 'prod' }])
    assert.equal(await refusal('CreateSecurityGroup', fields), '400 InvalidGroup.Duplicate')
    const shown = await describeGroup(made.GroupId)
    assert.equal(shown.VpcId, VpcId)
    assert.equal(shown.SecurityGroupArn, made.SecurityGroupArn)
    assert.deepEqual(shown.IpPermissions, [])
    const { Site, Mode, InstanceIds } = shown.Fleetkey
    assert.deepEqual(
      { Site, Mode, InstanceIds },
      { Site: 'berlin', Mode: 'observe', InstanceIds: [] },
    )
    const { VpcId: _, ...elsewhere } = fields
    await root.done('CreateSecurityGroup', elsewhere)
  })

  for (const [what, fields, code] of [
    ['the name default', { GroupName: 'default' }, 'InvalidGroup.Reserved'],
    ['a name that looks like an id', { GroupName: 'sg-web' }, 'InvalidParameterValue'],
    ['a control character', { Description: 'a\nb' }, 'InvalidParameterValue'],
    ['no description', { Description: undefined }, 'MissingParameter'],
    ['a site that is not there', { VpcId: 'vpc-00000000000000000' }, 'InvalidVpcID.NotFound'],
    [
      'a mode that nobody knows',
      {
        TagSpecifications: [
          { ResourceType: 'security-group', Tags: [{ Key: 'fleetkey:mode', Value: 'on' }] },
        ],
      },
      'InvalidParameterValue',
    ],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      const asked = { GroupName: 'x', Description: 'y', ...fields }
      assert.equal(await refusal('CreateSecurityGroup', asked), `400 ${code}`)
    })
  }

  it('is changed by nobody in a dry run', async () => {
    const before = await root.done('DescribeSecurityGroups', {})
    const asked = { GroupName: 'dry', Description: 'run', DryRun: true }
    assert.equal(await refusal('CreateSecurityGroup', asked), '412 DryRunOperation')
    assert.deepEqual(await root.done('DescribeSecurityGroups', {}), before)
  })

  it('is deleted, but not while an instance has it', async () => {
    const GroupId = await make()
    await attach(instanceId, GroupId)
    assert.equal(await refusal('DeleteSecurityGroup', { GroupId }), '400 DependencyViolation')
    await attach(instanceId, (await defaultOf('default')).GroupId)
    await root.done('DeleteSecurityGroup', { GroupId })
    assert.equal(await refusal('DeleteSecurityGroup', { GroupId }), '400 InvalidGroup.NotFound')
    assert.equal(
      await refusal('DeleteSecurityGroup', { GroupId: 'web' }),
      '400 InvalidGroupId.Malformed',
    )
  })

  it('is found by filters and in pages', async () => {
    const one = await make({
      GroupName: 'found-1',
      TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'k', Value: 'v' }] }],
    })
    const two = await make({ GroupName: 'found-2' })
    await allow(two, { ...TCP_22, Ipv6Ranges: [{ CidrIpv6: 'fd00::/8' }] })
    const found = async (Name: string, Value: string) => {
      const Filters = [{ Name, Values: [Value] }]
      const { SecurityGroups } = await root.done('DescribeSecurityGroups', { Filters })
      return SecurityGroups.map(({ GroupId }: { GroupId: string }) => GroupId)
    }
    assert.deepEqual(await found('group-name', 'found-*'), [one, two])
    assert.deepEqual(await found('tag:k', 'v'), [one])
    assert.deepEqual(await found('ip-permission.ipv6-cidr', 'fd00::/8'), [two])
    const seen: string[] = []
    let NextToken: string | undefined
    do {
      const page = await root.done('DescribeSecurityGroups', { MaxResults: 2, NextToken })
      seen.push(...page.SecurityGroups.map(({ GroupId }: { GroupId: string }) => GroupId))
      ;({ NextToken } = page)
    } while (NextToken !== undefined)
    const all = (await root.done('DescribeSecurityGroups', {})).SecurityGroups
    assert.deepEqual(
      seen,
      all.map(({ GroupId }: { GroupId: string }) => GroupId),
    )
  })

  it('has tags, and its rules too', async () => {
    const GroupId = await make()
    const { SecurityGroupRules } = await allow(GroupId, OFFICE)
    const Resources = [GroupId, SecurityGroupRules[0].SecurityGroupRuleId]
    await root.done('CreateTags', { Resources, Tags: [{ Key: 'team', Value: 'ops' }] })
    const Filters = [{ Name: 'resource-id', Values: Resources }]
    const { Tags } = await root.done('DescribeTags', { Filters })
    assert.deepEqual(
      Tags.map(({ ResourceType }: { ResourceType: string }) => ResourceType),
      ['security-group', 'security-group-rule'],
    )
    const Tagged = [{ Key: 'fleetkey:mode', Value: 'enforced' }]
    assert.equal(
      await refusal('CreateTags', { Resources: [GroupId], Tags: Tagged }),
      '400 InvalidParameterValue',
    )
  })
})

describe('rules', () => {
  it('are added with ids, shown in both ways, and revoked by what they say or by id', async () => {
    const GroupId = await make()
    const { PrefixLists } = await root.done('DescribeManagedPrefixLists', {})
    const [controlPlane, grant] = PrefixLists.map(
      (one: { PrefixListId: string }) => one.PrefixListId,
    )
    const asked = [
      OFFICE,
      { ...TCP_22, Ipv6Ranges: [{ CidrIpv6: 'fd00::/8' }] },
      { ...TCP_22, PrefixListIds: [{ PrefixListId: grant, Description: 'just in time' }] },
      { ...TCP_22, PrefixListIds: [{ PrefixListId: controlPlane }] },
    ]
    const { SecurityGroupRules: added } = await allow(GroupId, ...asked)
    assert.equal(added.length, 4)
    for (const { SecurityGroupRuleId } of added) {
      assert.match(SecurityGroupRuleId, /^sgr-[0-9a-f]{17}$/)
    }
    const [permission, ...more] = (await describeGroup(GroupId)).IpPermissions
    assert.deepEqual(more, [])
    assert.deepEqual(permission, {
      ...TCP_22,
      IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'the office' }],
      Ipv6Ranges: [{ CidrIpv6: 'fd00::/8' }],
      PrefixListIds: [
        { PrefixListId: grant, Description: 'just in time' },
        { PrefixListId: controlPlane },
      ],
      UserIdGroupPairs: [],
    })
    const Filters = [{ Name: 'group-id', Values: [GroupId] }]
    const listed = async () =>
      (await root.done('DescribeSecurityGroupRules', { Filters })).SecurityGroupRules
    const [first] = (await listed()).filter((one: { CidrIpv4?: string }) => one.CidrIpv4)
    assert.deepEqual(first, {
      SecurityGroupRuleId: added[0].SecurityGroupRuleId,
      GroupId,
      GroupOwnerId: first.GroupOwnerId,
      IsEgress: false,
      ...TCP_22,
      CidrIpv4: '10.0.0.0/8',
      Description: 'the office',
      Tags: [],
      Fleetkey: { Enforced: 'ssh-port' },
    })
    // What was shown is understood.
    await root.done('RevokeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [{ ...permission, PrefixListIds: [], Ipv6Ranges: [] }],
    })
    await root.done('RevokeSecurityGroupIngress', {
      GroupId,
      SecurityGroupRuleIds: [added[1].SecurityGroupRuleId, added[2].SecurityGroupRuleId],
    })
    assert.deepEqual(
      (await listed()).map((one: { PrefixListId: string }) => one.PrefixListId),
      [controlPlane],
    )
    const again = { GroupId, IpPermissions: [OFFICE] }
    assert.equal(
      await refusal('RevokeSecurityGroupIngress', again),
      '400 InvalidPermission.NotFound',
    )
  })

  it('are taken in the older members too, and no second time', async () => {
    const GroupId = await make()
    const fields = { GroupId, ...TCP_22, CidrIp: '192.0.2.7/32' }
    await root.done('AuthorizeSecurityGroupIngress', fields)
    assert.equal(
      await refusal('AuthorizeSecurityGroupIngress', fields),
      '400 InvalidPermission.Duplicate',
    )
    await root.done('RevokeSecurityGroupIngress', fields)
    assert.deepEqual((await describeGroup(GroupId)).IpPermissions, [])
  })

  const range = (CidrIp: string) => ({ ...TCP_22, IpRanges: [{ CidrIp }] })
  for (const [what, permission, code] of [
    ['a range with bits behind its prefix', range('10.0.0.1/8'), 'InvalidParameterValue'],
    ['IPv6 among IPv4', range('fd00::/8'), 'InvalidParameterValue'],
    ['what nft would read as a command', range('0.0.0.0/0 }; drop'), 'InvalidParameterValue'],
    ['no source', TCP_22, 'InvalidParameterValue'],
    ['no ports', { IpProtocol: 'tcp', IpRanges: [] }, 'InvalidParameterValue'],
    ['ports in the wrong order', { ...range('10.0.0.0/8'), FromPort: 23 }, 'InvalidParameterValue'],
    [
      'a protocol without ports of TCP',
      { ...range('10.0.0.0/8'), IpProtocol: 'sctp' },
      'InvalidParameterValue',
    ],
    [
      'a group as source (its hosts would say themselves who comes in)',
      { ...TCP_22, UserIdGroupPairs: [{ GroupId: 'sg-00000000000000000' }] },
      'InvalidParameterValue',
    ],
    [
      'a prefix list that is not there',
      { ...TCP_22, PrefixListIds: [{ PrefixListId: 'pl-00000000000000000' }] },
      'InvalidPrefixListId.NotFound',
    ],
    [
      'a description that acts in terminals',
      { ...TCP_22, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: '\u001b[2J' }] },
      'InvalidParameterValue',
    ],
    [
      'the same twice',
      { ...TCP_22, IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '10.0.0.0/8' }] },
      'InvalidParameterValue',
    ],
  ] as const) {
    it(`are refused with ${what}`, async () => {
      const asked = { GroupId: await make(), IpPermissions: [permission] }
      assert.equal(await refusal('AuthorizeSecurityGroupIngress', asked), `400 ${code}`)
    })
  }

  it('for other ports and protocols are kept, shown and said not to be enforced', async () => {
    const GroupId = await make()
    const { Fleetkey, SecurityGroupRules } = await allow(
      GroupId,
      { ...OFFICE, FromPort: 443, ToPort: 443 },
      { ...OFFICE, IpProtocol: 'udp' },
    )
    assert.match(Fleetkey.Warning, /connections to sshd only/)
    assert.deepEqual(
      SecurityGroupRules.map((one: { Fleetkey: object }) => one.Fleetkey),
      [{ Enforced: 'where-sshd-listens-there' }, { Enforced: 'no' }],
    )
  })

  it('are no more than a host can be told of', async () => {
    const GroupId = await make()
    const IpRanges = Array.from({ length: 60 }, (_, at) => ({ CidrIp: `10.0.${at}.0/24` }))
    await allow(GroupId, { ...TCP_22, IpRanges })
    const asked = { GroupId, IpPermissions: [OFFICE] }
    assert.equal(
      await refusal('AuthorizeSecurityGroupIngress', asked),
      '400 RulesPerSecurityGroupLimitExceeded',
    )
    const others = await Promise.all([make(), make()])
    for (const [at, other] of others.entries()) {
      await allow(other, {
        ...TCP_22,
        IpRanges: IpRanges.map((_, n) => ({ CidrIp: `10.${at + 1}.${n}.0/24` })),
      })
    }
    assert.equal(
      await refusal('ModifyInstanceAttribute', {
        InstanceId: instanceId,
        Groups: [GroupId, ...others],
      }),
      '400 RulesPerSecurityGroupLimitExceeded',
    )
  })
})

describe('prefix lists', () => {
  it('are the two sources of ours, found by name', async () => {
    const Filters = [{ Name: 'prefix-list-name', Values: ['fleetkey.grant'] }]
    const { PrefixLists } = await root.done('DescribeManagedPrefixLists', { Filters })
    assert.equal(PrefixLists.length, 1)
    assert.match(PrefixLists[0].PrefixListId, /^pl-[0-9a-f]{17}$/)
    const all = (await root.done('DescribePrefixLists', {})).PrefixLists
    assert.deepEqual(
      all.map(({ PrefixListName }: { PrefixListName: string }) => PrefixListName),
      ['fleetkey.control-plane', 'fleetkey.grant'],
    )
  })
})

describe('the groups of an instance', () => {
  it('are those that it was given, shown and found by', async () => {
    const [one, two] = [await make(), await make()]
    await attach(instanceId, two, one)
    assert.deepEqual(
      (await groupsOf(instanceId)).map(({ GroupId }: { GroupId: string }) => GroupId),
      [two, one],
    )
    const Filters = [{ Name: 'instance.group-id', Values: [one] }]
    const { Reservations } = await root.done('DescribeInstances', { Filters })
    assert.equal(Reservations[0].Instances[0].InstanceId, instanceId)
    assert.deepEqual((await describeGroup(one)).Fleetkey.InstanceIds, [instanceId])
    await attach(instanceId, (await defaultOf('default')).GroupId)
    assert.equal((await groupsOf(instanceId))[0].GroupName, 'default')
  })

  it('come with a launch, for the first moment of its host', async () => {
    const GroupId = await make()
    const { Instances } = await root.done('RunInstances', {
      ImageId: 'fleetkey-host',
      MinCount: 1,
      MaxCount: 1,
      SecurityGroupIds: [GroupId],
    })
    assert.equal(Instances[0].SecurityGroups[0].GroupId, GroupId)
    assert.equal(await refusal('DeleteSecurityGroup', { GroupId }), '400 DependencyViolation')
    await root.done('TerminateInstances', { InstanceIds: [Instances[0].InstanceId] })
    await root.done('DeleteSecurityGroup', { GroupId })
  })

  it('are attached before there is an instance (a crash in between would leave one that lets everybody in)', async (t) => {
    const GroupId = await make()
    const { securityGroups, pendingInstances } = plane.store
    const attached = securityGroups.attach.bind(securityGroups)
    const seen: unknown[] = []
    t.mock.method(securityGroups, 'attach', async (id: string, ids: readonly string[]) => {
      seen.push(await pendingInstances.get(id, Date.now()))
      return attached(id, ids)
    })
    const ClientToken = 'launched-twice'
    const fields = { ImageId: 'fleetkey-host', MinCount: 1, MaxCount: 1, ClientToken }
    const first = await root.done('RunInstances', { ...fields, SecurityGroupIds: [GroupId] })
    assert.deepEqual(seen, [undefined])
    const before_ = (await securityGroups.attachments()).length
    const again = await root.done('RunInstances', { ...fields, SecurityGroupIds: [GroupId] })
    assert.equal(again.Instances[0].InstanceId, first.Instances[0].InstanceId)
    // What the repetition would have been leaves nothing behind.
    assert.equal((await securityGroups.attachments()).length, before_)
    t.mock.method(securityGroups, 'attach', async () => false)
    const gone = await root.call('RunInstances', {
      ...fields,
      ClientToken: 'another',
      SecurityGroupIds: [GroupId],
    })
    assert.equal(gone.code, 'InvalidGroup.NotFound')
    t.mock.restoreAll()
    await root.done('TerminateInstances', { InstanceIds: [first.Instances[0].InstanceId] })
  })

  it('are refused where they cannot be', async () => {
    const GroupId = await make()
    const { GroupId: standard } = await defaultOf('default')
    const asked = (fields: object) =>
      refusal('ModifyInstanceAttribute', { InstanceId: instanceId, Groups: [GroupId], ...fields })
    assert.equal(await asked({ InstanceId: berlin }), '400 InvalidParameterValue')
    assert.equal(await asked({ Groups: [GroupId, standard] }), '400 InvalidParameterCombination')
    assert.equal(await asked({ Groups: [] }), '400 MissingParameter')
    assert.equal(await asked({ Groups: ['sg-00000000000000000'] }), '400 InvalidGroup.NotFound')
    assert.equal(
      await asked({ InstanceId: 'i-00000000000000000' }),
      '400 InvalidInstanceID.NotFound',
    )
    const six = await Promise.all(Array.from({ length: 6 }, () => make()))
    assert.equal(await asked({ Groups: six }), '400 SecurityGroupsPerInterfaceLimitExceeded')
  })
})

describe('who may change whom a host lets in', () => {
  const may = (name: string, ...statements: object[]) => plane.user(name, statements)
  const on = (Action: string | string[], Resource: string | string[] = '*') => ({
    Effect: 'Allow',
    Action,
    Resource,
  })
  const arnOf = (groupId: string) => `arn:aws:ec2:*:*:security-group/${groupId}`

  it('attaching is an action of its own: neither tags nor rules of a group give it', async () => {
    const GroupId = await make()
    const client = await may('tagger', on(['ec2:CreateTags', 'ec2:AuthorizeSecurityGroupIngress']))
    const asked = { InstanceId: instanceId, Groups: [GroupId] }
    assert.equal(
      await refusal('ModifyInstanceAttribute', asked, client),
      '400 AccessDeniedException',
    )
  })

  it('attaching asks for the group that comes, and for the one that goes', async () => {
    const [tight, open] = [await make(), await make()]
    const standard = (await defaultOf('default')).GroupId
    await attach(instanceId, tight)
    const client = await may(
      'opener',
      on('ec2:ModifyInstanceAttribute', [
        'arn:aws:ec2:*:*:instance/*',
        arnOf(open),
        arnOf(standard),
      ]),
    )
    for (const group of [open, standard]) {
      assert.equal(
        await refusal(
          'ModifyInstanceAttribute',
          { InstanceId: instanceId, Groups: [group] },
          client,
        ),
        '400 AccessDeniedException',
      )
    }
    await attach(instanceId, standard)
    await client.done('ModifyInstanceAttribute', { InstanceId: instanceId, Groups: [open] })
    await attach(instanceId, standard)
  })

  it('the mode is a rule: who may only tag a group cannot switch enforcement off', async () => {
    const GroupId = await make()
    const mode = (Value: string) => ({
      Resources: [GroupId],
      Tags: [{ Key: 'fleetkey:mode', Value }],
    })
    await root.done('CreateTags', mode('enforce'))
    const tagger = await may('labeller', on(['ec2:CreateTags', 'ec2:DeleteTags']))
    await tagger.done('CreateTags', {
      Resources: [GroupId],
      Tags: [{ Key: 'team', Value: 'ops' }],
    })
    assert.equal(await refusal('CreateTags', mode('observe'), tagger), '400 AccessDeniedException')
    assert.equal(await refusal('DeleteTags', mode('enforce'), tagger), '400 AccessDeniedException')
    assert.equal((await describeGroup(GroupId)).Fleetkey.Mode, 'enforce')
    const owner = await may(
      'owner',
      on(['ec2:CreateTags', 'ec2:AuthorizeSecurityGroupIngress'], arnOf(GroupId)),
    )
    await owner.done('CreateTags', mode('observe'))
  })

  it('policies see tags, the site and the id of a group', async () => {
    const mine = await make({
      TagSpecifications: [
        { ResourceType: 'security-group', Tags: [{ Key: 'team', Value: 'ops' }] },
      ],
    })
    const theirs = await make()
    const client = await may('ops', {
      ...on('ec2:AuthorizeSecurityGroupIngress'),
      Condition: {
        StringEquals: { 'aws:ResourceTag/team': 'ops', 'ec2:SecurityGroupID': mine },
        ArnLike: { 'ec2:Vpc': 'arn:aws:ec2:*:*:vpc/*' },
      },
    })
    const asked = (GroupId: string) => ({ GroupId, IpPermissions: [OFFICE] })
    await client.done('AuthorizeSecurityGroupIngress', asked(mine))
    assert.equal(
      await refusal('AuthorizeSecurityGroupIngress', asked(theirs), client),
      '400 AccessDeniedException',
    )
  })
})
