/** As SearchEvents answers it: a record of CloudTrail's shape, of which every member may be missing. */
export interface EventAnswer {
  readonly Seq: number
  readonly Record: {
    readonly eventID?: string
    readonly eventTime?: string
    readonly eventName?: string
    readonly errorCode?: string
    readonly errorMessage?: string
    readonly userIdentity?: {
      readonly type?: string
      readonly userName?: string
      readonly arn?: string
      readonly principalId?: string
      readonly invokedBy?: string
    }
    readonly requestParameters?: { readonly instanceOSUser?: unknown } | null
  }
}

export interface EventRow {
  readonly id: string
  /** Seconds since 1970. */
  readonly time: number | undefined
  readonly name: string
  readonly who: string
  readonly osUser: string
  readonly errorCode: string
  readonly errorMessage: string
}

export function readRow({ Seq, Record: record }: EventAnswer): EventRow {
  const time = Date.parse(record.eventTime ?? '')
  const osUser = record.requestParameters?.instanceOSUser
  return {
    id: record.eventID ?? String(Seq),
    time: Number.isNaN(time) ? undefined : time / 1000,
    name: record.eventName ?? '–',
    who: whoOf(record.userIdentity),
    osUser: typeof osUser === 'string' ? osUser : '–',
    errorCode: record.errorCode ?? '',
    errorMessage: record.errorMessage ?? '',
  }
}

function whoOf(identity: EventAnswer['Record']['userIdentity']): string {
  if (identity?.type === 'Root') return 'root'
  const { userName, arn, invokedBy, principalId } = identity ?? {}
  return userName ?? arn?.split(':').slice(5).join(':') ?? invokedBy ?? principalId ?? '–'
}
