import { plainOutput } from '@fleetkey/wire/aws/json-output'
import type { LiveNews } from '@fleetkey/wire/live/server-message'
import type { FleetNews } from '../../live/fleet-news.ts'
import { stateSource } from '../../live/live-source.ts'
import type { World } from '../operation.ts'
import { findItem, type InventoryWorld } from '../ec2/inventory.ts'
import { shownInstance } from '../ec2/shown-instance.ts'
import { liveTopic } from './live-topic.ts'

const ACTION = 'ec2:DescribeInstances'

/** Who may list instances may list them all: EC2 has no right to see some. */
export function instancesTopic(world: InventoryWorld & Pick<World, 'realm'>, news: FleetNews) {
  return liveTopic<LiveNews>({
    source: stateSource('instances', news, async (ids) => {
      const found = await Promise.all(
        ids.map(async (id) => ({ id, item: await findItem(id, world) })),
      )
      return {
        type: 'instances',
        changed: found.flatMap(({ item }) =>
          item === undefined ? [] : [plainOutput(shownInstance(item, world.realm))],
        ),
        gone: found.flatMap(({ id, item }) => (item === undefined ? [id] : [])),
      }
    }),
    action: ACTION,
    isFor: (asker) => asker.isAllowed([ACTION], { arn: '*' }, {}),
    show: (read) => read,
  })
}
