import { read, service } from './service.ts'

/** Service Authorization Reference, "AWS CloudTrail". */
export const CLOUDTRAIL = service('cloudtrail', [read('LookupEvents'), read('DescribeTrails')])
