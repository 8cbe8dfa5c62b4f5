import { securityGroupArn } from '@fleetkey/domain/arn'
import { ec2NotFound } from '@fleetkey/domain/exceptions/ec2'
import { modeOf } from '@fleetkey/domain/security-group'
import type { World } from '../../operation.ts'
import { describeList } from '../describe.ts'
import { shownTags } from '../shown-tags.ts'
import { listGroups, type KnownGroup } from './known-group.ts'
import { PREFIX_LISTS, prefixListIdOf } from './prefix-lists.ts'
import { shownPermissions } from './shown-rules.ts'

interface Row extends KnownGroup {
  readonly world: World
  readonly instanceIds: readonly string[]
}

/** EC2 API reference, "DescribeSecurityGroups". In a member of ours: the mode, and which instances have the group. */
export const describeSecurityGroups = describeList<Row>({
  name: 'DescribeSecurityGroups',
  answer: 'SecurityGroups',
  rows,
  // Default ones first, that of the default site before all; then the oldest.
  keyOf: ({ isDefault, site, createdAt, groupId }) =>
    isDefault
      ? ` ${site === 'default' ? '' : site}`
      : `!${String(createdAt).padStart(15, '0')} ${groupId}`,
  paged: true,
  named: [
    {
      member: 'GroupIds',
      of: ({ groupId }) => groupId,
      notFound: (id) => ec2NotFound('securityGroup', id),
    },
    {
      member: 'GroupNames',
      of: ({ name }) => name,
      notFound: (name) => ec2NotFound('securityGroup', name),
    },
  ],
  filterable: {
    names: {
      description: ({ description }) => [description],
      'egress.ip-permission.cidr': () => [],
      'group-id': ({ groupId }) => [groupId],
      'group-name': ({ name }) => [name],
      'ip-permission.cidr': (row) => cidrs(row, 4),
      'ip-permission.from-port': ({ rules }) => rules.map(({ fromPort }) => String(fromPort)),
      'ip-permission.group-id': () => [],
      'ip-permission.ipv6-cidr': (row) => cidrs(row, 6),
      'ip-permission.prefix-list-id': ({ rules, world }) =>
        rules.flatMap(({ source }) =>
          source.kind === 'cidr' ? [] : [prefixListIdOf(source.kind, world)],
        ),
      'ip-permission.protocol': ({ rules }) => rules.map(({ protocol }) => protocol),
      'ip-permission.to-port': ({ rules }) => rules.map(({ toPort }) => String(toPort)),
      'owner-id': ({ world }) => [world.realm.accountId],
      'vpc-id': (row) => [row.in.vpcId],
    },
    tags: ({ tags }) => tags,
  },
  show: (row, world) => ({
    GroupId: row.groupId,
    GroupName: row.name,
    SecurityGroupArn: securityGroupArn(world.realm, row.groupId),
    Description: row.description,
    OwnerId: world.realm.accountId,
    VpcId: row.in.vpcId,
    IpPermissions: shownPermissions(row.rules, world),
    IpPermissionsEgress: [],
    Tags: shownTags(row.tags),
    Fleetkey: {
      Site: row.site,
      ...(row.isDefault ? {} : { Mode: modeOf(row), InstanceIds: row.instanceIds }),
      PrefixLists: Object.values(PREFIX_LISTS),
    },
  }),
})

async function rows(world: World): Promise<readonly Row[]> {
  const [groups, attachments] = await Promise.all([
    listGroups(world),
    world.store.securityGroups.attachments(),
  ])
  const instancesOf = new Map<string, string[]>()
  for (const { instanceId, groupIds } of attachments) {
    for (const id of groupIds) {
      const known = instancesOf.get(id)
      if (known === undefined) instancesOf.set(id, [instanceId])
      else known.push(instanceId)
    }
  }
  return groups.map((group) => ({
    ...group,
    world,
    instanceIds: instancesOf.get(group.groupId) ?? [],
  }))
}

const cidrs = ({ rules }: Row, family: 4 | 6): readonly string[] =>
  rules.flatMap(({ source }) =>
    source.kind === 'cidr' && source.cidr.family === family ? [source.cidr.text] : [],
  )
