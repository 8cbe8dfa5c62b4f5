import { read, service, type ResourceType } from './service.ts'

const trail: ResourceType = {
  name: 'trail',
  arn: 'arn:${Partition}:cloudtrail:${Region}:${Account}:trail/${TrailName}',
  keys: [],
}

/** Service Authorization Reference, "AWS CloudTrail". */
export const CLOUDTRAIL = service('cloudtrail', [
  read('LookupEvents'),
  read('DescribeTrails'),
  read('GetTrailStatus', [trail]),
  read('ListPublicKeys'),
])
