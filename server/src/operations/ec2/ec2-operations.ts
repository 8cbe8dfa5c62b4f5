import { createTags, deleteTags } from './change-tags.ts'
import { createInstanceConnectEndpoint } from './create-instance-connect-endpoint.ts'
import { deleteInstanceConnectEndpoint } from './delete-instance-connect-endpoint.ts'
import { describeImages } from './describe-images.ts'
import { describeInstanceAttribute } from './describe-instance-attribute.ts'
import { describeInstanceConnectEndpoints } from './describe-instance-connect-endpoints.ts'
import { describeInstanceStatus } from './describe-instance-status.ts'
import { describeInstanceTypes } from './describe-instance-types.ts'
import { describeInstances } from './describe-instances.ts'
import { describeAvailabilityZones, describeRegions } from './describe-region.ts'
import { describeSubnets, describeVpcs } from './describe-sites.ts'
import { describeTags } from './describe-tags.ts'
import { modifyInstanceAttribute } from './modify-instance-attribute.ts'
import { modifyInstanceConnectEndpoint } from './modify-instance-connect-endpoint.ts'
import { runInstances } from './run-instances.ts'
import { authorizeSecurityGroupIngress } from './security-groups/authorize-security-group-ingress.ts'
import { createSecurityGroup } from './security-groups/create-security-group.ts'
import { deleteSecurityGroup } from './security-groups/delete-security-group.ts'
import { describeSecurityGroupRules } from './security-groups/describe-security-group-rules.ts'
import { describeSecurityGroups } from './security-groups/describe-security-groups.ts'
import { describeManagedPrefixLists, describePrefixLists } from './security-groups/prefix-lists.ts'
import { revokeSecurityGroupIngress } from './security-groups/revoke-security-group-ingress.ts'
import { terminateInstances } from './terminate-instances.ts'
import type { AnyOperation } from '../operation.ts'

/** AWS's EC2, as far as there is something of it here: instances, security groups, endpoints. */
export const EC2_OPERATIONS: readonly AnyOperation[] = [
  describeInstances,
  describeInstanceStatus,
  describeInstanceTypes,
  describeImages,
  describeTags,
  describeRegions,
  describeAvailabilityZones,
  describeVpcs,
  describeSubnets,
  describeSecurityGroups,
  describeSecurityGroupRules,
  describeManagedPrefixLists,
  describePrefixLists,
  createSecurityGroup,
  deleteSecurityGroup,
  authorizeSecurityGroupIngress,
  revokeSecurityGroupIngress,
  modifyInstanceAttribute,
  runInstances,
  describeInstanceAttribute,
  terminateInstances,
  createTags,
  deleteTags,
  createInstanceConnectEndpoint,
  describeInstanceConnectEndpoints,
  modifyInstanceConnectEndpoint,
  deleteInstanceConnectEndpoint,
]
