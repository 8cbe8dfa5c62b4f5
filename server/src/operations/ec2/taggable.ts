import { endpointArn, instanceArn } from '@fleetkey/domain/arn'
import { ec2NotFound, instanceIdNotFound, type ServiceException } from '@fleetkey/domain/exceptions'
import type { Tags } from '@fleetkey/domain/instance'
import type { TagChange } from '../../store/store.ts'
import type { World } from '../operation.ts'
import { isInstanceId } from './instance-ids.ts'

/** What can have tags: instances, also those that are pending, and endpoints. */
export type TaggableKind = 'instance' | 'instance-connect-endpoint'

/** Undefined for what is the id of neither. */
export function taggableKind(id: string): TaggableKind | undefined {
  if (isInstanceId(id)) return 'instance'
  return /^eice-[0-9a-f]{17}$/.test(id) ? 'instance-connect-endpoint' : undefined
}

interface Kind {
  arn(id: string, world: World): string
  tags(id: string, world: World): Promise<Tags | undefined>
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
}
