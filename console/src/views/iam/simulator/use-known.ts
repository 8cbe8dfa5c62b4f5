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

interface Reservations {
  readonly Reservations: readonly {
    readonly Instances: readonly {
      readonly InstanceId: string
      readonly State?: { readonly Name?: string }
      readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
    }[]
  }[]
}

export function useInstances(): KnownOnes {
  const { value, isLoading, refusal } = useAnswer('instances', (signal) =>
    call<Reservations>('ec2', 'DescribeInstances', {}, signal),
  )
  const known = useMemo(
    () =>
      (value?.Reservations ?? [])
        .flatMap(({ Instances }) => Instances)
        .filter(({ State }) => State?.Name !== 'terminated')
        .map(({ InstanceId, Tags = [] }) => ({
          id: InstanceId,
          name: Tags.find(({ Key }) => Key === 'Name')?.Value ?? '',
          detail: Tags.filter(({ Key }) => Key !== 'Name')
            .map(({ Key, Value }) => `${Key}=${Value}`)
            .join(', '),
        })),
    [value],
  )
  return { known, isLoading, refusal }
}
