import {
  instanceName,
  INSTANCE_ID_PATTERN,
  type Instance,
  type Tags,
} from '@fleetkey/domain/instance'
import type { World } from '../operation.ts'
import { findTerminated } from '../ec2/terminated-instances.ts'

/** What an id or a Name tag stands for. */
export type MeantInstance =
  | { readonly kind: 'enrolled'; readonly instance: Instance }
  /** Launched, and no host has joined as it. */
  | { readonly kind: 'pending'; readonly instanceId: string; readonly tags: Tags }
  | { readonly kind: 'forgotten'; readonly instanceId: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'several'; readonly instanceIds: readonly string[] }

export async function findMeant(
  meant: string,
  world: Pick<World, 'store' | 'now'>,
): Promise<MeantInstance> {
  const { store, now } = world
  if (!INSTANCE_ID_PATTERN.test(meant)) return findByName(meant, world)
  const instance = await store.instances.get(meant)
  if (instance !== undefined) return { kind: 'enrolled', instance }
  const pending = await store.pendingInstances.get(meant, now())
  if (pending !== undefined) return { kind: 'pending', instanceId: meant, tags: pending.tags }
  const terminated = await findTerminated([meant], world)
  return terminated.length > 0 ? { kind: 'forgotten', instanceId: meant } : { kind: 'unknown' }
}

async function findByName(
  name: string,
  { store, now }: Pick<World, 'store' | 'now'>,
): Promise<MeantInstance> {
  const [enrolled, pending] = await Promise.all([
    store.instances.tagged(),
    store.pendingInstances.list(now()),
  ])
  const found = enrolled.filter((instance) => instanceName(instance) === name)
  const waiting = pending.filter(({ tags }) => tags['Name'] === name)
  const [only] = found
  const [row] = waiting
  if (found.length + waiting.length > 1) {
    const ids = [...found, ...waiting].map(({ instanceId }) => instanceId)
    return { kind: 'several', instanceIds: ids.slice(0, 20) }
  }
  const instance = only && (await store.instances.get(only.instanceId))
  if (instance !== undefined) return { kind: 'enrolled', instance }
  if (row !== undefined) return { kind: 'pending', instanceId: row.instanceId, tags: row.tags }
  return { kind: 'unknown' }
}
