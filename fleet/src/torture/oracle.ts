import { checkHost } from './check-host.ts'
import { checkOneGrant } from './check-one-grant.ts'
import { checkOrder } from './check-order.ts'
import { checkSuccess } from './check-success.ts'
import type { HostRecorder } from './host-recorder.ts'
import type { PushHistory } from './push-history.ts'
import { TrailFile } from './trail-file.ts'
import type { Violations } from './violations.ts'

/** Joins what the clients saw, what the hosts hold and what the file says. The product is never asked. */
export class Oracle {
  readonly trail: TrailFile
  readonly #file: string
  readonly #history: PushHistory
  readonly #hosts: readonly HostRecorder[]
  readonly #violations: Violations
  #cutOff: ReadonlySet<string> = new Set()

  constructor(parts: {
    /** The server's database. */
    readonly file: string
    readonly history: PushHistory
    readonly hosts: readonly HostRecorder[]
    readonly violations: Violations
  }) {
    this.#file = parts.file
    this.#history = parts.history
    this.#hosts = parts.hosts
    this.#violations = parts.violations
    this.trail = new TrailFile(parts.file, parts.violations)
  }

  /** Whatever was seen before this call must be on the disk by now, whether the server lives or not. */
  check(): void {
    const seen = this.#hosts.map((host) => {
      host.readLog()
      host.keysNow()
      return { host, evidence: host.takeNew() }
    })
    const successes = this.#history.takeUnchecked()
    this.trail.readOn()
    const witnesses = { trail: this.trail, hosts: this.#hosts, violations: this.#violations }
    for (const attempt of successes) checkSuccess(attempt, witnesses)
    for (const { host, evidence } of seen) checkHost(host, evidence, witnesses)
  }

  /** The server is dead and nothing was started since. */
  serverDied(): void {
    this.check()
    this.#cutOff = this.trail.openIntents()
  }

  /** The server got ready since it died: what was cut off must be closed as such. Returns how many those were. */
  checkClosed(): number {
    this.trail.readOn()
    for (const requestId of this.#cutOff) {
      const outcome = this.trail.byRequest.get(requestId)?.outcome
      if (outcome?.errorCode === 'OutcomeUnknown') continue
      const evidence = { requestId, outcome }
      this.#violations.add('I15', 'what was cut off is not closed as OutcomeUnknown', evidence)
    }
    const count = this.#cutOff.size
    this.#cutOff = new Set()
    return count
  }

  /** Everything once more, from the first record on, with the server dead. */
  checkAll(): void {
    this.check()
    const trail = new TrailFile(this.#file, this.#violations)
    trail.checkWhole()
    const witnesses = { trail, hosts: this.#hosts, violations: this.#violations }
    const { pushes } = this.#history
    const successes = pushes.flatMap(({ attempts }) =>
      attempts.filter(({ answer }) => answer.kind === 'success'),
    )
    for (const attempt of successes) checkSuccess(attempt, witnesses)
    for (const host of this.#hosts) {
      checkHost(host, { names: host.seen, installs: host.installs }, witnesses)
    }
    checkOneGrant(pushes, witnesses)
    checkOrder(successes, witnesses)
  }
}
