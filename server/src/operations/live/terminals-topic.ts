import type { Instance } from '@fleetkey/domain/instance'
import { instanceArn } from '@fleetkey/domain/arn'
import { plainOutput } from '@fleetkey/wire/aws/json-output'
import type { FleetNews } from '../../live/fleet-news.ts'
import { stateSource } from '../../live/live-source.ts'
import type { ListedTerminal } from '../../terminals/terminals.ts'
import { isOwn } from '../is-own.ts'
import type { Asker, Resource, World } from '../operation.ts'
import { LIST_TERMINALS, shownTerminal } from '../terminals/list-terminals.ts'
import { liveTopic } from './live-topic.ts'

interface Read {
  readonly terminal: ListedTerminal
  readonly instance: Instance | undefined
  readonly isOver: boolean
}

/** Of each terminal whoever may list it. That one ended is told to the same, as it was known last. */
export function terminalsTopic(
  world: Pick<World, 'store'> & { readonly terminals: Pick<World['terminals'], 'list'> },
  news: FleetNews,
) {
  const listed = (): ReadonlyMap<string, ListedTerminal> =>
    new Map(world.terminals.list().map((one) => [one.terminalId, one]))
  let known = listed()
  const source = stateSource('terminals', news, async (ids) => {
    const [before, open] = [known, listed()]
    known = open
    const found = ids.flatMap((id) => open.get(id) ?? before.get(id) ?? [])
    return await Promise.all(
      found.map(async (terminal) => ({
        terminal,
        instance: await world.store.instances.get(terminal.instanceId),
        isOver: !open.has(terminal.terminalId),
      })),
    )
  })
  return liveTopic<readonly Read[]>({
    source: {
      ...source,
      begin() {
        known = listed()
        return source.begin()
      },
    },
    action: LIST_TERMINALS,
    isFor: (asker) => asker.isAllowed([LIST_TERMINALS], { arn: '*', isOwn: true }, {}),
    show(read, asker) {
      const seen = read.filter((one) =>
        asker.isAllowed([LIST_TERMINALS], resourceOf(one, asker), {}),
      )
      if (seen.length === 0) return undefined
      return {
        type: 'terminals',
        changed: seen
          .filter(({ isOver }) => !isOver)
          .map(({ terminal }) => plainOutput(shownTerminal(terminal, isOwn(terminal, asker)))),
        gone: seen.filter(({ isOver }) => isOver).map(({ terminal }) => terminal.terminalId),
      }
    },
  })
}

function resourceOf({ terminal, instance }: Read, asker: Asker): Resource {
  return {
    arn: instanceArn(asker.realm, terminal.instanceId),
    ...(instance && { instance }),
    ...(isOwn(terminal, asker) && { isOwn: true as const }),
  }
}
