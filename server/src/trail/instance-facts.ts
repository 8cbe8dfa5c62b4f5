import { instanceName, type Instance } from '@fleetkey/domain/instance'

/** What a record says of the instance that it is about: its name and tags as they are now, for they may change. */
export function instanceFacts(
  instance: Pick<Instance, 'instanceId' | 'tags'>,
): Readonly<Record<string, unknown>> {
  const name = instanceName(instance)
  return {
    instanceId: instance.instanceId,
    ...(name === undefined ? {} : { instanceName: name }),
    ...(Object.keys(instance.tags).length === 0 ? {} : { instanceTags: instance.tags }),
  }
}
