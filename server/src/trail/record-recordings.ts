import { randomUUIDv7 } from 'node:crypto'
import { instanceArn } from '@fleetkey/domain/arn'
import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { Realm } from '@fleetkey/domain/realm'
import type { RecordingEnd, RecordingRow } from '../store/recording-store.ts'
import type { InstanceStore } from '../store/store.ts'
import { instanceFacts } from './instance-facts.ts'
import type { Act, Trail } from './trail.ts'

type Begun = Omit<RecordingRow, 'state' | 'end' | 'keptIn'>

/** Records what becomes of recordings. Each resolves when it is durable. */
export interface RecordingRecorder {
  /** Before the first byte is shown: one that vanishes later is missed. */
  started(row: Begun): Promise<void>
  /** The number of the record: it has the SHA-256 by which the recording can be checked for ever. */
  finished(row: Begun, end: Omit<RecordingEnd, 'trailSeq' | 'index'>): Promise<number>
  /** Before it is removed because it is old. */
  expired(row: RecordingRow, keepDays: number): Promise<void>
}

/** Each record has the name and tags of the instance as they are then, like those of every other act on it: they are searched by. */
export function createRecordingRecorder(
  trail: Pick<Trail, 'complete'>,
  { realm, instances }: { readonly realm: Realm; readonly instances: Pick<InstanceStore, 'get'> },
): RecordingRecorder {
  /** By the push's request id where there is one: a login's story tells of its recording, too. */
  const act = async (row: Begun, eventName: OwnEvent, facts: Act['facts']): Promise<Act> => ({
    requestId: row.requestId === '' ? randomUUIDv7() : row.requestId,
    eventName,
    eventSource: 'fleetkey.amazonaws.com',
    eventType: 'AwsServiceEvent',
    readOnly: false,
    identity: { type: 'AWSService', invokedBy: 'fleetkey-server' },
    userName: row.userName,
    sourceAddress: '',
    userAgent: '',
    resource: row.instanceId,
    resourceArns: [instanceArn(realm, row.instanceId)],
    requestParameters: null,
    facts: { ...(await factsOf(row.instanceId)), ...recordingFacts(row), ...facts },
  })
  /** None of one that was forgotten. */
  async function factsOf(instanceId: string): Promise<Act['facts']> {
    const instance = await instances.get(instanceId)
    return instance === undefined ? {} : instanceFacts(instance)
  }
  return {
    async started(row) {
      await trail.complete(await act(row, 'RecordingStarted', { input: row.hasInput }), {})
    },
    async finished(row, end) {
      const { state, durationMs, because, bytes, chunks, sha256 } = end
      const facts = { state, because, seconds: durationMs / 1000, bytes, chunks, sha256 }
      const { seq } = await trail.complete(await act(row, 'RecordingFinished', facts), {})
      return seq
    },
    async expired(row, keepDays) {
      const facts = { keepDays, sha256: row.end?.sha256 }
      await trail.complete(await act(row, 'RecordingExpired', facts), {})
    },
  }
}

/** What a record says of a recording: whose it is, by unique id and by name. */
export function recordingFacts(row: Begun): Readonly<Record<string, unknown>> {
  const { recordingId, terminalId, instanceId, instanceName, osUser, principalArn, userName } = row
  return {
    recordingId,
    terminalId,
    instanceId,
    ...(instanceName === undefined ? {} : { instanceName }),
    osUser,
    recordedPrincipal: principalArn,
    recordedUser: userName,
  }
}
