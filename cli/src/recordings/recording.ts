import {
  answersOf,
  asAnswer,
  numberOf,
  optionalTextOf,
  optionalTimeOf,
  textOf,
  timeOf,
  type Answer,
} from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { GET_RECORDING, LIST_RECORDINGS } from '../api/operations.ts'
import { RECORDING_ID_PATTERN } from '@fleetkey/domain/recording'
import { usageFailure } from '../failure.ts'

/** A recording as ListRecordings shows it. Times are milliseconds since 1970; what is undefined is not known, or has not happened. */
export interface ListedRecording {
  readonly recordingId: string
  readonly terminalId: string
  readonly instanceId: string
  readonly instanceName: string | undefined
  readonly osUser: string
  readonly principalArn: string
  readonly userName: string
  readonly requestId: string | undefined
  readonly state: string
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly because: string | undefined
  readonly seconds: number | undefined
  readonly bytes: number | undefined
  readonly columns: number
  readonly rows: number
  readonly hasInput: boolean
  readonly keptIn: string
  readonly sha256: string | undefined
}

/** With what the trail says of it; undefined where the trail does not reach back so far. */
export interface ShownRecording extends ListedRecording {
  readonly trailEventId: string | undefined
  readonly trailSha256: string | undefined
}

const PAGE = 200

/** The last begun first. */
export async function listRecordings(
  api: ApiClient,
  query: object,
  limit: number,
): Promise<readonly ListedRecording[]> {
  const found: ListedRecording[] = []
  let next: object = {}
  for (;;) {
    const MaxResults = Math.min(PAGE, limit - found.length)
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    const answer = await api.call(LIST_RECORDINGS, { ...query, ...next, MaxResults })
    found.push(...answersOf(answer, 'Recordings').map(listed))
    const NextToken = optionalTextOf(answer, 'NextToken')
    if (NextToken === undefined || found.length >= limit) return found
    next = { NextToken }
  }
}

export async function getRecording(api: ApiClient, RecordingId: string): Promise<ShownRecording> {
  const answer = await api.call(GET_RECORDING, { RecordingId })
  const recording = asAnswer(answer['Recording'], 'Recording')
  return {
    ...listed(recording),
    trailEventId: optionalTextOf(recording, 'TrailEventId'),
    trailSha256: optionalTextOf(recording, 'TrailSha256'),
  }
}

/** @throws Failure when it is none */
export function recordingId(text: string): string {
  if (RECORDING_ID_PATTERN.test(text)) return text
  throw usageFailure(
    `"${text}" is not the id of a recording.`,
    'See which there are with: fleetkey recordings list',
  )
}

const listed = (one: Answer): ListedRecording => ({
  recordingId: textOf(one, 'RecordingId'),
  terminalId: textOf(one, 'TerminalId'),
  instanceId: textOf(one, 'InstanceId'),
  instanceName: optionalTextOf(one, 'InstanceName'),
  osUser: textOf(one, 'InstanceOSUser'),
  principalArn: textOf(one, 'PrincipalArn'),
  userName: textOf(one, 'UserName'),
  requestId: optionalTextOf(one, 'RequestId'),
  state: textOf(one, 'State'),
  startedAt: timeOf(one, 'StartedAt'),
  endedAt: optionalTimeOf(one, 'EndedAt'),
  because: optionalTextOf(one, 'Because'),
  seconds: optionalNumberOf(one, 'Seconds'),
  bytes: optionalNumberOf(one, 'Bytes'),
  columns: numberOf(one, 'Columns'),
  rows: numberOf(one, 'Rows'),
  hasInput: one['HasInput'] === true,
  keptIn: textOf(one, 'KeptIn'),
  sha256: optionalTextOf(one, 'Sha256'),
})

const optionalNumberOf = (one: Answer, field: string) =>
  one[field] === undefined || one[field] === null ? undefined : numberOf(one, field)

/** `1:02:03`, `12:05`; a dash when it is not known. */
export function lengthText(seconds: number | undefined): string {
  if (seconds === undefined) return '-'
  const whole = Math.floor(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return whole < 3600 ? rest.replace(/^0/, '') : `${Math.floor(whole / 3600)}:${rest}`
}
