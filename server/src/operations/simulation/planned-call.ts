import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Realm } from '@fleetkey/domain/realm'
import { documentOf, type Document } from '@fleetkey/iam/apply/document'
import type { Step } from '@fleetkey/iam/apply/step'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import type { Members } from '@fleetkey/wire/aws/validation'
import { LONG_NAME, readPath } from '../iam/names.ts'
import { readOptionalPolicyArn } from '../iam/policy-by-arn.ts'

/** A call of IAM's that somebody thinks of making: what of its input decides about rights. */
export interface PlannedCall {
  /** `AttachUserPolicy` */
  readonly operation: string
  readonly userName: string | undefined
  readonly groupName: string | undefined
  readonly roleName: string | undefined
  readonly policyName: string | undefined
  readonly policyArn: string | undefined
  readonly permissionsBoundary: string | undefined
  readonly policyDocument: string | undefined
  readonly path: string
  readonly tags: ReadonlyMap<string, string>
  readonly tagKeys: readonly string[]
  readonly setAsDefault: boolean
}

/** More than a file for `iam apply` makes of a full account. */
const MOST_CALLS = 20_000

/** `Calls`: `{ Operation, Input }`, the input as that operation takes it. */
export function readPlannedCalls(v: Members): readonly PlannedCall[] {
  return v.structureList('Calls', { max: MOST_CALLS }).map((call) => {
    const operation = call.requiredString('Operation', { min: 1, max: 64, pattern: /^[A-Za-z]+$/ })
    const input = call.structure('Input')
    const tags = input?.structureList('Tags', { max: 50 }).map((tag) => {
      const key = tag.requiredString('Key', { min: 1, max: 128 })
      return [key, tag.requiredString('Value', { max: 256 })] as const
    })
    return {
      operation,
      userName: input?.optionalString('UserName', LONG_NAME),
      groupName: input?.optionalString('GroupName', LONG_NAME),
      roleName: input?.optionalString('RoleName', LONG_NAME),
      policyName: input?.optionalString('PolicyName', LONG_NAME),
      policyArn: input && readOptionalPolicyArn(input, 'PolicyArn'),
      permissionsBoundary: input && readOptionalPolicyArn(input, 'PermissionsBoundary'),
      policyDocument: input?.optionalString('PolicyDocument', { min: 1, max: 131_072 }),
      path: input === undefined ? '/' : readPath(input),
      tags: new Map(tags),
      tagKeys: input?.stringList('TagKeys', { max: 50 }) ?? [],
      setAsDefault: input?.optionalBoolean('SetAsDefault') === true,
    }
  })
}

/** By ARN, each once: whatever decides what those may do that the calls are about. */
export const policiesNamedIn = (calls: readonly PlannedCall[]): readonly string[] => [
  ...new Set(
    calls.flatMap(({ policyArn, permissionsBoundary }) =>
      [policyArn, permissionsBoundary].filter((arn) => arn !== undefined),
    ),
  ),
]

/**
 * The change that it is; undefined for one that changes nobody's rights on instances (trust, providers, a version that is not put in force).
 * Throws ValidationException for what it needs and has not, and for an operation that is no change of IAM's; MalformedPolicyDocument.
 */
export function stepOfCall(call: PlannedCall, realm: Realm): Step | undefined {
  const { operation, path, tags } = call
  const need = <T>(value: T | undefined, member: string): T => {
    if (value !== undefined) return value
    throw validationFailure(`The call ${operation} has no ${member}.`)
  }
  const policyName = () => need(call.policyName, 'PolicyName')
  const policy = () => keyOfPolicy(need(call.policyArn, 'PolicyArn'), realm)
  const boundary = call.permissionsBoundary && keyOfPolicy(call.permissionsBoundary, realm)
  const document = (kind: 'identity' | 'managed'): Document => {
    const text = need(call.policyDocument, 'PolicyDocument')
    parsePolicyDocument(text, kind)
    return documentOf(text)
  }

  const [, verb = '', of, rest = ''] = HOLDERS_OPERATION.exec(operation) ?? []
  if (of !== undefined) {
    const holder = holderOf(call, of, need)
    switch (`${verb}${rest}`) {
      case 'AttachPolicy':
        return { kind: 'attach', ...holder, policy: policy() }
      case 'DetachPolicy':
        return { kind: 'detach', ...holder, policy: policy() }
      case 'PutPolicy':
        return {
          kind: 'putInline',
          ...holder,
          policyName: policyName(),
          document: document('identity'),
        }
      case 'DeletePolicy':
        return { kind: 'deleteInline', ...holder, policyName: policyName() }
      case 'Delete':
        return { kind: 'delete', ...holder }
    }
    const { name } = holder
    if (holder.of === 'group') {
      return verb === 'Create' ? { kind: 'createGroup', name, path } : undefined
    }
    const bounded = { of: holder.of, name }
    switch (`${verb}${rest}`) {
      case 'PutPermissionsBoundary':
        return {
          kind: 'setBoundary',
          ...bounded,
          boundary: need(boundary, 'PermissionsBoundary'),
        }
      case 'DeletePermissionsBoundary':
        return { kind: 'setBoundary', ...bounded, boundary: undefined }
      case 'Tag':
        return { kind: 'tag', ...bounded, tags }
      case 'Untag':
        return { kind: 'untag', ...bounded, keys: call.tagKeys }
      case 'Create': {
        const made = { path, tags, boundary }
        if (holder.of === 'user') return { kind: 'createUser', name, user: made }
        const role = { ...made, trust: NOBODY, description: '', maxSessionSeconds: 3600 }
        return { kind: 'createRole', name, role }
      }
    }
  }
  switch (operation) {
    case 'AddUserToGroup':
    case 'RemoveUserFromGroup':
      return {
        kind: operation === 'AddUserToGroup' ? 'addMember' : 'removeMember',
        group: need(call.groupName, 'GroupName'),
        user: need(call.userName, 'UserName'),
      }
    case 'CreatePolicy': {
      const made = { path, description: '', document: document('managed'), tags, otherVersions: [] }
      return { kind: 'createPolicy', name: policyName(), policy: made }
    }
    case 'CreatePolicyVersion':
      return call.setAsDefault
        ? { kind: 'changePolicy', name: policy(), document: document('managed') }
        : undefined
    case 'DeletePolicy':
      return { kind: 'deletePolicy', name: policy() }
  }
  if (CHANGES_NO_REACH.has(operation)) return undefined
  throw validationFailure(`${operation} is no change of IAM's that can be previewed.`)
}

const HOLDERS_OPERATION =
  /^(Attach|Detach|Put|Delete|Create|Tag|Untag)(User|Group|Role)(Policy|PermissionsBoundary|)$/

const NOBODY = documentOf('{"Statement":[]}')

/** What `iam apply` does beside, and what makes room for it. */
const CHANGES_NO_REACH: ReadonlySet<string> = new Set([
  'UpdateRole',
  'UpdateAssumeRolePolicy',
  'DeletePolicyVersion',
  'TagPolicy',
  'UntagPolicy',
  'CreateOpenIDConnectProvider',
  'DeleteOpenIDConnectProvider',
  'AddClientIDToOpenIDConnectProvider',
  'RemoveClientIDFromOpenIDConnectProvider',
  'PutOpenIDConnectProviderClaims',
])

function holderOf(
  { userName, groupName, roleName }: PlannedCall,
  of: string,
  need: (name: string | undefined, member: string) => string,
) {
  switch (of) {
    case 'User':
      return { of: 'user', name: need(userName, 'UserName') } as const
    case 'Group':
      return { of: 'group', name: need(groupName, 'GroupName') } as const
    default:
      return { of: 'role', name: need(roleName, 'RoleName') } as const
  }
}

/** As a directory calls it: the account's own by name, one of AWS's by ARN. */
function keyOfPolicy(arn: string, { accountId }: Realm): string {
  return arn.split(':')[4] === accountId ? arn.slice(arn.lastIndexOf('/') + 1) : arn
}
