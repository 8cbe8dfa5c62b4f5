import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { createFleetNews, type FleetNews } from '../../live/fleet-news.ts'
import type { ListedTerminal } from '../../terminals/terminals.ts'
import type { Asker, Resource } from '../operation.ts'
import type { AnyLiveTopic } from './live-topic.ts'
import { terminalsTopic } from './terminals-topic.ts'

let open: ListedTerminal[]
let news: FleetNews
let topic: AnyLiveTopic

/** Somebody who may ask about instances with this tag, and about their own. */
const asker = (userId: string, team: string) =>
  ({
    realm: { accountId: '111122223333', region: 'on-prem-1', partition: 'aws' },
    owner: userId,
    isAllowed: (_actions: readonly string[], { instance, isOwn }: Resource) =>
      isOwn === true || instance?.tags['team'] === team,
  }) as unknown as Asker

const terminal = (terminalId: string, instanceId: string, owner: string) =>
  ({
    terminalId,
    instanceId,
    owner,
    osUser: 'root',
    userName: owner,
    startedAt: 0,
    idleMs: 0,
    attached: 1,
    watching: 0,
    isRecorded: true,
    instance: { instanceId, tags: {} },
  }) as unknown as ListedTerminal

async function told(who: Asker) {
  const { news: read } = await topic.source.drain()
  const message = read === undefined ? undefined : topic.show(read, who)
  if (message?.type !== 'terminals') return undefined
  return [message.changed.map(({ TerminalId }) => TerminalId), message.gone]
}

beforeEach(async () => {
  open = []
  news = createFleetNews(() => 0)
  const instances = { get: (id: string) => Promise.resolve({ instanceId: id, tags: { team: id } }) }
  const store = { instances } as never
  topic = terminalsTopic({ store, terminals: { list: () => open } }, news)
  await topic.source.begin()
})

describe('news of terminals', () => {
  it('are told to who may list them: on instances that they may ask about, and their own', async () => {
    open = [terminal('t-1', 'i-blue', 'ann'), terminal('t-2', 'i-red', 'bob')]
    const begin = () => ['t-1', 't-2'].forEach((id) => news.changed('terminals', id))
    begin()
    assert.deepEqual(await told(asker('carol', 'i-blue')), [['t-1'], []])
    begin()
    assert.deepEqual(await told(asker('bob', 'none')), [['t-2'], []])
    begin()
    assert.equal(await told(asker('dave', 'none')), undefined)
  })

  it('tell that one ended to the same people only, also of one that was open before anybody listened', async () => {
    open = [terminal('t-1', 'i-blue', 'ann')]
    await topic.source.begin()
    open = []
    news.changed('terminals', 't-1')
    const { news: read } = await topic.source.drain()
    assert.deepEqual(topic.show(read, asker('ann', 'none')), {
      type: 'terminals',
      changed: [],
      gone: ['t-1'],
    })
    assert.equal(topic.show(read, asker('bob', 'none')), undefined)
  })
})
