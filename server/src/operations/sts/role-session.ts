import { assumedRoleArn } from '@fleetkey/domain/arn'
import { unrecognizedClient } from '@fleetkey/domain/exceptions/authentication'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { packSessionPolicies } from '@fleetkey/iam/quotas'
import type { Members } from '@fleetkey/wire/aws/validation'
import { issueSession, shownCredentials } from '../../identities/issue-session.ts'
import type { SessionLimits, SessionRow } from '../../store/credential-store.ts'
import type { Call } from '../operation.ts'
import { recordedCredentials, type Credentials } from './credentials.ts'
import { readRoleArn, type RoleResource } from './role-arn.ts'
import { idsOfPolicies, readSessionPolicies, type SessionPolicies } from './session-policies.ts'
import type { Attributes } from './session-tags.ts'

/** What AssumeRole and AssumeRoleWithWebIdentity have in common. */
export interface RoleRequest extends SessionPolicies {
  readonly roleArn: string
  readonly sessionName: string
  readonly durationSeconds: number | undefined
}

const DEFAULT_SECONDS = 3600
/** Role chaining: a session of a role that assumes another (IAM User Guide, id_roles_terms-and-concepts). */
const MAX_CHAINED_SECONDS = 3600
const NAME = { min: 2, max: 64, pattern: /^[A-Za-z0-9_+=,.@-]*$/ }

export function readRoleRequest(v: Members): RoleRequest {
  return {
    roleArn: readRoleArn(v),
    sessionName: readSessionName(v),
    durationSeconds: v.optionalInteger('DurationSeconds', { min: 900, max: 43_200 }),
    ...readSessionPolicies(v),
  }
}

const readSessionName = (v: Members): string => v.requiredString('RoleSessionName', NAME)

export const readOptionalSessionName = (v: Members): string | undefined =>
  v.optionalString('RoleSessionName', NAME)

/** Of both operations; a policy is no secret. */
export const shownRequest = (input: RoleRequest) => ({
  roleArn: input.roleArn,
  roleSessionName: input.sessionName,
  ...(input.durationSeconds === undefined ? {} : { durationSeconds: input.durationSeconds }),
  ...(input.policy === undefined ? {} : { policy: input.policy }),
  ...(input.policyArns.length === 0
    ? {}
    : { policyArns: input.policyArns.map((arn) => ({ arn })) }),
})

export type RoleSessionAnswer = {
  readonly Credentials: Credentials
  readonly AssumedRoleUser: { readonly AssumedRoleId: string; readonly Arn: string }
  readonly PackedPolicySize?: number
  readonly SourceIdentity?: string
}

/** Of the answer of both operations. */
export const shownAnswer = ({
  Credentials: issued,
  AssumedRoleUser,
  SourceIdentity,
}: RoleSessionAnswer) => ({
  credentials: recordedCredentials(issued),
  assumedRoleUser: { assumedRoleId: AssumedRoleUser.AssumedRoleId, arn: AssumedRoleUser.Arn },
  ...(SourceIdentity === undefined ? {} : { sourceIdentity: SourceIdentity }),
})

/** Makes the session that the trust policy has allowed. */
export async function startRoleSession(
  call: Call,
  { role }: RoleResource,
  given: {
    readonly request: RoleRequest
    readonly attributes: Attributes
    /** What it hangs on. */
    readonly of: Pick<SessionRow, 'parentKeyId' | 'providerId'>
    readonly limits?: Pick<SessionLimits, 'mfaAt' | 'webIdentity'>
  },
): Promise<RoleSessionAnswer> {
  const { request, attributes, of, limits } = given
  const { store, realm, caller } = call
  // Nobody is allowed to assume what there is not.
  if (role === undefined) throw unrecognizedClient()
  const seconds = request.durationSeconds ?? DEFAULT_SECONDS
  if (caller.session?.kind === 'role' && seconds > MAX_CHAINED_SECONDS) {
    throw validationFailure(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  if (seconds > role.maxSessionSeconds) {
    throw validationFailure(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  const packed = packSessionPolicies([request.policy ?? '', ...request.policyArns])
  const policyIds = await idsOfPolicies(request.policyArns, call)
  const { sourceIdentity } = attributes
  const issued = await issueSession(call, {
    entityId: role.id,
    ...of,
    durationSeconds: seconds,
    limits: {
      ...limits,
      sessionName: request.sessionName,
      tags: attributes.tags,
      transitiveTagKeys: attributes.transitiveTagKeys,
      ...(request.policy === undefined ? {} : { policy: request.policy }),
      ...(policyIds.length === 0 ? {} : { policyIds }),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    },
  })
  // Whoever takes a trust away and then ends the sessions must find this one: it was decided before, and is made after.
  if ((await store.identities.roles.get(role.id))?.trustPolicy !== role.trustPolicy) {
    await store.identities.sessions.end(issued.accessKeyId)
    throw unrecognizedClient()
  }
  return {
    Credentials: shownCredentials(issued),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${request.sessionName}`,
      Arn: assumedRoleArn(realm, role.name, request.sessionName),
    },
    ...(packed === 0 ? {} : { PackedPolicySize: packed }),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  }
}
