import { cloudTrailArn } from '@fleetkey/domain/arn'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'

/** More names than there are trails are a mistake. */
const MAX_NAMES = 100

/** CloudTrail API reference, "DescribeTrails". There is one trail, `main`, and it cannot be turned off. */
export const describeTrails = operation<{ names: readonly string[] }>({
  name: 'DescribeTrails',
  service: 'cloudtrail',
  action: 'cloudtrail:DescribeTrails',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const names = v.stringList('trailNameList', { max: MAX_NAMES, each: { min: 1, max: 256 } })
    v.optionalBoolean('includeShadowTrails')
    v.finish(validationFailure)
    return { names }
  },
  resources: () => [{ arn: '*' }],
  trail: ({ names }) => ({ requestParameters: names.length === 0 ? {} : { trailNameList: names } }),
  run({ names }, { realm, proof }) {
    const { bucket, prefix } = proof.place
    const arn = cloudTrailArn(realm)
    const isAsked = names.length === 0 || names.includes('main') || names.includes(arn)
    const trail = {
      Name: 'main',
      S3BucketName: bucket,
      ...(prefix === '' ? {} : { S3KeyPrefix: prefix }),
      TrailARN: arn,
      HomeRegion: realm.region,
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      IsOrganizationTrail: false,
      LogFileValidationEnabled: true,
      HasCustomEventSelectors: false,
      HasInsightSelectors: false,
    }
    return { trailList: isAsked ? [trail] : [] }
  },
})
