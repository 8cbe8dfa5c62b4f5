import { useMemo } from 'react'
import type { ApiRefusal } from '../../../api/api-refusal.ts'
import { call } from '../../../api/call.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import type { Role, User } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import type { Known } from './find-by-name.ts'

export interface KnownOnes {
  readonly known: readonly Known[]
  readonly isLoading: boolean
  readonly refusal: ApiRefusal | undefined
}

/** Users and roles, as far as they may be listed; who may not can still type an ARN. */
export function usePrincipals(): KnownOnes {
  const users = useListing<User>({ operation: 'ListUsers', member: 'Users' })
  const roles = useListing<Role>({ operation: 'ListRoles', member: 'Roles' })
  const known = useMemo(
    () => [
      ...users.items.map(({ Arn, UserName }) => ({ id: Arn, name: UserName, detail: 'user' })),
      ...roles.items.map(({ Arn, RoleName }) => ({ id: Arn, name: RoleName, detail: 'role' })),
    ],
    [users.items, roles.items],
  )
  return {
    known,
    isLoading: users.isLoading || roles.isLoading,
    refusal: users.refusal ?? roles.refusal,
  }
}

/** Instances by their Name tags: of thousands, a small answer. One without a name is typed by its id. */
export function useInstances(): KnownOnes {
  const { value, isLoading, refusal } = useAnswer('names of instances', namesOfInstances)
  return { known: value ?? NONE, isLoading, refusal }
}

const NONE: readonly Known[] = []

interface Tags {
  readonly Tags: readonly { readonly ResourceId: string; readonly Value: string }[]
  readonly NextToken?: string
}

async function namesOfInstances(signal: AbortSignal): Promise<readonly Known[]> {
  const known: Known[] = []
  let token: string | undefined
  do {
    const page: Tags = await call<Tags>(
      'ec2',
      'DescribeTags',
      {
        Filters: [
          { Name: 'resource-type', Values: ['instance'] },
          { Name: 'key', Values: ['Name'] },
        ],
        MaxResults: 1000,
        ...(token !== undefined && { NextToken: token }),
      },
      signal,
    )
    for (const { ResourceId, Value } of page.Tags) {
      known.push({ id: ResourceId, name: Value, detail: 'instance' })
    }
    token = page.NextToken
  } while (token !== undefined)
  return known
}
