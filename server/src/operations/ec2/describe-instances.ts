import { instanceIdsNotFound, invalidParameterCombination } from '@fleetkey/domain/exceptions/ec2'
import type { Realm } from '@fleetkey/domain/realm'
import type { Members } from '@fleetkey/wire/aws/validation'
import { ec2Operation } from './ec2-operation.ts'
import { fitting, matcherOf, readFilters, type Filter } from './filters.ts'
import { INSTANCE_FILTERS } from './instance-filters.ts'
import { readInstanceIds } from './instance-ids.ts'
import {
  byLaunch,
  listInventory,
  namedItems,
  ownReservation,
  partOfPage,
  type InventoryItem,
  type InventoryWorld,
} from './inventory.ts'
import { listedInstance } from './listed-instance.ts'
import { pageOf, readPage, type Page } from './pages.ts'
import { shownInstance } from './shown-instance.ts'
import { findTerminated, shownTerminated } from './terminated-instances.ts'

interface Input {
  readonly instanceIds: readonly string[]
  readonly filters: readonly Filter[]
  readonly page: Page
  /** Whether it is for a list: without what lists do not show. */
  readonly isForList: boolean
}

const LIST = 'instances'

/**
 * The inventory. EC2's members, and two of ours: `Fleetkey` in the answer, with what the agent reported and whether it is connected, and
 * `Detail` in the question (JSON only). EC2 API reference, "DescribeInstances".
 */
export const describeInstances = ec2Operation<Input>({
  name: 'DescribeInstances',
  action: 'ec2:DescribeInstances',
  access: 'read',
  parse(v) {
    // What it says about is of another kind than ours: all of ours are asked for.
    v.optionalBoolean('IncludeManagedResources')
    const instanceIds = readInstanceIds(v)
    refuseIdsWithPages(v, instanceIds)
    return {
      instanceIds,
      filters: readFilters(v, INSTANCE_FILTERS),
      page: readPage(v, LIST),
      isForList: v.optionalString('Detail', { pattern: /^(all|list)$/ }) === 'list',
    }
  },
  resources: () => [{ arn: '*' }],
  trail: ({ instanceIds, filters, isForList }) => ({
    requestParameters: { instanceIds, filters, ...(isForList && { detail: 'list' }) },
  }),
  async run(asked, call) {
    const { instanceIds, filters, page, isForList } = asked
    const { realm } = call
    const matches = matcherOf(filters, INSTANCE_FILTERS)
    const candidates = await candidatesOf(asked, call)
    const known = new Set(candidates.map(({ instanceId }) => instanceId))
    const missing = instanceIds.filter((id) => !known.has(id))
    const terminated = await findTerminated(missing, call)
    if (terminated.length < missing.length) {
      throw instanceIdsNotFound(missing.filter((id) => !terminated.includes(id)))
    }
    const listed = await fitting(candidates, (item) => matches({ item, realm }))
    const { rows, end } = pageOf(page, listed, { list: LIST, keyOf: byLaunch })
    // Nothing but the id is left to filter them by.
    const gone = filters.length > 0 ? [] : terminated
    return {
      Reservations: isForList
        ? [{ Instances: [...rows.map(listedInstance), ...gone.map(shownTerminated)] }]
        : [...shownReservations(rows, realm), ...gone.map((id) => goneReservation(id, realm))],
      ...end,
    }
  },
})

/** Without filters all that is read is what is shown: a page of many is no more work than a page of few. */
function candidatesOf(
  { instanceIds, filters, page }: Input,
  world: InventoryWorld,
): Promise<readonly InventoryItem[]> {
  if (instanceIds.length > 0) return namedItems(instanceIds, world)
  return listInventory(world, filters.length === 0 ? partOfPage(page) : undefined)
}

function shownReservations(rows: readonly InventoryItem[], realm: Realm) {
  const reservations = Map.groupBy(rows, ({ launch }) => launch.reservationId)
  return [...reservations].map(([ReservationId, items]) => ({
    OwnerId: realm.accountId,
    Groups: [],
    ReservationId,
    Instances: items.map((item) => shownInstance(item, realm)),
  }))
}

const goneReservation = (instanceId: string, { accountId }: Realm) => ({
  OwnerId: accountId,
  Groups: [],
  ReservationId: ownReservation(instanceId),
  Instances: [shownTerminated(instanceId)],
})

/** Whoever names instances gets all of them. */
export function refuseIdsWithPages(v: Members, instanceIds: readonly string[]): void {
  if (instanceIds.length === 0 || v.optionalInteger('MaxResults') === undefined) return
  throw invalidParameterCombination(
    'The parameter instancesSet cannot be used with the parameter maxResults',
  )
}
