import { recordingName } from '../recordings/directory.ts'
import { givenTerminal } from '../recordings/given-terminal.ts'
import type { RecordedTerminal, TerminalRecording } from '../terminals/recorder.ts'
import type { ApiClient } from './api-client.ts'
import type { ControlPlane } from './control-plane.ts'

/** For tests: whose a terminal is, as the gateway tells it. */
export async function terminalOf(
  client: ApiClient,
  change: Partial<RecordedTerminal> = {},
): Promise<RecordedTerminal> {
  const { UserId, Arn, Account } = await client.done('GetCallerIdentity', {})
  const userName = String(Arn).replace(/.*\//, '')
  const identity = {
    type: String(Arn).includes(':assumed-role/') ? 'AssumedRole' : 'IAMUser',
    principalId: String(UserId),
    arn: String(Arn),
    accountId: String(Account),
    userName,
  } as const
  return givenTerminal({ identity, principalArn: String(Arn), userName, ...change })
}

/** A recording that runs and shows this, once it is on the disk. */
export async function begunRecording(
  plane: ControlPlane,
  terminal: RecordedTerminal,
  shown = 'hallo\r\n',
): Promise<TerminalRecording> {
  const recording = await plane.recordings.begin(terminal)
  if (recording === undefined || 'unrecorded' in recording) throw new Error('it is not recorded')
  await recording.output(Buffer.from(shown))
  return recording
}

/** A recording that is over. */
export async function finishedRecording(
  plane: ControlPlane,
  terminal: RecordedTerminal,
  shown?: string,
): Promise<string> {
  const recording = await begunRecording(plane, terminal, shown)
  await recording.end({ cause: 'exited', says: 'The shell ended.', exitCode: 0 })
  return recording.recordingId
}

/** Where the server of a test keeps a recording. */
export const recordingFile = (plane: ControlPlane, recordingId: string, startedAt: number) =>
  `${plane.dir}/recordings/${recordingName({ recordingId, startedAt })}`
