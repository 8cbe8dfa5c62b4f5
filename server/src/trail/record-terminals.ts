import { instanceArn } from '@fleetkey/domain/arn'
import type { Instance } from '@fleetkey/domain/instance'
import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { Realm } from '@fleetkey/domain/realm'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import { instanceFacts } from './instance-facts.ts'
import type { Act, Trail } from './trail.ts'

/** Who did it and from where. */
export type TerminalActor = Pick<
  Act,
  'identity' | 'userName' | 'sourceAddress' | 'proxyAddress' | 'userAgent' | 'tls'
>

export interface RecordedTerminalFacts {
  readonly terminalId: string
  readonly osUser: string
  readonly instance: Pick<Instance, 'instanceId' | 'tags'>
  /** Of the push that let it in: it leads to all that belongs to the terminal. */
  readonly grantRequestId: string
}

export interface EndedTerminal {
  readonly end: TerminalEnd
  readonly fromClient: number
  readonly toClient: number
  readonly seconds: number
}

/** A file that was read, written, … */
export interface TerminalFileAct {
  readonly does: 'Read' | 'Write' | 'List' | 'Rename' | 'Remove' | 'MakeFolder' | 'ChangeMode'
  /** As it was asked for. */
  readonly path: string
  readonly facts: Readonly<Record<string, unknown>>
}

/**
 * Records what becomes of terminals. AWS has no such events. All but the end of one are durable before they happen; the request id is that of the push,
 * so that one search finds the whole of it.
 */
export interface TerminalRecords {
  opened(
    actor: TerminalActor,
    terminal: RecordedTerminalFacts,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void>
  attached(actor: TerminalActor, terminal: RecordedTerminalFacts): Promise<void>
  ended(
    actor: TerminalActor,
    terminal: RecordedTerminalFacts,
    account: EndedTerminal,
  ): Promise<void>
  file(
    actor: TerminalActor,
    terminal: RecordedTerminalFacts,
    act: TerminalFileAct,
    phase: 'begun' | 'done',
    came?: FileOutcome,
  ): Promise<void>
}

/** What came of it. */
export interface FileOutcome {
  readonly bytes: number
  readonly facts?: Readonly<Record<string, unknown>>
  readonly errorCode?: string
  readonly errorMessage?: string | undefined
}

export function createTerminalRecords(
  trail: Pick<Trail, 'complete'>,
  realm: Realm,
): TerminalRecords {
  const act = (
    actor: TerminalActor,
    terminal: RecordedTerminalFacts,
    what: Pick<Act, 'eventType' | 'requestParameters' | 'facts'> & {
      readonly eventName: OwnEvent
      readonly readOnly?: boolean
    },
  ): Act => {
    const { instance, terminalId, osUser, grantRequestId } = terminal
    return {
      ...actor,
      requestId: grantRequestId,
      eventSource: 'fleetkey.amazonaws.com',
      readOnly: false,
      resource: instance.instanceId,
      resourceArns: [instanceArn(realm, instance.instanceId)],
      ...what,
      facts: { ...instanceFacts(instance), terminalId, osUser, grantRequestId, ...what.facts },
    }
  }
  return {
    async opened(actor, terminal, facts) {
      const { terminalId } = terminal
      const what = { eventName: 'OpenTerminal', eventType: 'AwsApiCall', facts } as const
      await trail.complete(act(actor, terminal, { ...what, requestParameters: { terminalId } }), {})
    },
    async attached(actor, terminal) {
      const { terminalId } = terminal
      const what = { eventName: 'AttachTerminal', eventType: 'AwsApiCall', facts: {} } as const
      await trail.complete(act(actor, terminal, { ...what, requestParameters: { terminalId } }), {})
    },
    async ended(actor, terminal, { end, ...account }) {
      const facts = {
        cause: end.cause,
        because: end.says,
        ...(end.exitCode !== undefined && { exitCode: end.exitCode }),
        bytesFromClient: account.fromClient,
        bytesToClient: account.toClient,
        seconds: account.seconds,
      }
      const what = { eventName: 'CloseTerminal', eventType: 'AwsServiceEvent', facts } as const
      await trail.complete(act(actor, terminal, { ...what, requestParameters: null }), {})
    },
    async file(actor, terminal, { does, path, facts }, phase, came) {
      const { terminalId } = terminal
      const { bytes, facts: outcome, errorCode, errorMessage } = came ?? {}
      const what = {
        eventName: `${does}TerminalFile`,
        eventType: 'AwsApiCall',
        readOnly: does === 'Read' || does === 'List',
        requestParameters: { terminalId, path, ...facts },
        facts: { phase, ...(bytes !== undefined && { bytes }), ...outcome },
      } as const
      await trail.complete(act(actor, terminal, what), {
        ...(errorCode !== undefined && { errorCode }),
        ...(errorMessage !== undefined && { errorMessage }),
      })
    },
  }
}
