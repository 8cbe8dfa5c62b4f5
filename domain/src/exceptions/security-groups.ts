// EC2's codes for security groups.

import { refuse, shown } from './service-exception.ts'

export const groupIdMalformed = (text: string) =>
  refuse('InvalidGroupId.Malformed', 400, `Invalid id: "${shown(text)}" (expecting "sg-...")`)

export const groupNameTaken = (name: string, vpcId: string) =>
  refuse(
    'InvalidGroup.Duplicate',
    400,
    `The security group '${shown(name)}' already exists for VPC '${vpcId}'`,
  )

export const groupNameReserved = (name: string) =>
  refuse('InvalidGroup.Reserved', 400, `The security group '${shown(name)}' is reserved`)

/** The default group of a site is no row: it says what is so without any group. */
export const defaultGroupStays = (groupId: string) =>
  refuse(
    'CannotDelete',
    400,
    `The group ${groupId} is the default one of its site and stays as it is: it lets in what hosts and networks let in. Create a group of your own and attach it.`,
  )

export const groupInUse = (groupId: string) =>
  refuse(
    'DependencyViolation',
    400,
    `Instances have the group ${groupId}. Take it off them first (ModifyInstanceAttribute).`,
  )

export const groupLimitExceeded = (most: number) =>
  refuse('SecurityGroupLimitExceeded', 400, `There may be ${most} security groups.`)

export const permissionDuplicate = (rule: string) =>
  refuse(
    'InvalidPermission.Duplicate',
    400,
    `The specified rule "${shown(rule)}" already exists in the group.`,
  )

export const permissionNotFound = () =>
  refuse(
    'InvalidPermission.NotFound',
    400,
    'The specified rule does not exist in this security group.',
  )

export const ruleLimitExceeded = (detail: string) =>
  refuse('RulesPerSecurityGroupLimitExceeded', 400, detail)

export const attachedGroupLimitExceeded = (most: number) =>
  refuse(
    'SecurityGroupsPerInterfaceLimitExceeded',
    400,
    `An instance has at most ${most} security groups.`,
  )
