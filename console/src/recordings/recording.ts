import { call } from '../api/call.ts'

/** A recording as ListRecordings shows it (docs/api/fleetkey.md). Times are seconds since 1970. */
export interface ListedRecording {
  readonly RecordingId: string
  readonly TerminalId: string
  readonly InstanceId: string
  readonly InstanceName?: string
  readonly InstanceOSUser: string
  readonly PrincipalArn: string
  readonly UserName: string
  readonly RequestId?: string
  readonly State: RecordingState
  readonly StartedAt: number
  readonly EndedAt?: number
  /** Why it ended. */
  readonly Because?: string
  readonly Seconds?: number
  readonly Bytes?: number
  readonly Columns: number
  readonly Rows: number
  readonly HasInput: boolean
  readonly KeptIn: 'directory' | 's3'
  readonly Sha256?: string
}

export type RecordingState = 'running' | 'finished' | 'cut-off' | 'failed'

export interface ShownRecording extends ListedRecording {
  readonly TrailEventId?: string
  readonly TrailSha256?: string
}

export interface RecordingsPage {
  readonly Recordings: readonly ListedRecording[]
  readonly NextToken?: string
}

export const listRecordings = (query: object, signal?: AbortSignal) =>
  call<RecordingsPage>('fleetkey', 'ListRecordings', query, signal)

export async function getRecording(RecordingId: string, signal?: AbortSignal) {
  type Answer = { readonly Recording: ShownRecording }
  return (await call<Answer>('fleetkey', 'GetRecording', { RecordingId }, signal)).Recording
}

export const deleteRecording = (RecordingId: string) =>
  call('fleetkey', 'DeleteRecording', { RecordingId })
