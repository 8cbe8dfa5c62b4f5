import type { OwnEvent } from '@fleetkey/domain/own-event'
import { Allowance, type Rate, type Spent } from './allowance.ts'
import type { HostTrail } from './host-trail.ts'

/**
 * What one host may have recorded that follows from nothing that was asked for here: so many at once, then one in so many milliseconds. A host
 * says what it wants, and of what it sees much is done by others: anybody who reaches its sshd offers keys.
 */
const BUDGETS = {
  /** Keys at its door that no push explains. */
  offers: { atOnce: 60, oneEachMs: 10_000 },
  /** Logins that no push explains. At once as many as an agent keeps that was cut off; then 86,400 a day. */
  logins: { atOnce: 4096, oneEachMs: 1000 },
  /** What is told late or too often of a push, and ends of sessions that are not listed. Apart: who may push logs in as often as they like, and would use up alarms. */
  pushes: { atOnce: 4096, oneEachMs: 1000 },
  /** What agents sum up themselves, over minutes: lines in sshd's name, whom no rule lets in. */
  reports: { atOnce: 60, oneEachMs: 10_000 },
} as const satisfies Readonly<Record<string, Rate>>

/** Counted beside records, by their names. */
const NOT_LISTED = Symbol('sessions that are not on the list')

/** What is left out is told when it begins, and then as often as this while it goes on. */
const TOLD_EACH_MS = 60_000

export type Budget = keyof typeof BUDGETS

export interface HostBudgets {
  /** For another record of that name. Undefined when it may not be made: it is counted then, and told by a record of its own. */
  take(instanceId: string, budget: Budget, eventName: OwnEvent): Spent | undefined
  /** A session is open there that is not on the list, as there are more than anybody would believe. Told by the same record. */
  notListed(instanceId: string): void
  /** Tells what is not told yet. */
  stop(): Promise<void>
}

export interface HostBudgetParts {
  readonly trail: Pick<HostTrail, 'complete'>
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
  /** TOLD_EACH_MS unless a test is in a hurry. */
  readonly toldEachMs?: number
}

export function createHostBudgets(parts: HostBudgetParts): HostBudgets {
  const { now } = parts
  const allowances = new Map<string, Allowance>()
  const untold = new Map<string, LeftOut>()

  function leaveOut(instanceId: string, what: OwnEvent | typeof NOT_LISTED): void {
    const known = untold.get(instanceId)
    if (known !== undefined) return known.count(what)
    const leftOut = new LeftOut(instanceId, parts, () => untold.delete(instanceId))
    untold.set(instanceId, leftOut)
    leftOut.count(what)
    leftOut.begin()
  }

  return {
    take(instanceId, budget, eventName) {
      const name = `${budget} ${instanceId}`
      const allowance = allowances.get(name) ?? new Allowance(BUDGETS[budget], now())
      allowances.set(name, allowance)
      const spent = allowance.take(now())
      if (spent === undefined) leaveOut(instanceId, eventName)
      return spent
    },
    notListed: (instanceId) => leaveOut(instanceId, NOT_LISTED),
    async stop() {
      await Promise.all([...untold.values()].map((leftOut) => leftOut.stop()))
    },
  }
}

/** What was left out of one host, until for a while nothing is. */
class LeftOut {
  readonly #instanceId: string
  readonly #parts: HostBudgetParts
  readonly #over: () => void
  readonly #counts = new Map<OwnEvent | typeof NOT_LISTED, number>()
  #since: number
  #telling: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(instanceId: string, parts: HostBudgetParts, over: () => void) {
    this.#instanceId = instanceId
    this.#parts = parts
    this.#over = over
    this.#since = parts.now()
  }

  count(what: OwnEvent | typeof NOT_LISTED): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  begin(): void {
    this.#telling = this.#tell()
    this.#timer = setInterval(() => {
      this.#telling = this.#telling.then(() => this.#tellOrEnd())
    }, this.#parts.toldEachMs ?? TOLD_EACH_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#over()
    await this.#telling
    if (this.#counts.size > 0) await this.#tell()
  }

  async #tellOrEnd(): Promise<void> {
    if (this.#counts.size > 0) return await this.#tell()
    clearInterval(this.#timer)
    this.#over()
  }

  /** What cannot be recorded now is told with the next. */
  async #tell(): Promise<void> {
    const { trail, now, log } = this.#parts
    const instanceId = this.#instanceId
    const told = new Map(this.#counts)
    const [since, until] = [this.#since, now()].map((at) => new Date(at).toISOString())
    const notListed = told.get(NOT_LISTED)
    const records = [...told].filter((one): one is [OwnEvent, number] => one[0] !== NOT_LISTED)
    const facts = {
      leftOut: Object.fromEntries(records),
      ...(notListed === undefined ? {} : { notListed }),
      says: [...saysOfRecords(records), ...saysOfList(notListed)].join(' '),
      since,
      until,
    }
    log.warn({ instanceId, ...facts }, 'a host tells more than is recorded of one host')
    this.#counts.clear()
    try {
      await trail.complete(instanceId, { eventName: 'ReceiptsLeftOut', facts })
      this.#since = now()
    } catch (error) {
      for (const [name, count] of told) {
        this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
      }
      log.warn({ instanceId, error: String(error) }, 'what was left out is not on record yet')
    }
  }
}

function saysOfRecords(records: readonly (readonly [string, number])[]): readonly string[] {
  if (records.length === 0) return []
  const what = records.map(([name, count]) => `${count} ${name}`).join(', ')
  return [`The host told of more than is recorded of one host. Left out: ${what}.`]
}

function saysOfList(count: number | undefined): readonly string[] {
  if (count === undefined) return []
  return [
    `More sessions are open there, as the host tells, than are listed of one host: ${count} of them are not on the list of sessions, and nothing ends them but what is done on the host.`,
  ]
}
