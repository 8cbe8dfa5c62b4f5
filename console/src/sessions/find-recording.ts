import { ApiRefusal } from '../api/api-refusal.ts'
import { call } from '../api/call.ts'
import type { SshSession } from './ssh-session.ts'

interface Answer {
  readonly Recordings: readonly {
    readonly RecordingId: string
    readonly RequestId?: string
  }[]
}

/** A recording begins some seconds before its login, and is listed by when. */
const AROUND_SECONDS = 120

/** Id of the recording of the terminal that the session is of: both are by the same push. Undefined when there is none, or one may not see it. */
export async function findRecording(
  { instanceId, requestId, startedAt }: SshSession,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (requestId === undefined) return undefined
  const asked = {
    InstanceId: instanceId,
    StartTime: startedAt - AROUND_SECONDS,
    EndTime: startedAt + AROUND_SECONDS,
  }
  try {
    const { Recordings } = await call<Answer>('fleetkey', 'ListRecordings', asked, signal)
    return Recordings.find(({ RequestId }) => RequestId === requestId)?.RecordingId
  } catch (error) {
    if (error instanceof ApiRefusal) return undefined
    throw error
  }
}
