import { instanceIdsNotFound } from '@fleetkey/domain/exceptions/ec2'
import { availabilityZoneIdOf, availabilityZoneOf } from '@fleetkey/domain/site'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import { refuseIdsWithPages } from './describe-instances.ts'
import { ec2Operation } from './ec2-operation.ts'
import { fitting, matcherOf, readFilters, type Filter, type Filterable } from './filters.ts'
import type { FilteredInstance } from './instance-filters.ts'
import { pickInstances, readInstanceIds } from './instance-ids.ts'
import {
  byLaunch,
  listInventory,
  shownState,
  STATE_CODES,
  type InventoryItem,
} from './inventory.ts'
import { pageOf, readPage, type Page } from './pages.ts'

interface Input {
  readonly instanceIds: readonly string[]
  readonly all: boolean
  readonly filters: readonly Filter[]
  readonly page: Page
}

const LIST = 'statuses'

/**
 * How instances are: the system's status is that of the agent's link, the instance's own is impaired when the agent found something that
 * stops logins. Running ones alone, unless all are asked for. EC2 API reference, "DescribeInstanceStatus".
 */
export const describeInstanceStatus = ec2Operation<Input>({
  name: 'DescribeInstanceStatus',
  action: 'ec2:DescribeInstanceStatus',
  access: 'read',
  parse(v) {
    v.optionalBoolean('IncludeManagedResources')
    const instanceIds = readInstanceIds(v)
    refuseIdsWithPages(v, instanceIds)
    return {
      instanceIds,
      all: v.optionalBoolean('IncludeAllInstances') ?? false,
      filters: readFilters(v, FILTERS),
      page: readPage(v, LIST),
    }
  },
  resources: () => [{ arn: '*' }],
  trail: ({ instanceIds, filters, all }) => ({
    requestParameters: { instanceIds, filters, includeAllInstances: all },
  }),
  async run({ instanceIds, all, filters, page }, call) {
    const { realm } = call
    const matches = matcherOf(filters, FILTERS)
    const { found, missing } = pickInstances(await listInventory(call), instanceIds)
    if (missing.length > 0) throw instanceIdsNotFound(missing)
    const listed = await fitting(
      found,
      (item) => (all || item.state === 'running') && matches({ item, realm }),
    )
    const { rows, end } = pageOf(page, listed, { list: LIST, keyOf: byLaunch })
    return {
      InstanceStatuses: rows.map((item): OutputStructure => ({
        InstanceId: item.instanceId,
        AvailabilityZone: availabilityZoneOf(realm.region),
        AvailabilityZoneId: availabilityZoneIdOf(realm.region),
        InstanceState: shownState(item.state),
        InstanceStatus: shownStatus(instanceStatus(item)),
        SystemStatus: shownStatus(systemStatus(item)),
        Events: [],
      })),
      ...end,
    }
  },
})

type Status = 'ok' | 'impaired' | 'initializing' | 'not-applicable'
type Reachability = 'passed' | 'failed' | 'initializing'

function instanceStatus(item: InventoryItem): Status {
  const { state, host } = item
  if (state === 'running' && host !== undefined && host.facts.problems.length > 0) return 'impaired'
  return systemStatus(item)
}

function systemStatus({ state }: InventoryItem): Status {
  if (state === 'running') return 'ok'
  return state === 'pending' ? 'initializing' : 'not-applicable'
}

const REACHABILITY: Readonly<Record<Status, Reachability | undefined>> = {
  ok: 'passed',
  impaired: 'failed',
  initializing: 'initializing',
  'not-applicable': undefined,
}

function shownStatus(status: Status): OutputStructure {
  const reachability = REACHABILITY[status]
  return {
    Status: status,
    Details: reachability === undefined ? [] : [{ Name: 'reachability', Status: reachability }],
  }
}

const FILTERS: Filterable<FilteredInstance> = {
  tags: ({ item }) => item.tags,
  names: {
    'availability-zone': ({ realm }) => [availabilityZoneOf(realm.region)],
    'availability-zone-id': ({ realm }) => [availabilityZoneIdOf(realm.region)],
    'event.code': () => [],
    'instance-state-code': ({ item }) => [String(STATE_CODES[item.state])],
    'instance-state-name': ({ item }) => [item.state],
    'instance-status.reachability': ({ item }) => reachabilityOf(instanceStatus(item)),
    'instance-status.status': ({ item }) => [instanceStatus(item)],
    'system-status.reachability': ({ item }) => reachabilityOf(systemStatus(item)),
    'system-status.status': ({ item }) => [systemStatus(item)],
  },
}

function reachabilityOf(status: Status): readonly string[] {
  const reachability = REACHABILITY[status]
  return reachability === undefined ? [] : [reachability]
}
