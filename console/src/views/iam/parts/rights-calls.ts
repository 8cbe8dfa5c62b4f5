import { NOUNS, named, WORDS, type Holder } from '../api/holder.ts'
import type { HeldPolicy } from './held-policies.ts'
import type { Step } from './steps.ts'

/** A call of IAM's that changes what somebody may do: previewed, and then made. */
export type RightsCall = Pick<Step, 'operation' | 'input'>

export const attachCall = (holder: Holder, PolicyArn: string): Step => ({
  says: `Attach ${PolicyArn.split('/').at(-1)} to the ${WORDS[holder.kind]} ${holder.name}`,
  operation: `Attach${NOUNS[holder.kind]}Policy`,
  input: { ...named(holder), PolicyArn },
})

/** Takes a policy away: a managed one stays what it is elsewhere, an inline one is gone. */
export function removeCall({ name, arn, holder }: HeldPolicy): Step {
  const noun = NOUNS[holder.kind]
  const from = `the ${WORDS[holder.kind]} ${holder.name}`
  return arn === undefined
    ? {
        says: `Delete the inline policy ${name} of ${from}`,
        operation: `Delete${noun}Policy`,
        input: { ...named(holder), PolicyName: name },
      }
    : {
        says: `Detach ${name} from ${from}`,
        operation: `Detach${noun}Policy`,
        input: { ...named(holder), PolicyArn: arn },
      }
}

/** Undefined takes the boundary away. */
export function boundaryCall(holder: Holder, arn: string | undefined): Step {
  const noun = NOUNS[holder.kind]
  return arn === undefined
    ? {
        says: `Remove the boundary of ${holder.name}`,
        operation: `Delete${noun}PermissionsBoundary`,
        input: named(holder),
      }
    : {
        says: `Set the boundary of ${holder.name}`,
        operation: `Put${noun}PermissionsBoundary`,
        input: { ...named(holder), PermissionsBoundary: arn },
      }
}

export const joinCall = (GroupName: string, UserName: string): Step => ({
  says: `Add ${UserName} to the group ${GroupName}`,
  operation: 'AddUserToGroup',
  input: { GroupName, UserName },
})

export const leaveCall = (GroupName: string, UserName: string): Step => ({
  says: `Remove ${UserName} from the group ${GroupName}`,
  operation: 'RemoveUserFromGroup',
  input: { GroupName, UserName },
})
