import { useAnswer } from '../../../api/use-answer.ts'
import { listAll } from '../api/iam.ts'

interface UserDetail {
  readonly UserName: string
  readonly GroupList: readonly string[]
}

/**
 * Names of groups by the name of the user: of everybody by the one operation of IAM's that tells it of many, a call for each thousand. Undefined until
 * it is known, and where it may not be.
 */
export function useGroupsByUser(): ReadonlyMap<string, readonly string[]> | undefined {
  return useAnswer('groups by user', groupsByUser).value
}

async function groupsByUser(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
  const users = await listAll<UserDetail>(
    {
      operation: 'GetAccountAuthorizationDetails',
      member: 'UserDetailList',
      input: { Filter: ['User'] },
    },
    signal,
  )
  return new Map(users.map(({ UserName, GroupList }) => [UserName, GroupList]))
}
