import { eventsLink } from './event-query.ts'
import type { EventView } from './trail-record.ts'

/** A page that an event leads to. */
export interface EventLink {
  readonly to: string
  readonly text: string
}

/** Of whom and what it is about, and what else is on record of that. */
export function linksOf(event: EventView): readonly EventLink[] {
  const { instanceId, instanceName, sessionId, requestId, who, record } = event
  const facts = record.additionalEventData
  const recordingId = textOf(facts['recordingId'])
  const { userIdentity } = record
  return [
    ...(instanceId === undefined
      ? []
      : [
          { to: `/instances/${seg(instanceId)}`, text: `Instance ${instanceName ?? instanceId}` },
          { to: eventsLink({ instance: instanceId }), text: 'All events of this instance' },
        ]),
    ...(userIdentity.type === 'IAMUser' && userIdentity.userName !== undefined
      ? [{ to: `/iam/users/${seg(userIdentity.userName)}`, text: `User ${userIdentity.userName}` }]
      : []),
    ...(userIdentity.type === 'AssumedRole'
      ? [{ to: `/iam/roles/${seg(who.split('/')[0] ?? who)}`, text: `Role ${who.split('/')[0]}` }]
      : []),
    ...(userIdentity.type === 'AWSService' || userIdentity.type === 'Unknown'
      ? []
      : [{ to: eventsLink({ principal: who }), text: `All events by ${who}` }]),
    ...(sessionId === undefined
      ? []
      : [{ to: `/sessions?session=${seg(sessionId)}`, text: `SSH session ${sessionId}` }]),
    ...(recordingId === undefined
      ? []
      : [{ to: `/recordings/${seg(recordingId)}`, text: 'Recording' }]),
    { to: eventsLink({ 'request-id': requestId }), text: 'All records of this request' },
  ]
}

const seg = encodeURIComponent

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
