import type { Tags } from '@fleetkey/domain/instance'
import type { World } from '../operation.ts'
import { describeList } from './describe.ts'
import type { TaggableKind } from './taggable.ts'

interface Row {
  readonly resourceId: string
  readonly resourceType: TaggableKind
  readonly key: string
  readonly value: string
}

/** All tags of all instances, endpoints, security groups and their rules. EC2 API reference, "DescribeTags". */
export const describeTags = describeList<Row>({
  name: 'DescribeTags',
  answer: 'Tags',
  rows,
  keyOf: ({ resourceId, key }) => `${resourceId}\n${key}`,
  paged: true,
  filterable: {
    tags: ({ key, value }) => ({ [key]: value }),
    names: {
      key: ({ key }) => [key],
      value: ({ value }) => [value],
      'resource-id': ({ resourceId }) => [resourceId],
      'resource-type': ({ resourceType }) => [resourceType],
    },
  },
  show: ({ resourceId, resourceType, key, value }) => ({
    ResourceId: resourceId,
    ResourceType: resourceType,
    Key: key,
    Value: value,
  }),
})

async function rows({ store, now }: World): Promise<readonly Row[]> {
  const [enrolled, pending, endpoints, groups] = await Promise.all([
    store.instances.tagged(),
    store.pendingInstances.list(now()),
    store.endpoints.list(),
    store.securityGroups.list(),
  ])
  return [
    ...[...enrolled, ...pending].flatMap(({ instanceId, tags }) =>
      tagsOf(tags, { resourceId: instanceId, resourceType: 'instance' }),
    ),
    ...endpoints.flatMap(({ endpointId, tags }) =>
      tagsOf(tags, { resourceId: endpointId, resourceType: 'instance-connect-endpoint' }),
    ),
    ...groups.flatMap(({ groupId, tags, rules }) => [
      ...tagsOf(tags, { resourceId: groupId, resourceType: 'security-group' }),
      ...rules.flatMap((rule) =>
        tagsOf(rule.tags, { resourceId: rule.ruleId, resourceType: 'security-group-rule' }),
      ),
    ]),
  ]
}

function tagsOf(tags: Tags, resource: Pick<Row, 'resourceId' | 'resourceType'>): readonly Row[] {
  return Object.entries(tags).map(([key, value]) => ({ ...resource, key, value }))
}
