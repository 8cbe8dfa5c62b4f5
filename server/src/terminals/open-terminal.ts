import { instanceStateInvalid } from '@fleetkey/domain/exceptions/instances'
import { clientGone } from '@fleetkey/domain/exceptions/tunnels'
import { instanceName, type Instance } from '@fleetkey/domain/instance'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { TerminalStep } from '@fleetkey/wire/terminal/server-frame'
import type { TerminalRecords } from '../trail/record-terminals.ts'
import { connectingSession } from './connecting-session.ts'
import { FilesOfTerminal } from './files-of-terminal.ts'
import type { HostSession } from './host-session.ts'
import type { HostWorkers } from './host-workers.ts'
import type { TerminalTimes } from './lifetime.ts'
import { actorOf, AskRefused, type Person } from './person.ts'
import type { TerminalRecorder, TerminalRecording } from './recorder.ts'
import type { ReturningAgents } from './returning-agents.ts'
import { Terminal } from './terminal.ts'
import type { TerminalFacts } from './terminal-facts.ts'
import { newTerminalId } from './terminal-id.ts'
import { logIn, orRefusal, refused, type WayParts } from './way.ts'

/** What opening a terminal depends on. */
export interface OpeningParts {
  readonly workers: HostWorkers
  readonly agents: ReturningAgents
  readonly way: WayParts
  readonly records: TerminalRecords
  /** Undefined: nothing is recorded. */
  readonly recorder: TerminalRecorder | undefined
  /** Finds out whether somebody had the session ended on its host. */
  readonly explain: (facts: TerminalFacts, end: TerminalEnd) => Promise<TerminalEnd>
  readonly times: TerminalTimes
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number
  readonly log: { error(facts: object, text: string): void }
}

/** A terminal with what belongs to it. */
export interface OpenTerminal {
  readonly terminal: Terminal
  readonly instance: Instance
  readonly files: FilesOfTerminal
}

export interface TerminalWish {
  readonly person: Person
  readonly instance: Instance
  readonly osUser: string
  readonly size: TerminalSize
  readonly step: (step: TerminalStep, says: string) => void
  /** Whoever waits for it has gone. */
  readonly gone: AbortSignal
  /** It is there, and its shell is not yet. */
  readonly made: (opened: OpenTerminal) => void
  /** It is over, whatever ended it. @param records what is still to be written of it */
  readonly over: (facts: TerminalFacts, end: TerminalEnd, records: readonly Promise<void>[]) => void
}

/** From a key that is made for it to its shell: push → reach → ssh → on record → shell. Nothing is left of it when that throws. */
export async function openTerminal(parts: OpeningParts, wish: TerminalWish): Promise<Terminal> {
  const { person, instance, osUser, size, step, gone } = wish
  const connecting = await connectingSession(parts.workers, instance.instanceId)
  const { session } = connecting
  let made: Terminal | undefined
  try {
    const grantRequestId = await push(session, parts.agents, wish)
    gone.throwIfAborted()
    const wanted = { person, instance, osUser, grantRequestId, connecting, step, gone }
    const { route } = await logIn(parts.way, wanted)
    gone.throwIfAborted()
    step('shell', `starting the shell of ${osUser}`)
    const facts = factsOf(wish, { grantRequestId, startedAt: parts.now() })
    const begun = await parts.recorder?.begin({
      ...facts,
      ...size,
      identity: person.identity,
      instanceTags: instance.tags,
    })
    const recording = begun !== undefined && 'recordingId' in begun ? begun : undefined
    const unrecorded = begun !== undefined && 'unrecorded' in begun ? begun.unrecorded : undefined
    const terminal = makeTerminal(parts, wish, { facts, session, recording, unrecorded })
    made = terminal
    const recordingId = recording?.recordingId ?? null
    await parts.records.opened(actorOf(person), { ...facts, instance }, { route, recordingId })
    gone.throwIfAborted()
    await orRefusal(connecting.start(size, terminal), wanted)
    return terminal
  } catch (error) {
    session.end()
    made?.finish({ cause: 'host-lost', says: 'The shell did not start.' })
    if (gone.aborted) throw refused(clientGone())
    throw error
  }
}

/**
 * Resolves with the id of the push. That the agent is away is no refusal yet while it may be on its way back; that it is waited for is told
 * only to who may push.
 */
async function push(
  { publicKey }: HostSession,
  agents: ReturningAgents,
  { person, instance, osUser, step, gone }: TerminalWish,
): Promise<string> {
  const { instanceId } = instance
  const name = instanceName(instance) ?? instanceId
  step('push', `a key for ${osUser} on ${name}, made for this terminal alone`)
  const key = { InstanceId: instanceId, InstanceOSUser: osUser, SSHPublicKey: publicKey }
  const isAwaited = agents.isAwaited(instanceId)
  try {
    return (await person.ask('SendSSHPublicKey', key)).requestId
  } catch (error) {
    if (!isAwaited || !isAgentAway(error)) throw error
    step(
      'push',
      `the control plane was started a moment ago; waiting until the agent on ${name} is back`,
    )
    await agents.until(instanceId, gone)
    gone.throwIfAborted()
    return (await person.ask('SendSSHPublicKey', key)).requestId
  }
}

const isAgentAway = (error: unknown): boolean =>
  error instanceof AskRefused && error.refusal.code === instanceStateInvalid('').code

function factsOf(
  { person, instance: { instanceId }, osUser }: TerminalWish,
  known: Pick<TerminalFacts, 'grantRequestId' | 'startedAt'>,
): TerminalFacts {
  const { owner, principalArn, userName } = person
  const terminalId = newTerminalId()
  return { ...known, terminalId, instanceId, osUser, owner, principalArn, userName }
}

function makeTerminal(
  { records, times, explain, elapsed, log }: OpeningParts,
  { person, instance, size, made, over }: TerminalWish,
  of: {
    readonly facts: TerminalFacts
    readonly session: HostSession
    readonly recording: TerminalRecording | undefined
    readonly unrecorded: string | undefined
  },
): Terminal {
  const { facts, session, recording } = of
  const recorded = { ...facts, instance }
  const begunAt = elapsed()
  const terminal = new Terminal({
    ...of,
    size,
    times,
    now: elapsed,
    explain: async (end) => {
      try {
        return await explain(facts, end)
      } catch (error) {
        const known = { terminalId: facts.terminalId, error: String(error) }
        log.error(known, 'it could not be found out why a terminal ended')
        return end
      }
    },
    ended: (end) => {
      const account = {
        end,
        fromClient: terminal.bytes.input,
        toClient: terminal.bytes.output,
        seconds: Math.round((elapsed() - begunAt) / 1000),
      }
      const ended = records.ended(actorOf(person), recorded, account)
      over(facts, end, recording === undefined ? [ended] : [ended, recording.end(end)])
    },
  })
  made({ terminal, instance, files: new FilesOfTerminal({ session, records, recorded }) })
  return terminal
}
