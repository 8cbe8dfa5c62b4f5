import type { ApiClient } from '../api/api-client.ts'
import { ask } from '../ask.ts'
import { Failure } from '../failure.ts'
import { table } from '../output.ts'
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
  const rows = found.map((instance, index) => [
    String(index + 1),
    nameOf(instance),
    instance.instanceId,
    instance.address4 ?? instance.address6 ?? '-',
    instance.link.state,
  ])
  screen.err(table(['#', 'NAME', 'INSTANCE', 'ADDRESS', 'AGENT'], rows))
  const reply = (await ask('Which one? (number or name) ')).trim()
  const picked = /^\d+$/.test(reply)
    ? found.slice(Number(reply) - 1, Number(reply) || undefined)
    : found.filter((instance) => reply !== '' && nameOf(instance).startsWith(reply))
  const [only] = picked
  if (only && picked.length === 1) return only
  throw new Failure('cancelled', `"${reply}" is not one of them.`)
}

function nameOf(instance: ListedInstance): string {
  return instance.name ?? instance.instanceId
}
