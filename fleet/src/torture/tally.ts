/** Which part of its path a push was in when the server was killed: told by disk and host, not by us. */
export type ServerPhase =
  | 'no intent'
  | 'intent, no key'
  | 'intent and key, no outcome'
  | 'outcome, no answer'
  | 'answered'

export type AgentPhase = 'no key yet' | 'key installed' | 'answered'

/** What is counted on the way. Times in milliseconds. */
export class Tally {
  readonly serverKills = { running: 0, starting: 0 }
  readonly agentKills = { linked: 0, away: 0, starting: 0 }
  readonly serverPhases = new Map<ServerPhase, number>()
  readonly agentPhases = new Map<AgentPhase, number>()
  readonly serverStarts: number[] = []
  /** From the start of an agent to its link, while the server was ready. */
  readonly agentStarts: number[] = []
  /** From the server's readiness to the link of an agent that came back by itself. */
  readonly agentReturns: number[] = []
  closedIntents = 0
  logins = 0
  excusedLogins = 0
  /** Keys of killed agents: the helper gave those that were live, not those that were over; sshd took and refused. */
  readonly deadKeys = { live: 0, over: 0, taken: 0, refused: 0 }

  get kills(): number {
    const { running, starting } = this.serverKills
    const { linked, away, starting: early } = this.agentKills
    return running + starting + linked + away + early
  }

  agentKilled(state: 'linked' | 'away' | 'starting'): void {
    this.agentKills[state]++
  }

  serverCutOff(phase: ServerPhase): void {
    this.serverPhases.set(phase, (this.serverPhases.get(phase) ?? 0) + 1)
  }

  agentCutOff(phase: AgentPhase): void {
    this.agentPhases.set(phase, (this.agentPhases.get(phase) ?? 0) + 1)
  }
}
