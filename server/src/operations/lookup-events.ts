import { trailArn } from '@fleetkey/domain/arn'
import { validationFailure } from '@fleetkey/domain/exceptions'
import { validate } from '@fleetkey/wire/aws/validation'
import type { TrailQuery } from '../store/store.ts'
import { operation } from './operation.ts'

/** CloudTrail's page size (CloudTrail API reference, "LookupEvents"). */
const MAX_PAGE = 50

/** Records of the trail, newest first. */
export const lookupEvents = operation<TrailQuery>({
  name: 'LookupEvents',
  service: 'fleetkey',
  action: 'fleetkey:LookupEvents',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const eventName = v.optionalString('EventName', { min: 1, max: 128 })
    const userName = v.optionalString('UserName', { min: 1, max: 64 })
    const resource = v.optionalString('InstanceId', { min: 1, max: 32 })
    const requestId = v.optionalString('RequestId', { min: 1, max: 64 })
    const from = v.optionalNumber('StartTime')
    const to = v.optionalNumber('EndTime')
    const limit = v.optionalInteger('MaxResults', { min: 1, max: MAX_PAGE }) ?? MAX_PAGE
    const nextToken = v.optionalString('NextToken', { min: 1, max: 16, pattern: /^[0-9]+$/ })
    v.finish(validationFailure)
    return {
      limit,
      ...(eventName === undefined ? {} : { eventName }),
      ...(userName === undefined ? {} : { userName }),
      ...(resource === undefined ? {} : { resource }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(from === undefined ? {} : { from: from * 1000 }),
      ...(to === undefined ? {} : { to: to * 1000 }),
      ...(nextToken === undefined ? {} : { beforeSeq: Number(nextToken) }),
    }
  },
  resources: (_input, { realm }) => [{ arn: trailArn(realm) }],
  trail: (query) => ({ requestParameters: { ...query } }),
  async run(query, { store }) {
    const entries = await store.trail.lookup(query)
    const last = entries.at(-1)
    return {
      Events: entries.map(({ seq, hash, record }) => ({
        Seq: seq,
        Hash: hash,
        Record: JSON.parse(record) as unknown,
      })),
      ...(last !== undefined && entries.length === query.limit
        ? { NextToken: String(last.seq) }
        : {}),
    }
  },
})

/** More than this at once would be slow to send and to check. */
const MAX_CHAIN_PAGE = 500

/** The trail as it is chained: exact texts in order, for whoever verifies it with their own tools. */
export const readTrail = operation<{ afterSeq: number; limit: number }>({
  name: 'ReadTrail',
  service: 'fleetkey',
  action: 'fleetkey:ReadTrail',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const afterSeq = v.optionalInteger('AfterSeq', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0
    const limit = v.optionalInteger('MaxResults', { min: 1, max: MAX_CHAIN_PAGE }) ?? MAX_CHAIN_PAGE
    v.finish(validationFailure)
    return { afterSeq, limit }
  },
  resources: (_input, { realm }) => [{ arn: trailArn(realm) }],
  trail: (input) => ({ requestParameters: { ...input } }),
  async run({ afterSeq, limit }, { store }) {
    // The head first: records that arrive between the two reads are then beyond it, not missing.
    const head = await store.trail.head()
    const entries = await store.trail.read(afterSeq, limit)
    return {
      Entries: entries
        .filter(({ seq }) => seq <= head.seq)
        .map(({ seq, hash, record }) => ({ Seq: seq, Hash: hash, Record: record })),
      Head: { Seq: head.seq, Hash: head.hash },
    }
  },
})
