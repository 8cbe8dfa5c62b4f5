import {
  endpointArn,
  instanceArn,
  securityGroupArn,
  securityGroupRuleArn,
} from '@fleetkey/domain/arn'
import { ec2NotFound, instanceIdNotFound } from '@fleetkey/domain/exceptions/ec2'
import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { Tags } from '@fleetkey/domain/instance'
import type { TagChange } from '../../store/store.ts'
import type { Resource, World } from '../operation.ts'
import { isInstanceId } from './instance-ids.ts'
import { groupResource } from './security-groups/known-group.ts'

/** What can have tags: instances, also those that are pending, endpoints, security groups and their rules. */
export type TaggableKind =
  | 'instance'
  | 'instance-connect-endpoint'
  | 'security-group'
  | 'security-group-rule'

/** Undefined for what is the id of none of them. */
export function taggableKind(id: string): TaggableKind | undefined {
  if (isInstanceId(id)) return 'instance'
  const [, prefix = ''] = /^(eice|sg|sgr)-[0-9a-f]{17}$/.exec(id) ?? []
  return KIND_OF.get(prefix)
}

const KIND_OF: ReadonlyMap<string, TaggableKind> = new Map([
  ['eice', 'instance-connect-endpoint'],
  ['sg', 'security-group'],
  ['sgr', 'security-group-rule'],
])

interface Kind {
  arn(id: string, world: World): string
  tags(id: string, world: World): Promise<Tags | undefined>
  /** What policies see of it beside its tags. */
  context?(id: string, world: World): Promise<Resource['context']>
  /** False when there is none. */
  change(id: string, change: TagChange, store: World['store']): Promise<boolean>
  notFound(id: string): ServiceException
}

export const TAGGABLE: Readonly<Record<TaggableKind, Kind>> = {
  instance: {
    arn: (id, { realm }) => instanceArn(realm, id),
    async tags(id, { store, now }) {
      const instance = await store.instances.get(id)
      return (instance ?? (await store.pendingInstances.get(id, now())))?.tags
    },
    // A pending one may have joined meanwhile, never the other way round.
    change: async (id, change, { instances, pendingInstances }) =>
      (await pendingInstances.changeTags(id, change)) || (await instances.changeTags(id, change)),
    notFound: instanceIdNotFound,
  },
  'instance-connect-endpoint': {
    arn: (id, { realm }) => endpointArn(realm, id),
    tags: async (id, { store }) => (await store.endpoints.get(id))?.tags,
    change: (id, change, { endpoints }) => endpoints.changeTags(id, change),
    notFound: (id) => ec2NotFound('endpoint', id),
  },
  'security-group': {
    arn: (id, { realm }) => securityGroupArn(realm, id),
    tags: async (id, { store }) => (await store.securityGroups.get(id))?.tags,
    context: async (groupId, world) => (await groupResource({ groupId }, world)).context,
    change: (id, change, { securityGroups }) => securityGroups.changeTags(id, change),
    notFound: (id) => ec2NotFound('securityGroup', id),
  },
  'security-group-rule': {
    arn: (id, { realm }) => securityGroupRuleArn(realm, id),
    async tags(id, { store }) {
      const rules = (await store.securityGroups.list()).flatMap((group) => group.rules)
      return rules.find(({ ruleId }) => ruleId === id)?.tags
    },
    change: (id, change, { securityGroups }) => securityGroups.changeRuleTags(id, change),
    notFound: (id) => ec2NotFound('securityGroupRule', id),
  },
}
