// EC2's codes (EC2 API reference, "Error codes"): the same in JSON and in EC2's own protocol.

import { refuse, shown, quote } from './service-exception.ts'

export const unknownParameter = (name: string) =>
  refuse('UnknownParameter', 400, `The parameter ${shown(name)} is not recognized`)

/** `name` is the parameter as EC2's own protocol spells it, `InstanceId`. */
export const missingParameter = (name: string) =>
  refuse('MissingParameter', 400, `The request must contain the parameter ${name}`)

export const invalidParameterValue = (detail: string) =>
  refuse('InvalidParameterValue', 400, detail)

export const invalidParameterCombination = (detail: string) =>
  refuse('InvalidParameterCombination', 400, detail)

export const filterLimitExceeded = (detail: string) => refuse('FilterLimitExceeded', 400, detail)

/** A token that this list did not give, or gave for another question. */
export const invalidNextToken = () =>
  refuse(
    'InvalidNextToken',
    400,
    'The token that NextToken holds is not one that this operation gave. Ask for the first page, without NextToken.',
  )

/** Not a refusal in truth: what is asked for would be done. */
export const dryRunOperation = () =>
  refuse('DryRunOperation', 412, 'Request would have succeeded, but DryRun flag is set.')

export const tagLimitExceeded = (detail: string) => refuse('TagLimitExceeded', 400, detail)

/** EC2's own code for the inventory operations. */
export const instanceIdNotFound = (instanceId: string) =>
  refuse('InvalidInstanceID.NotFound', 400, `The instance ID '${instanceId}' does not exist`)

/** The same of several. */
export const instanceIdsNotFound = (instanceIds: readonly string[]) =>
  instanceIds.length === 1
    ? instanceIdNotFound(instanceIds[0] ?? '')
    : refuse(
        'InvalidInstanceID.NotFound',
        400,
        `The instance IDs '${instanceIds.join(', ')}' do not exist`,
      )

export const instanceIdMalformed = (text: string) =>
  refuse('InvalidInstanceID.Malformed', 400, `Invalid id: "${shown(text)}"`)

/** For what is named by an id or a name that nothing has: `kind` as in the code, `InvalidVpcID.NotFound`. */
export const ec2NotFound = (kind: Ec2Kind, id: string) => {
  const { code, noun } = EC2_KINDS[kind]
  return refuse(`${code}.NotFound`, 400, `The ${noun} '${shown(id)}' does not exist`)
}

export type Ec2Kind = keyof typeof EC2_KINDS

const EC2_KINDS = {
  vpc: { code: 'InvalidVpcID', noun: 'vpc ID' },
  subnet: { code: 'InvalidSubnetID', noun: 'subnet ID' },
  securityGroup: { code: 'InvalidGroup', noun: 'security group' },
  securityGroupRule: { code: 'InvalidSecurityGroupRuleId', noun: 'security group rule ID' },
  prefixList: { code: 'InvalidPrefixListId', noun: 'prefix list ID' },
  image: { code: 'InvalidAMIID', noun: 'image id' },
  endpoint: { code: 'InvalidInstanceConnectEndpointId', noun: 'instance connect endpoint ID' },
} as const

export const instanceTypesInvalid = (name: string) =>
  refuse(
    'InvalidInstanceType',
    400,
    `The following supplied instance types do not exist: [${shown(name)}]`,
  )

/** For the id of a resource that has no tags here. */
export const taggedResourceInvalid = (id: string) =>
  refuse(
    'InvalidID',
    400,
    `The ID '${shown(id)}' is not valid: instances, endpoints, security groups and their rules have tags.`,
  )

export const endpointIdMalformed = (text: string) =>
  refuse('InvalidInstanceConnectEndpointId.Malformed', 400, `Invalid id: "${shown(text)}"`)

/** AWS's quota, in the shape of EC2's codes. */
export const endpointLimitExceeded = (site: string) =>
  refuse(
    'InstanceConnectEndpointLimitExceeded',
    400,
    `A site has one endpoint, and site ${quote(site)} has it already. Use that one, or delete it first.`,
  )

export const idempotentParameterMismatch = () =>
  refuse(
    'IdempotentParameterMismatch',
    400,
    'This client token was used before, for a request with other parameters. Take a new token.',
  )

export const endpointNotFound = (endpointId: string) =>
  refuse(
    'InvalidInstanceConnectEndpointId.NotFound',
    400,
    `The instance connect endpoint ID '${endpointId}' does not exist. Run "fleetkey endpoints list" to see those that do.`,
  )
