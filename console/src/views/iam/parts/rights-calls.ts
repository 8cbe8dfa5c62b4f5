import { NOUNS, named, type Holder } from '../api/holder.ts'
import type { HeldPolicy } from './held-policies.ts'

/** A call of IAM's that changes what somebody may do: previewed, and then made. */
export interface RightsCall {
  readonly operation: string
  readonly input: object
}

export const attachCall = (holder: Holder, PolicyArn: string): RightsCall => ({
  operation: `Attach${NOUNS[holder.kind]}Policy`,
  input: { ...named(holder), PolicyArn },
})

/** Takes a policy away: a managed one stays what it is elsewhere, an inline one is gone. */
export function removeCall({ name, arn, holder }: HeldPolicy): RightsCall {
  const noun = NOUNS[holder.kind]
  return arn === undefined
    ? { operation: `Delete${noun}Policy`, input: { ...named(holder), PolicyName: name } }
    : { operation: `Detach${noun}Policy`, input: { ...named(holder), PolicyArn: arn } }
}

/** Undefined takes the boundary away. */
export function boundaryCall(holder: Holder, arn: string | undefined): RightsCall {
  const noun = NOUNS[holder.kind]
  return arn === undefined
    ? { operation: `Delete${noun}PermissionsBoundary`, input: named(holder) }
    : {
        operation: `Put${noun}PermissionsBoundary`,
        input: { ...named(holder), PermissionsBoundary: arn },
      }
}

export const joinCall = (GroupName: string, UserName: string): RightsCall => ({
  operation: 'AddUserToGroup',
  input: { GroupName, UserName },
})

export const leaveCall = (GroupName: string, UserName: string): RightsCall => ({
  operation: 'RemoveUserFromGroup',
  input: { GroupName, UserName },
})
