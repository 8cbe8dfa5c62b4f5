import {
  invalidEventCategory,
  invalidLookupAttributes,
  invalidMaxResults,
  invalidTimeRange,
} from '@fleetkey/domain/exceptions/trail'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import { nameInArn, type TrailAttribute, type TrailCondition } from '@fleetkey/domain/trail-search'
import { validate, type Members } from '@fleetkey/wire/aws/validation'
import type { StoredTrailEntry, TrailSearch } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { placeInToken, trailToken } from '../trail-token.ts'

interface Input {
  readonly search: TrailSearch
  /** What the trail shows of it. */
  readonly asked: Readonly<Record<string, unknown>>
}

const MAX_PAGE = 50

const ATTRIBUTES: Readonly<Record<string, TrailAttribute>> = {
  EventId: 'eventId',
  EventName: 'eventName',
  ReadOnly: 'readOnly',
  Username: 'userName',
  ResourceType: 'resourceType',
  ResourceName: 'resourceName',
  EventSource: 'eventSource',
  AccessKeyId: 'accessKeyId',
}

/**
 * Events by one attribute and time, newest first (CloudTrail API reference, "LookupEvents"). An act is one event, with its outcome. All
 * that is kept is found, not only 90 days.
 */
export const lookupEvents = operation<Input>({
  name: 'LookupEvents',
  service: 'cloudtrail',
  action: 'cloudtrail:LookupEvents',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const attributes = v.structureList('LookupAttributes')
    const conditions = attributes.map(conditionOf)
    const from = v.optionalNumber('StartTime')
    const to = v.optionalNumber('EndTime')
    const category = v.optionalString('EventCategory')
    const limit = v.optionalInteger('MaxResults') ?? MAX_PAGE
    const token = v.optionalString('NextToken')
    v.finish(validationFailure)
    if (conditions.length > 1) {
      throw invalidLookupAttributes(
        'Only one lookup attribute can be given. For more of them, "fleetkey events" and fleetkey:SearchEvents take any combination.',
      )
    }
    if (category !== undefined) throw invalidEventCategory()
    if (limit < 1 || limit > MAX_PAGE) throw invalidMaxResults(MAX_PAGE)
    if (from !== undefined && to !== undefined && from > to) throw invalidTimeRange()
    const search: TrailSearch = {
      conditions: conditions.map(({ condition }) => condition),
      ...(from === undefined ? {} : { from: from * 1000 }),
      // Of the second that it names, all: that is how fine an event shows its time.
      ...(to === undefined ? {} : { to: Math.floor(to) * 1000 + 999 }),
      order: 'newest',
      withoutIntents: true,
      limit,
    }
    const asked = {
      ...(conditions.length === 0 ? {} : { lookupAttributes: conditions.map((one) => one.asked) }),
      startTime: from,
      endTime: to,
      maxResults: limit,
    }
    const after = token === undefined ? undefined : placeInToken(search, token)
    return { search: { ...search, ...(after !== undefined && { after }) }, asked }
  },
  resources: () => [{ arn: '*' }],
  trail: ({ asked }) => ({ requestParameters: asked }),
  async run({ search }, { store }) {
    const { entries, lookedTo, isEnd } = await store.trail.search(search)
    return {
      Events: entries.map(shown),
      ...(isEnd ? {} : { NextToken: trailToken(search, lookedTo) }),
    }
  },
})

function conditionOf(members: Members): {
  readonly condition: TrailCondition
  readonly asked: Readonly<Record<string, string>>
} {
  const key = members.requiredString('AttributeKey')
  const value = members.requiredString('AttributeValue', { min: 1, max: 2000 })
  const attribute = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key] : undefined
  if (attribute === undefined) {
    throw invalidLookupAttributes(
      `AttributeKey is not valid. Valid keys are: ${Object.keys(ATTRIBUTES).join(', ')}.`,
    )
  }
  return {
    condition: { kind: 'is', attribute, values: [value] },
    asked: { attributeKey: key, attributeValue: value },
  }
}

function shown(entry: StoredTrailEntry) {
  const { userIdentity, eventSource, resources } = JSON.parse(entry.record) as TrailEvent
  const accessKeyId = 'accessKeyId' in userIdentity ? userIdentity.accessKeyId : undefined
  return {
    EventId: entry.eventId,
    EventName: entry.eventName,
    ReadOnly: String(entry.readOnly),
    ...(accessKeyId === undefined ? {} : { AccessKeyId: accessKeyId }),
    EventTime: Math.floor(entry.time / 1000),
    EventSource: eventSource,
    ...(entry.userName === '' ? {} : { Username: entry.userName }),
    Resources: (resources ?? []).map(({ ARN, type }) => ({
      ResourceType: type,
      ResourceName: nameInArn(ARN),
    })),
    CloudTrailEvent: entry.record,
  }
}
