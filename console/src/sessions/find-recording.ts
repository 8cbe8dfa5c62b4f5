import { call } from '../api/call.ts'
import { aroundThatTime, bySamePush } from './by-same-push.ts'
import type { SshSession } from './ssh-session.ts'

interface Answer {
  readonly Recordings: readonly {
    readonly RecordingId: string
    readonly RequestId?: string
  }[]
}

/** Id of the recording of the terminal that the session is of. Undefined when there is none, or one may not see it. */
export async function findRecording(
  session: SshSession,
  signal: AbortSignal,
): Promise<string | undefined> {
  const list = async () => {
    const asked = aroundThatTime(session)
    return (await call<Answer>('fleetkey', 'ListRecordings', asked, signal)).Recordings
  }
  const found = await bySamePush(session.requestId, list, ({ RequestId }) => RequestId)
  return found?.RecordingId
}
