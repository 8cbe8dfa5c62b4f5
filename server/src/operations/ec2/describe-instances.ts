import { instanceIdsNotFound, invalidParameterCombination } from '@fleetkey/domain/exceptions/ec2'
import type { Members } from '@fleetkey/wire/aws/validation'
import { ec2Operation } from './ec2-operation.ts'
import { fitting, matcherOf, readFilters, type Filter } from './filters.ts'
import { INSTANCE_FILTERS } from './instance-filters.ts'
import { pickInstances, readInstanceIds } from './instance-ids.ts'
import { byLaunch, listInventory, ownReservation } from './inventory.ts'
import { pageOf, readPage, type Page } from './pages.ts'
import { shownInstance } from './shown-instance.ts'
import { findTerminated, shownTerminated } from './terminated-instances.ts'

interface Input {
  readonly instanceIds: readonly string[]
  readonly filters: readonly Filter[]
  readonly page: Page
}

const LIST = 'instances'

/**
 * The inventory. EC2's members, and one of ours, `Fleetkey`, with what the agent reported and whether it is connected.
 * EC2 API reference, "DescribeInstances".
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
    return { instanceIds, filters: readFilters(v, INSTANCE_FILTERS), page: readPage(v, LIST) }
  },
  resources: () => [{ arn: '*' }],
  trail: ({ instanceIds, filters }) => ({ requestParameters: { instanceIds, filters } }),
  async run({ instanceIds, filters, page }, call) {
    const { realm } = call
    const matches = matcherOf(filters, INSTANCE_FILTERS)
    const { found, missing } = pickInstances(await listInventory(call), instanceIds)
    const terminated = await findTerminated(missing, call)
    if (terminated.length < missing.length) {
      throw instanceIdsNotFound(missing.filter((id) => !terminated.includes(id)))
    }
    const listed = await fitting(found, (item) => matches({ item, realm }))
    const { rows, end } = pageOf(page, listed, { list: LIST, keyOf: byLaunch })
    const reservation = { OwnerId: realm.accountId, Groups: [] }
    const reservations = Map.groupBy(rows, ({ launch }) => launch.reservationId)
    return {
      Reservations: [
        ...[...reservations].map(([ReservationId, items]) => ({
          ...reservation,
          ReservationId,
          Instances: items.map((item) => shownInstance(item, realm)),
        })),
        // Nothing but the id is left to filter them by.
        ...(filters.length > 0 ? [] : terminated).map((id) => ({
          ...reservation,
          ReservationId: ownReservation(id),
          Instances: [shownTerminated(id)],
        })),
      ],
      ...end,
    }
  },
})

/** Whoever names instances gets all of them. */
export function refuseIdsWithPages(v: Members, instanceIds: readonly string[]): void {
  if (instanceIds.length === 0 || v.optionalInteger('MaxResults') === undefined) return
  throw invalidParameterCombination(
    'The parameter instancesSet cannot be used with the parameter maxResults',
  )
}
