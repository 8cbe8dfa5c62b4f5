import type { HostFacts } from '@fleetkey/domain/host-facts'
import type { Instance, Tags } from '@fleetkey/domain/instance'
import type { Launch } from '@fleetkey/domain/launch'
import { siteOf } from '@fleetkey/domain/site'
import type { LinkState } from '../../agents/presence.ts'
import { HOST_IMAGE } from '../../launches/images.ts'
import type { PendingInstanceRow } from '../../store/pending-instance-store.ts'
import type { InstancesPart } from '../../store/store.ts'
import type { World } from '../operation.ts'
import { withPlainAddresses } from './addresses.ts'
import { pickInstances } from './instance-ids.ts'
import type { Page } from './pages.ts'
import { defaultGroupOf } from './security-groups/known-group.ts'
import { siteNamed, type Site } from './sites.ts'

/** An instance as EC2 would know it, before it is spelt. */
export interface InventoryItem {
  readonly instanceId: string
  readonly tags: Tags
  readonly site: Site
  /** Those that it was given, or the default one of its site. */
  readonly groups: readonly ShownGroup[]
  readonly state: InstanceState
  /** When it was launched or, if nobody launched it, enrolled. */
  readonly launchedAt: number
  readonly launch: Launch
  /** What its agent said of the host, and whether it is connected: undefined until it has joined. */
  readonly host: { readonly facts: HostFacts; readonly link: LinkState } | undefined
}

export interface ShownGroup {
  readonly groupId: string
  readonly name: string
}

/** EC2's: code and name (EC2 API reference, "InstanceState"). */
export type InstanceState = keyof typeof STATE_CODES

export const STATE_CODES = { pending: 0, running: 16, terminated: 48, stopped: 80 } as const

export const shownState = (state: InstanceState) => ({ Code: STATE_CODES[state], Name: state })

/** Of those that nobody launched, a host of yours that joined by itself, and where no type was asked for. */
export const HOST_TYPE = 'fleetkey.host'

export type InventoryWorld = Pick<World, 'store' | 'presence' | 'deployment' | 'now'>

/**
 * Enrolled ones and those that were launched and have not joined yet.
 * @param part of the enrolled ones; of the others there are few
 */
export async function listInventory(
  world: InventoryWorld,
  part?: InstancesPart,
): Promise<readonly InventoryItem[]> {
  const { store, now } = world
  const [enrolled, pending, groups, attachments] = await Promise.all([
    store.instances.list(part),
    store.pendingInstances.list(now()),
    store.securityGroups.list(),
    store.securityGroups.attachments(),
  ])
  const siteOfTags = rememberedSites(world)
  const groupById = new Map(groups.map((group) => [group.groupId, group]))
  const attached = new Map(attachments.map((one) => [one.instanceId, one.groupIds]))
  const withGroups = (item: Omit<InventoryItem, 'groups'>): InventoryItem => {
    const own = (attached.get(item.instanceId) ?? []).flatMap((id) => groupById.get(id) ?? [])
    return { ...item, groups: own.length > 0 ? own : [defaultGroupOf(item.site)] }
  }
  return [
    ...enrolled.map((instance) => withGroups(enrolledItem(instance, siteOfTags, world))),
    ...pending.map((row) => withGroups(pendingItem(row, siteOfTags))),
  ]
}

/** Few are looked up; for many the list is gone through. */
const MAX_LOOKED_UP = 50

/** Those of these ids, in their order; ids that nothing has are passed over. */
export async function namedItems(
  instanceIds: readonly string[],
  world: InventoryWorld,
): Promise<readonly InventoryItem[]> {
  if (instanceIds.length > MAX_LOOKED_UP) {
    return pickInstances(await listInventory(world), instanceIds).found
  }
  const found = await Promise.all(instanceIds.map((id) => findItem(id, world)))
  return found.filter((item) => item !== undefined)
}

/** One of them; undefined when there is none of that id. */
export async function findItem(
  instanceId: string,
  world: InventoryWorld,
): Promise<InventoryItem | undefined> {
  const { store, now } = world
  const [instance, row, own] = await Promise.all([
    store.instances.get(instanceId),
    store.pendingInstances.get(instanceId, now()),
    store.securityGroups.groupsOf(instanceId),
  ])
  const siteOfTags = rememberedSites(world)
  const item =
    instance === undefined
      ? row && pendingItem(row, siteOfTags)
      : enrolledItem(instance, siteOfTags, world)
  return item && { ...item, groups: own.length > 0 ? own : [defaultGroupOf(item.site)] }
}

type SiteOfTags = (tags: Tags) => Site

/** Its ids are digests: made once for each site, not for each instance. */
function rememberedSites(world: InventoryWorld): SiteOfTags {
  const known = new Map<string, Site>()
  return (tags) => {
    const name = siteOf(tags)
    const site = known.get(name) ?? siteNamed(name, world)
    known.set(name, site)
    return site
  }
}

function enrolledItem(
  instance: Instance,
  siteOfTags: SiteOfTags,
  { presence }: InventoryWorld,
): Omit<InventoryItem, 'groups'> {
  const { instanceId, tags, enrolledAt, facts, launch = unlaunched(instanceId) } = instance
  const link = presence.stateOf(instanceId)
  return {
    instanceId,
    tags,
    site: siteOfTags(tags),
    state: link.kind === 'connected' ? 'running' : 'stopped',
    launchedAt: enrolledAt,
    launch,
    host: { facts: withPlainAddresses(facts), link },
  }
}

function pendingItem(
  row: PendingInstanceRow,
  siteOfTags: SiteOfTags,
): Omit<InventoryItem, 'groups'> {
  const { instanceId, tags, launch, launchedAt } = row
  return {
    instanceId,
    tags,
    site: siteOfTags(tags),
    state: 'pending',
    launchedAt,
    launch,
    host: undefined,
  }
}

function unlaunched(instanceId: string): Launch {
  return {
    imageId: HOST_IMAGE,
    instanceType: HOST_TYPE,
    reservationId: ownReservation(instanceId),
    index: 0,
  }
}

/** Of an instance that nobody launched. */
export const ownReservation = (instanceId: string): string => instanceId.replace(/^i-/, 'r-')

/** As the lists of instances go: the oldest first. */
export const byLaunch = ({ launchedAt, instanceId }: InventoryItem): string =>
  `${String(launchedAt).padStart(15, '0')} ${instanceId}`

/** What {@link listInventory} has to read for a page of that order: one more than it shows, so that it is known whether there are more. */
export function partOfPage({ after, maxResults }: Page): InstancesPart {
  const [, launchedAt, instanceId] = /^(\d{15}) (i-[0-9a-f]+)$/.exec(after ?? '') ?? []
  return {
    limit: maxResults + 1,
    ...(launchedAt !== undefined &&
      instanceId !== undefined && { after: { enrolledAt: Number(launchedAt), instanceId } }),
  }
}
