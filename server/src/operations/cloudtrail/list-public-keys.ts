import { invalidTimeRange, invalidToken } from '@fleetkey/domain/exceptions/trail'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'

interface Asked {
  /** Seconds since 1970. */
  readonly from: number | undefined
  readonly to: number | undefined
}

/** A key is good for as long as it signs; how long that will be is not known: said so far ahead. */
const YEAR_MS = 365 * 24 * 60 * 60_000

/** CloudTrail API reference, "ListPublicKeys": the keys that signed digests in that time, in PKCS #1. */
export const listPublicKeys = operation<Asked>({
  name: 'ListPublicKeys',
  service: 'cloudtrail',
  action: 'cloudtrail:ListPublicKeys',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const from = v.optionalNumber('StartTime')
    const to = v.optionalNumber('EndTime')
    const token = v.optionalString('NextToken')
    v.finish(validationFailure)
    if (from !== undefined && to !== undefined && from > to) throw invalidTimeRange()
    // All fit into one answer: nobody was ever given a token.
    if (token !== undefined) throw invalidToken()
    return { from, to }
  },
  resources: () => [{ arn: '*' }],
  trail: ({ from, to }) => ({ requestParameters: { startTime: from, endTime: to } }),
  async run({ from = -Infinity, to = Infinity }, { proof, now }) {
    const { der, fingerprint, madeAt } = await proof.publicKey()
    const until = now() + YEAR_MS
    const isInRange = madeAt <= to * 1000 && until >= from * 1000
    const key = {
      Value: der,
      Fingerprint: fingerprint,
      ValidityStartTime: new Date(madeAt),
      ValidityEndTime: new Date(until),
    }
    return { PublicKeyList: isInRange ? [key] : [] }
  },
})
