import { trailArn } from '@fleetkey/domain/arn'
import type { LiveNews } from '@fleetkey/wire/live/server-message'
import type { LiveSource } from '../../live/live-source.ts'
import type { StoredTrailEntry } from '../../store/store.ts'
import { shownEntry } from '../search-events.ts'
import { liveTopic } from './live-topic.ts'

const ACTION = 'fleetkey:SearchEvents'

/** Who may search the trail may see all of it. */
export function eventsTopic(source: LiveSource<readonly StoredTrailEntry[]>) {
  return liveTopic<LiveNews>({
    source: {
      begin: () => source.begin(),
      async drain() {
        const { news, hasMissed } = await source.drain()
        return { news: news && shown(news), hasMissed }
      },
      async recent() {
        const news = await source.recent()
        return news && shown(news)
      },
    },
    action: ACTION,
    isFor: (asker) => asker.isAllowed([ACTION], { arn: trailArn(asker.realm) }, {}),
    show: (news) => news,
  })
}

const shown = (entries: readonly StoredTrailEntry[]): LiveNews => ({
  type: 'events',
  events: entries.map(shownEntry),
})
