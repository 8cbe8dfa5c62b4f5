import type { ApiClient } from '../api/api-client.ts'
import { Failure } from '../failure.ts'
import { pick } from '../pick.ts'
import type { Screen } from '../screen.ts'
import { listInstances, type ListedInstance } from './list-instances.ts'

/** Lets the person at the terminal pick one of the instances, by number or by the beginning of a name. */
export async function pickInstance(
  api: Pick<ApiClient, 'call'>,
  screen: Screen,
): Promise<ListedInstance> {
  const found = (await listInstances(api, {})).toSorted((a, b) =>
    nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }),
  )
  if (found.length === 0) {
    throw new Failure('notFound', 'There are no instances yet.', {
      todo: ['Enrol one: fleetkey join-tokens create'],
    })
  }
  return pick(screen, {
    headings: ['NAME', 'INSTANCE', 'ADDRESS', 'AGENT'],
    rows: found.map((instance) => ({
      cells: [
        nameOf(instance),
        instance.instanceId,
        instance.address4 ?? instance.address6 ?? '-',
        instance.link.state,
      ],
      value: instance,
    })),
    ambiguous: 'Which instance?',
    todo: 'Name one: fleetkey ssh [USER@]INSTANCE',
  })
}

function nameOf(instance: ListedInstance): string {
  return instance.name ?? instance.instanceId
}
