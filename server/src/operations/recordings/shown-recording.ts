import type { RecordingLibrary } from '../../recordings/library.ts'
import type { RecordingRow } from '../../store/recording-store.ts'

/** Of one that runs: what there is of it so far. */
export function shownRecording(row: RecordingRow, library: Pick<RecordingLibrary, 'soFar'>) {
  const { end } = row
  const soFar = end ?? library.soFar(row.recordingId)
  return {
    RecordingId: row.recordingId,
    TerminalId: row.terminalId,
    InstanceId: row.instanceId,
    InstanceName: row.instanceName,
    InstanceOSUser: row.osUser,
    PrincipalArn: row.principalArn,
    UserName: row.userName,
    RequestId: row.requestId === '' ? undefined : row.requestId,
    State: row.state,
    StartedAt: new Date(row.startedAt),
    EndedAt: end && new Date(end.at),
    Because: end?.because,
    Seconds: soFar && soFar.durationMs / 1000,
    Bytes: soFar?.bytes,
    Columns: row.cols,
    Rows: row.rows,
    HasInput: row.hasInput,
    KeptIn: row.keptIn,
    Sha256: end?.sha256,
  }
}
