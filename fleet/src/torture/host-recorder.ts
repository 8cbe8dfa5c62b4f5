import { existsSync, watch, type FSWatcher } from 'node:fs'
import { basename } from 'node:path'
import type { EnrolledHost } from '../enrolled-host.ts'
import { AgentLog, type AgentLogLine } from './agent-log.ts'
import { findKeyFileProblem, formatKeyName, listKeyNames, parseKeyName } from './key-file.ts'
import type { Violations } from './violations.ts'

const LOG_EVERY_MS = 15

/** What an agent wrote of an install. */
export interface InstallRecord {
  readonly fingerprint: string
  readonly osUser: string
}

/**
 * Watches a host from outside: every name that ever appeared among its keys, and its agent's log. The paths go through the host's
 * process 1, so nothing runs in the host for it.
 */
export class HostRecorder {
  readonly instanceId: string
  /** Of every key file that was seen, to be joined with the trail. */
  readonly seen = new Set<string>()
  /** By request id. */
  readonly installs = new Map<string, InstallRecord>()
  /** Called for each line of the agent's log. */
  onLine: (line: AgentLogLine) => void = () => undefined
  readonly #keys: string
  readonly #violations: Violations
  readonly #log: AgentLog
  readonly #watcher: FSWatcher
  readonly #timer: NodeJS.Timeout
  /** Left by agents that were killed: they must not outlive the next start. */
  readonly #dead = new Set<string>()
  #newNames: string[] = []
  #newInstalls: [string, InstallRecord][] = []
  #isLinkUp = false

  constructor(host: EnrolledHost, violations: Violations) {
    const root = `/proc/${host.host.pid}/root`
    this.instanceId = host.instanceId
    this.#violations = violations
    this.#keys = `${root}/run/fleetkey/keys`
    this.#log = new AgentLog(`${root}/var/log/fleetkey-agent.log`)
    this.#watcher = watch(this.#keys, (_event, name) => {
      // What happens to the directory itself comes under its own name.
      if (name !== null && name !== basename(this.#keys)) this.#see(name)
    })
    this.#timer = setInterval(() => this.readLog(), LOG_EVERY_MS)
    this.readLog()
  }

  get isLinkUp(): boolean {
    return this.#isLinkUp
  }

  /** Whether sshd's helper would find a file for it now. */
  holds(key: { readonly osUser: string; readonly fingerprint: string }): boolean {
    return existsSync(`${this.#keys}/${formatKeyName(key)}`)
  }

  /** All keys that lie there now; also counts them as seen. */
  keysNow(): readonly string[] {
    const names = listKeyNames(this.#keys)
    for (const name of names) this.#see(name)
    return names
  }

  /** To be called when the agent is dead: what it left is for the next one to clear. */
  agentDied(): void {
    this.readLog()
    this.#isLinkUp = false
    for (const name of this.keysNow()) this.#dead.add(name)
  }

  readLog(): void {
    for (const line of this.#log.readOn()) this.#take(line)
  }

  /** What came to light since it was last asked. */
  takeNew(): { readonly names: string[]; readonly installs: [string, InstallRecord][] } {
    const taken = { names: this.#newNames, installs: this.#newInstalls }
    this.#newNames = []
    this.#newInstalls = []
    return taken
  }

  close(): void {
    clearInterval(this.#timer)
    this.#watcher.close()
    this.#log.close()
  }

  #see(name: string): void {
    if (name.startsWith('.') || this.seen.has(name)) return
    this.seen.add(name)
    this.#newNames.push(name)
    const key = parseKeyName(name)
    const problem =
      key === undefined ? 'a strange name' : findKeyFileProblem(`${this.#keys}/${name}`, key)
    if (problem === undefined) return
    const { instanceId } = this
    this.#violations.add('I5', 'a key file is not as it must be', { instanceId, name, problem })
  }

  #take(line: AgentLogLine): void {
    const { event, fields } = line
    if (event === 'agent-started') this.#checkCleared()
    if (event === 'link-up') this.#isLinkUp = true
    if (event === 'link-down') this.#isLinkUp = false
    if (event === 'grant-installed') this.#takeInstall(fields)
    this.onLine(line)
  }

  #checkCleared(): void {
    const left = listKeyNames(this.#keys).filter((name) => this.#dead.has(name))
    const { instanceId } = this
    if (left.length > 0) {
      this.#violations.add('I5', 'keys outlived the start of the next agent', { instanceId, left })
    }
  }

  #takeInstall(fields: AgentLogLine['fields']): void {
    const requestId = String(fields['requestId'])
    const install = {
      fingerprint: String(fields['fingerprint']),
      osUser: String(fields['osUser']),
    }
    if (this.installs.has(requestId)) {
      const { instanceId } = this
      this.#violations.add('I16', 'a grant was installed twice', { instanceId, requestId, install })
    }
    this.installs.set(requestId, install)
    this.#newInstalls.push([requestId, install])
  }
}
