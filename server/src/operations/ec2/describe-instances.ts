import { invalidParameterCombination } from '@fleetkey/domain/exceptions'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import type { Members } from '@fleetkey/wire/aws/validation'
import { ec2Operation } from './ec2-operation.ts'
import { matcherOf, readFilters, type Filter } from './filters.ts'
import { INSTANCE_FILTERS } from './instance-filters.ts'
import { pickInstances, readInstanceIds } from './instance-ids.ts'
import { byLaunch, listInventory } from './inventory.ts'
import { pageOf, readPage, type Page } from './pages.ts'
import { shownInstance } from './shown-instance.ts'

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
    const named = pickInstances(await listInventory(call), instanceIds)
    const found = named.filter((item) => matches({ item, realm }))
    const { rows, end } = pageOf(page, found, { list: LIST, keyOf: byLaunch })
    const reservations = Map.groupBy(rows, ({ launch }) => launch.reservationId)
    return {
      Reservations: [...reservations].map(([ReservationId, items]): OutputStructure => ({
        ReservationId,
        OwnerId: realm.accountId,
        Groups: [],
        Instances: items.map((item) => shownInstance(item, realm)),
      })),
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
