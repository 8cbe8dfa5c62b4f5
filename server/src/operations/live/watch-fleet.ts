import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { isLiveTopic, LIVE_TOPICS, type LiveTopic } from '@fleetkey/wire/live/protocol'
import { operation } from '../operation.ts'
import { viewOf } from './live-topic.ts'

interface Input {
  readonly topics: readonly LiveTopic[]
}

/**
 * Tells a page of the console what is new, as long as it stays. Asked by its own door only (http/live-door.ts). It gives nothing by itself:
 * of each topic one is told what one may read by asking, and rights are asked anew whenever any changes. On record once, as it opens.
 */
export const watchFleet = operation<Input>({
  name: 'WatchFleet',
  service: 'fleetkey',
  action: 'fleetkey:WatchFleet',
  access: 'read',
  byOwnDoor: true,

  parse(fields) {
    const v = validate(fields)
    const topics = v.stringList('Topics', { max: LIVE_TOPICS.length, each: { min: 1, max: 32 } })
    v.finish(validationFailure)
    return { topics: topics.filter(isLiveTopic) }
  },

  resources: () => [{ arn: '*' }],

  trail: ({ topics }) => ({ requestParameters: { topics } }),

  async run({ topics }, call) {
    const { liveDoorstep } = call.origin
    if (liveDoorstep === undefined) throw new Error('a watch that nobody waits for')
    const viewer = {
      principalArn: call.principalArn,
      endsAt: call.caller.session?.expiresAt,
      look: async () => viewOf(call.live.topics, await call.stillAllowed()),
    }
    liveDoorstep.putDown(await call.live.open(viewer, topics))
    return {}
  },
})
