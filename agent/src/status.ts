import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DeliveryKind, LockState } from '@fleetkey/domain/host-facts'
import { readIfThere } from './read-if-there.ts'
import { openProcesses } from './sessions/processes.ts'

/** What a running agent says of itself, for `fleetkey agent status`. No secrets; root's all the same, since it names who connects. */
export interface AgentStatus {
  readonly pid: number
  /** When that process started, so that another one with its number is not taken for it: field 22 of /proc/PID/stat. */
  readonly processStart: string
  readonly agentVersion: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Milliseconds since 1970, null while the link is down. */
  readonly connectedSince: number | null
  /** Why the link is down; empty while it is up. */
  readonly trouble: string
  readonly delivery: DeliveryKind
  readonly lock: LockState
  readonly problems: readonly string[]
  readonly liveKeys: readonly LiveKeyStatus[]
}

export interface LiveKeyStatus {
  readonly osUser: string
  readonly fingerprint: string
  readonly grantId: string
  /** Hundredths of a second since boot. */
  readonly deadline: number
}

/** Not durable on purpose: /run ends with the boot, and so does what it says. */
export function writeStatus(path: string, status: AgentStatus): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  writeFileSync(`${path}.new`, JSON.stringify(status), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The status of the agent that runs now, or undefined when none does. Throws when the file may not be read. */
export function readStatus(path: string): AgentStatus | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  try {
    // Ours: only root and this agent's own user write there.
    const status = JSON.parse(text) as AgentStatus
    return processStart(status.pid) === status.processStart ? status : undefined
  } catch {
    return undefined
  }
}

/** Empty when there is no such process. */
export function processStart(pid: number): string {
  return openProcesses().find(pid)?.start ?? ''
}
