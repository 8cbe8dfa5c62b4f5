import { trailArn } from '@fleetkey/domain/arn'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from './operation.ts'

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
    // The base last: what is removed meanwhile lies before it, and is not missing either.
    const base = await store.digests.base()
    return {
      Entries: entries
        .filter(({ seq }) => seq > base.seq && seq <= head.seq)
        .map(({ seq, hash, record }) => ({ Seq: seq, Hash: hash, Record: record })),
      Head: { Seq: head.seq, Hash: head.hash },
      Base: { Seq: base.seq, Hash: base.hash },
    }
  },
})
