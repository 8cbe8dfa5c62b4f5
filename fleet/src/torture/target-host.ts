import type { EnrolledHost } from '../enrolled-host.ts'
import type { AgentLogLine } from './agent-log.ts'
import { HostRecorder } from './host-recorder.ts'
import type { Attempt } from './push-history.ts'
import type { Tally } from './tally.ts'
import type { Violations } from './violations.ts'

/** A host whose agent is killed and started again, with the recorder that watches it. */
export class TargetHost {
  readonly enrolled: EnrolledHost
  readonly recorder: HostRecorder
  readonly #tally: Tally
  readonly #violations: Violations
  #starts = 0
  /** Milliseconds since 1970, as the agent's log has them. */
  #startedAt = 0
  #serverReadyAt = 0
  #isExpected = true
  #hasTried = true

  constructor(enrolled: EnrolledHost, tally: Tally, violations: Violations) {
    this.enrolled = enrolled
    this.#tally = tally
    this.#violations = violations
    this.recorder = new HostRecorder(enrolled, violations)
    this.recorder.onLine = (line) => this.#take(line)
  }

  get name(): string {
    return this.enrolled.host.name
  }

  /** How often its agent was started: keys of one life do not outlast the start of the next. */
  get starts(): number {
    return this.#starts
  }

  /** It runs, the server is ready, and it waits before it tries again: a kill is the quickest cure. */
  isAway(): boolean {
    const patienceMs = this.#hasTried ? PATIENCE_MS : START_WITHIN_MS
    const since = Math.max(this.#startedAt, this.#serverReadyAt)
    return !this.recorder.isLinkUp && Date.now() - since > patienceMs
  }

  start(): void {
    this.#starts++
    this.#startedAt = Date.now()
    this.#isExpected = true
    this.#hasTried = false
    this.enrolled.spawnAgent()
  }

  /** @param inFlight what was on its way to this host */
  async kill(phase: 'running' | 'starting', inFlight: readonly Attempt[]): Promise<void> {
    if (this.#isExpected && !this.enrolled.isAgentRunning) {
      const { instanceId, host } = this.enrolled
      const log = await host.readFile('/var/log/fleetkey-agent.log')
      const lastWords = log.slice(-1000)
      this.#violations.add('I15', 'an agent ended by itself', { instanceId, lastWords })
    }
    const { isLinkUp } = this.recorder
    this.#isExpected = false
    await this.enrolled.killAgent()
    this.recorder.agentDied()
    this.#tally.agentKilled(phase === 'starting' ? phase : isLinkUp ? 'linked' : 'away')
    for (const { push, answer } of inFlight) {
      if (push.instanceId !== this.enrolled.instanceId) continue
      const hasKey = this.recorder.holds(push)
      this.#tally.agentCutOff(
        answer.kind === 'success' ? 'answered' : hasKey ? 'key installed' : 'no key yet',
      )
    }
  }

  serverReady(): void {
    this.#serverReadyAt = Date.now()
  }

  #take({ event, at }: AgentLogLine): void {
    if (event === 'link-up' || event === 'link-down') this.#hasTried = true
    if (event !== 'link-up') return
    if (this.#startedAt > this.#serverReadyAt) {
      this.#tally.agentStarts.push(at - this.#startedAt)
    } else if (this.#serverReadyAt > 0) {
      this.#tally.agentReturns.push(Math.max(0, at - this.#serverReadyAt))
    }
  }
}

const PATIENCE_MS = 700
/** On a machine that has much else to do. */
const START_WITHIN_MS = 5000
