import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { RECORDING_STATES, type RecordingState } from '@fleetkey/domain/recording'
import { validate } from '@fleetkey/wire/aws/validation'
import type { ListedRecording, RecordingQuery } from '../../store/recording-store.ts'
import { ownOf } from '../is-own.ts'
import { operation, type Asker, type Call } from '../operation.ts'
import {
  hasTags,
  readSessionFilter,
  recordedFilter,
  type SessionFilter,
} from '../ssh-sessions/session-filter.ts'
import { RecordingResources } from './recording-resource.ts'
import { shownRecording } from './shown-recording.ts'

interface Input extends Pick<RecordingQuery, 'from' | 'to' | 'beforePlace' | 'limit'> {
  readonly filter: SessionFilter
  readonly state?: RecordingState
}

const MAX_PAGE = 200
const DEFAULT_PAGE = 50
/** Rows that one request looks at: where nearly none may be shown, a page is short and leads on. */
const MAX_LOOKED_AT = 5000
const ACTION = 'fleetkey:ListRecordings'
const STATE = new RegExp(`^(${RECORDING_STATES.join('|')})$`)

/**
 * What was recorded, last begun first: of all instances that the caller may ask about, and their own of any. Naming one instance asks about
 * that one, and is refused to who may not.
 */
export const listRecordings = operation<Input>({
  name: 'ListRecordings',
  service: 'fleetkey',
  action: ACTION,
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const filter = readSessionFilter(v)
    const state = v.optionalString('State', { pattern: STATE }) as RecordingState | undefined
    const from = v.optionalNumber('StartTime')
    const to = v.optionalNumber('EndTime')
    const limit = v.optionalInteger('MaxResults', { min: 1, max: MAX_PAGE }) ?? DEFAULT_PAGE
    const nextToken = v.optionalString('NextToken', { min: 1, max: 16, pattern: /^[0-9]+$/ })
    v.finish(validationFailure)
    return {
      filter,
      limit,
      ...(state === undefined ? {} : { state }),
      ...(from === undefined ? {} : { from: from * 1000 }),
      ...(to === undefined ? {} : { to: to * 1000 }),
      ...(nextToken === undefined ? {} : { beforePlace: Number(nextToken) }),
    }
  },

  async resources({ filter }, asker) {
    const { instanceId, mine } = filter
    if (instanceId === undefined) return [{ arn: '*', isOwn: true }]
    const resource = await new RecordingResources(asker).ofInstance(instanceId)
    return [mine ? { ...resource, isOwn: true } : resource]
  },

  trail: ({ filter, ...rest }) => ({
    requestParameters: { ...recordedFilter(filter), ...rest },
    ...(filter.instanceId === undefined ? {} : { instanceId: filter.instanceId }),
  }),

  async run(input, call) {
    const { filter, limit, ...others } = input
    const resources = new RecordingResources(call)
    const query = queryOf(filter, call)
    const found: ListedRecording[] = []
    let { beforePlace } = others
    let isMore = true
    for (let lookedAt = 0; isMore && found.length < limit && lookedAt < MAX_LOOKED_AT;) {
      const page = await call.store.recordings.list({
        ...query,
        ...others,
        limit: MAX_PAGE,
        ...(beforePlace === undefined ? {} : { beforePlace }),
      })
      isMore = page.length === MAX_PAGE
      lookedAt += page.length
      for (const row of page) {
        if (found.length === limit) {
          isMore = true
          break
        }
        beforePlace = row.place
        if (await isShown(row, { filter, resources, call })) found.push(row)
      }
    }
    return {
      Recordings: found.map((row) => shownRecording(row, call.recordings)),
      ...(isMore && beforePlace !== undefined ? { NextToken: String(beforePlace) } : {}),
    }
  },
})

function queryOf(
  { mine, userName, principalArn, instanceId, osUser }: SessionFilter,
  asker: Asker,
): Omit<RecordingQuery, 'limit'> {
  return {
    ...(mine && ownOf(asker)),
    ...(userName !== undefined && { userName }),
    ...(principalArn !== undefined && { principalArn }),
    ...(instanceId !== undefined && { instanceId }),
    ...(osUser !== undefined && { osUser }),
  }
}

async function isShown(
  row: ListedRecording,
  parts: {
    readonly filter: SessionFilter
    readonly resources: RecordingResources
    readonly call: Call
  },
): Promise<boolean> {
  const { filter, resources, call } = parts
  const resource = await resources.ofOwnOrOther(row)
  return hasTags(resource.instance, filter) && call.isAllowed([ACTION], resource, {})
}
