import { conditionsOf, wordsOf } from '@fleetkey/domain/trail-filters'
import {
  matchesSearch,
  type SearchedEntry,
  type TrailCondition,
} from '@fleetkey/domain/trail-search'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import { showsReads, type EventQuery } from './event-query.ts'
import { momentsOf } from './time-range.ts'
import { whoOf, type EventView } from './trail-record.ts'

/**
 * Whether a record that the live feed tells of is one that the search would find: by the same rules as the server's. Throws
 * ValidationException for a filter that the server would refuse as well.
 */
export function fitsQuery(query: EventQuery): (event: EventView) => boolean {
  const conditions: readonly TrailCondition[] = [
    ...conditionsOf(query.filters),
    ...(query.text === '' ? [] : [{ kind: 'says' as const, words: wordsOf(query.text) }]),
    ...(showsReads(query)
      ? []
      : [{ kind: 'is' as const, attribute: 'routine' as const, values: ['no'] }]),
  ]
  return (event) => {
    const { to } = query.range === undefined ? {} : momentsOf(query.range, event.time)
    return (to === undefined || event.time <= to) && matchesSearch(entryOf(event), conditions)
  }
}

/** What stands in columns beside the record, as far as the record tells. */
function entryOf({ record, instanceId = '' }: EventView): SearchedEntry {
  return {
    eventId: record.eventID,
    requestId: record.requestID,
    phase: record.additionalEventData.phase,
    eventName: record.eventName,
    readOnly: record.readOnly,
    userName: userNameOf(record),
    resource: instanceId,
    errorCode: record.errorCode ?? '',
    record: JSON.stringify(record),
  }
}

/** As principalName (domain) has it: a session goes by its own name. */
function userNameOf({ userIdentity }: TrailEvent): string {
  if (userIdentity.type === 'AWSService' || userIdentity.type === 'Unknown') return ''
  const who = whoOf(userIdentity)
  return userIdentity.type === 'AssumedRole' ? who.slice(who.indexOf('/') + 1) : who
}
