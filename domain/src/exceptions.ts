/**
 * The catalogue of refusals: every expected "no" of the API is made by one function here, so that its
 * code, status and wording stand in one place. Codes and statuses are AWS's where AWS has one
 * (EC2 Instance Connect API reference; EC2, STS and IAM error lists); `message` says what is wrong and what to do
 * next, and never holds a secret.
 */
export class ServiceException extends Error {
  /** Stable error code that clients dispatch on, e.g. `EC2InstanceNotFoundException`. */
  readonly code: string
  /** HTTP status. */
  readonly status: number
  /** Why the access decision fell, for denials: shown to the caller and, unless `recorded` says more, kept in the trail. */
  readonly explanation: string | undefined
  /** What only the trail says of it. */
  readonly recorded: string | undefined

  constructor(refusal: {
    code: string
    status: number
    message: string
    explanation?: string
    recorded?: string
  }) {
    super(refusal.message)
    this.name = 'ServiceException'
    this.code = refusal.code
    this.status = refusal.status
    this.explanation = refusal.explanation
    this.recorded = refusal.recorded ?? refusal.explanation
  }
}

// Who is asking (authentication) -------------------------------------------------------------------

export const missingAuthenticationToken = () =>
  refuse('MissingAuthenticationTokenException', 400, 'Request is missing Authentication Token')

export const incompleteSignature = (detail: string) =>
  refuse('IncompleteSignatureException', 400, detail)

export const invalidSignature = (detail: string) => refuse('InvalidSignatureException', 400, detail)

/** The same code as for a wrong signature in JSON, IAM and STS; apart here, since EC2 has two names for the two. */
export const untimelySignature = (detail: string) =>
  refuse('UntimelySignatureException', 400, detail)

/** One answer for an unknown key, an inactive key and a wrong session token, so that none can be told apart. */
export const unrecognizedClient = () =>
  refuse(
    'UnrecognizedClientException',
    400,
    'The security token included in the request is invalid.',
  )

export const expiredToken = () =>
  refuse('ExpiredTokenException', 400, 'The security token included in the request is expired')

// Web identities and sessions (STS) ----------------------------------------------------------------

/** For a token that proves nothing here: `detail` says why. */
export const invalidIdentityToken = (detail: string) => refuse('InvalidIdentityToken', 400, detail)

/** The same code as for expired credentials on the wire; apart here, since Query has two names for the two. */
export const expiredWebIdentityToken = (now: number, expiresAt: number) =>
  refuse(
    'ExpiredWebIdentityTokenException',
    400,
    `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${expiresAt}`,
  )

/** The provider does not answer as it should. Ask again. `recorded`: what the caller, a stranger as yet, is not told. */
export const idpCommunicationError = (message: string, recorded: string) =>
  new ServiceException({ code: 'IDPCommunicationError', status: 400, message, recorded })

/** The provider vouches for something that cannot be. */
export const idpRejectedClaim = (detail: string) => refuse('IDPRejectedClaim', 403, detail)

// What is asked (routing and parsing) --------------------------------------------------------------

export const unknownOperation = (target: string) =>
  refuse('UnknownOperationException', 400, `The operation ${quote(target)} is not known here.`)

export const serializationFailure = (detail: string) =>
  refuse('SerializationException', 400, detail)

/** For what is no form at all (Query API). The status is the one that IAM and STS document. */
export const malformedQueryString = (detail: string) => refuse('MalformedQueryString', 404, detail)

export const missingAction = () =>
  refuse('MissingAction', 400, 'The request is missing an action: Action names the operation.')

export const invalidArgs = (detail: string) => refuse('InvalidArgsException', 400, detail)

/** For Fleetkey's own, EC2, STS and IAM operations; EC2 Instance Connect says `InvalidArgsException`. */
export const validationFailure = (detail: string) => refuse('ValidationException', 400, detail)

// What is asked of EC2 (EC2 API reference, "Error codes"): the same in JSON and in EC2's own protocol.

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

/** CloudTrail's, of which the next five are; its API reference has them with LookupEvents. */
export const invalidLookupAttributes = (detail: string) =>
  refuse('InvalidLookupAttributesException', 400, detail)

export const invalidTimeRange = () =>
  refuse('InvalidTimeRangeException', 400, 'The start time is after the end time. Swap them.')

export const invalidMaxResults = (max: number) =>
  refuse(
    'InvalidMaxResultsException',
    400,
    `MaxResults is not valid. Specify a value from 1 through ${max}.`,
  )

export const invalidTrailToken = () =>
  refuse(
    'InvalidNextTokenException',
    400,
    'The token is not one that this operation gave for this very question. Ask with the same parameters as before, or for the first page, without NextToken.',
  )

export const invalidEventCategory = () =>
  refuse(
    'InvalidEventCategoryException',
    400,
    'EventCategory is not valid: this trail has management events only. Leave it out.',
  )

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

export const requestTooLarge = (limit: number) =>
  refuse('RequestEntityTooLargeException', 413, `The request is larger than ${limit} bytes.`)

// May they (authorization) -------------------------------------------------------------------------

export const accessDenied = (message: string, explanation: string) =>
  new ServiceException({ code: 'AccessDeniedException', status: 400, message, explanation })

/**
 * A role that does not trust the caller. AWS says no more, and so do we: who is not trusted does not learn whether the role exists or what
 * its trust policy asks for. The trail has `recorded`, the whole explanation.
 */
export const roleNotTrusting = (
  asked: { principal: string; action: string; arn: string },
  recorded: string,
) =>
  new ServiceException({
    code: 'AccessDeniedException',
    status: 400,
    message: `User: ${asked.principal} is not authorized to perform: ${asked.action} on resource: ${asked.arn}`,
    explanation:
      'There is no such role, or its trust policy does not allow this caller with this request. Least change: let somebody who may read the trail look up this request there; it says what the trust policy asks for.',
    recorded,
  })

// Passwords and second factors ---------------------------------------------------------------------

/** One answer for an unknown user, a wrong password and a wrong code, so that none can be told apart. */
export const authenticationFailed = () =>
  refuse('AuthenticationFailedException', 400, 'The user name, password or code is wrong.')

/** The password is right; what is missing is the second factor. */
export const multiFactorAuthRequired = () =>
  refuse(
    'MultiFactorAuthRequiredException',
    400,
    'This user has a second factor. Send the six digits that it shows now, or a recovery code, as TokenCode.',
  )

/** All of it is right, but the password must be changed first. */
export const passwordResetRequired = () =>
  refuse(
    'PasswordResetRequiredException',
    400,
    'This password must be changed at the first sign-in. Send the new one as NewPassword.',
  )

export const passwordPolicyViolation = (detail: string) =>
  refuse('PasswordPolicyViolation', 400, detail)

export const mfaDeviceNotFound = (serialNumber: string) =>
  refuse('NoSuchEntity', 404, `VirtualMFADevice with serial number ${serialNumber} doesn't exist.`)

/** For a device that is another user's, or nobody's yet. */
export const mfaDeviceOfOther = () => refuse('NoSuchEntity', 404, 'MFA Device invalid for user.')

export const mfaDeviceInUse = () =>
  refuse('EntityAlreadyExists', 409, 'MFA Device is already in use.')

/** IAM's own code for a TOTP code that is not right. */
export const invalidAuthenticationCode = (detail: string) =>
  refuse('InvalidAuthenticationCode', 403, detail)

// Instances and delivery ---------------------------------------------------------------------------

export const instanceNotFound = (instanceId: string) =>
  refuse(
    'EC2InstanceNotFoundException',
    400,
    `No instance ${instanceId} is enrolled here. Run "fleetkey instances" to see those that are.`,
  )

export const grantNotFound = (grantId: string) =>
  refuse(
    'ResourceNotFoundException',
    404,
    `No push has the id ${grantId}. It is the RequestId of the answer to SendSSHPublicKey.`,
  )

export const sshSessionNotFound = (sessionId: string) =>
  refuse(
    'SSHSessionNotFoundException',
    404,
    `There is no session ${sessionId}. List them: fleetkey sessions list --all.`,
  )

export const instanceStateInvalid = (detail: string) =>
  refuse('EC2InstanceStateInvalidException', 400, detail)

export const instanceUnavailable = (detail: string) =>
  refuse('EC2InstanceUnavailableException', 503, detail)

/** The whole account's setting, as AWS has it; there is nothing here to turn it on for. */
export const serialConsoleAccessDisabled = () =>
  refuse(
    'SerialConsoleAccessDisabledException',
    400,
    'Your account is not authorized to use the EC2 serial console: Fleetkey has no access to serial consoles. Push a key for SSH instead (SendSSHPublicKey).',
  )

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

// Security groups (EC2's codes) ---------------------------------------------------------------------

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

// Launches (EC2's RunInstances) --------------------------------------------------------------------

export const imageNotFound = (imageId: string, known: readonly string[]) =>
  refuse(
    'InvalidAMIID.NotFound',
    400,
    `The image id '[${shown(imageId)}]' does not exist. There is ${known.join(', ')}.`,
  )

/** No key stands here: one is pushed for each login. */
export const keyPairNotFound = (name: string) =>
  refuse(
    'InvalidKeyPair.NotFound',
    400,
    `The key pair '${shown(name)}' does not exist: Fleetkey puts no standing keys on hosts. Leave KeyName out and log in with a pushed key.`,
  )

export const unsupportedOperation = (detail: string) => refuse('UnsupportedOperation', 400, detail)

export const instanceLimitExceeded = (detail: string) =>
  refuse('InstanceLimitExceeded', 400, detail)

export const insufficientInstanceCapacity = (imageId: string) =>
  refuse(
    'InsufficientInstanceCapacity',
    500,
    `There is no room for more machines of image ${shown(imageId)} now. Try again later, or another image.`,
  )

/** Nothing about the cause: that is in the server's log under the request id. */
export const launchFailed = (imageId: string, requestId: string) =>
  refuse(
    'InternalError',
    500,
    `The program that starts machines of image ${shown(imageId)} failed; nothing is left of this launch. The server's log has the cause under request id ${requestId}.`,
  )

/** The instance is gone, so that asking again would find nothing: no status at which clients do. */
export const machineNotEnded = (instanceId: string) =>
  refuse(
    'IncorrectState',
    400,
    `${instanceId} is no instance any more, but the program that ends its machine failed, and the machine may still run. End it by hand; the server's log has the cause.`,
  )

export const joinTokenInvalid = () =>
  refuse(
    'JoinTokenInvalidException',
    400,
    'The join token is not valid: it was used, revoked, has expired or was never issued. Make a new one with "fleetkey join-tokens create".',
  )

export const noSuchEntity = (what: string) =>
  refuse('NoSuchEntity', 404, `The ${what} cannot be found.`)

export const instanceProfileNotFound = (name: string) =>
  refuse('NoSuchEntity', 404, `Instance Profile ${name} cannot be found.`)

export const policyNotFound = (arn: string) =>
  refuse('NoSuchEntity', 404, `Policy ${arn} was not found.`)

export const policyVersionNotFound = (arn: string, versionId: string) =>
  policyNotAttachable(`${arn} version ${versionId}`)

/** For a managed policy that is to be attached. */
export const policyNotAttachable = (arn: string) =>
  refuse('NoSuchEntity', 404, `Policy ${arn} does not exist or is not attachable.`)

/** For a managed policy that is to be a permissions boundary. */
export const boundaryNotAttachable = (arn: string) =>
  refuse('NoSuchEntity', 404, `Scope ARN: ${arn} does not exist or is not attachable.`)

/** `what` begins the sentence: `User with name alice`. */
export const entityAlreadyExists = (what: string) =>
  refuse('EntityAlreadyExists', 409, `${what} already exists.`)

/** Two changes at once, of which one was done. Sent again, it meets what is there now. */
export const entityTemporarilyUnmodifiable = (why: string) =>
  refuse('EntityTemporarilyUnmodifiable', 409, `${why} Look at it and try again.`)

/** AWS's words for policies are others than for the rest. */
export const policyAlreadyExists = (name: string) =>
  refuse(
    'EntityAlreadyExists',
    409,
    `A policy called ${name} already exists. Duplicate names are not allowed.`,
  )

/** AWS's words for instance profiles name no kind. */
export const instanceProfileAlreadyExists = (name: string) =>
  refuse('EntityAlreadyExists', 409, `Instance Profile ${name} already exists.`)

/** An instance profile that has its one role. */
export const instanceProfileInUse = () =>
  limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')

export const limitExceeded = (detail: string) => refuse('LimitExceeded', 409, detail)

/** Something hangs on what is to be deleted. */
export const deleteConflict = (detail: string) => refuse('DeleteConflict', 409, detail)

/** Well-formed, and yet not to be done. */
export const invalidInput = (detail: string) => refuse('InvalidInput', 400, detail)

export const malformedPolicyDocument = (detail: string) =>
  refuse('MalformedPolicyDocument', 400, detail)

/** STS: session policies or session tags that do not fit into a session. */
export const packedPolicyTooLarge = (detail: string) => refuse('PackedPolicyTooLarge', 400, detail)

// Tunnels ------------------------------------------------------------------------------------------

/** AWS's own code at the door for tunnels. */
export const invalidTunnelParameter = (detail: string) => refuse('InvalidParameter', 400, detail)

export const endpointNotFound = (endpointId: string) =>
  refuse(
    'InvalidInstanceConnectEndpointId.NotFound',
    400,
    `The instance connect endpoint ID '${endpointId}' does not exist. Run "fleetkey endpoints list" to see those that do.`,
  )

export const tunnelTargetNotFound = (detail: string) =>
  refuse('EC2InstanceNotFoundException', 400, detail)

/** For the record: nobody is there to read it. */
export const clientGone = () =>
  refuse('RequestCanceledException', 408, 'The client went away before the tunnel was open.')

/** `which` says whose limit it is and how many there are. */
export const tunnelLimitExceeded = (which: string) =>
  refuse('ThrottlingException', 429, `${which}. Close some, or retry when others have ended.`)

// The trail (CloudTrail API reference) --------------------------------------------------------------

export const trailNotFound = (name: string) =>
  refuse(
    'TrailNotFoundException',
    400,
    `There is no trail ${quote(name)}: the one there is is called main.`,
  )

export const invalidToken = () =>
  refuse('InvalidTokenException', 400, 'NextToken is not one that this operation gave.')

// Us -----------------------------------------------------------------------------------------------

export const throttling = () =>
  refuse('ThrottlingException', 400, 'Too many requests. Wait a moment and retry.')

/** Nothing about the cause: that is in the server's log under the request id. */
export const internalFailure = (requestId: string) =>
  refuse(
    'ServiceException',
    500,
    `An internal error stopped this request; nothing was let through. The server's log has the cause under request id ${requestId}.`,
  )

/** Nobody may do what cannot be recorded. It comes back by itself with the disk. */
export const trailUnavailable = (requestId: string) =>
  refuse(
    'ServiceUnavailableException',
    503,
    `The audit trail cannot be written now, so nothing is let through. Try again in some seconds; if it lasts, tell the operator: the server's log has the cause (disk full, read-only, gone or slow) under request id ${requestId}.`,
  )

/** The act has begun and what came of it could not be recorded. */
export const outcomeUnknown = (requestId: string) =>
  refuse(
    'ServiceException',
    500,
    `An internal error stopped this request after it had begun: it may or may not have happened. The server's log has the cause under request id ${requestId}.`,
  )

function refuse(code: string, status: number, message: string): ServiceException {
  return new ServiceException({ code, status, message })
}

/** Text from outside, shortened and without control characters, for use inside a message. */
function shown(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')
}

function quote(text: string): string {
  return `'${shown(text)}'`
}
