import { iam } from './iam.ts'

/** What GetServiceLastAccessedDetails tells of a service (IAM API reference). Times are seconds since 1970. */
export interface UsedService {
  readonly ServiceName: string
  readonly ServiceNamespace: string
  readonly LastAuthenticated?: number
  readonly LastAuthenticatedEntity?: string
  readonly TotalAuthenticatedEntities: number
  readonly TrackedActionsLastAccessed: readonly TrackedAction[]
}

export interface TrackedAction {
  readonly ActionName: string
  readonly LastAccessedTime?: number
}

interface Answer {
  readonly ServicesLastAccessed: readonly UsedService[]
  readonly TrackedSince: number
}

export interface LastAccessed {
  readonly services: readonly UsedService[]
  /** What was before is not known. */
  readonly since: number
}

/** Of a user, group, role or policy, action by action. There are fewer services than a page holds. */
export async function readLastAccessed(Arn: string, signal: AbortSignal): Promise<LastAccessed> {
  const { JobId } = await iam<{ JobId: string }>(
    'GenerateServiceLastAccessedDetails',
    { Arn, Granularity: 'ACTION_LEVEL' },
    signal,
  )
  const made = await iam<Answer>('GetServiceLastAccessedDetails', { JobId, MaxItems: 1000 }, signal)
  return { services: made.ServicesLastAccessed, since: made.TrackedSince }
}
