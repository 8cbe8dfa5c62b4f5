import { isIP } from 'node:net'
import { parseIngressRule } from '@fleetkey/domain/ingress-rule'
import type { HostRules } from '@fleetkey/wire/agent/rules-statements'
import { GrantRefusal } from '../grant-refusal.ts'
import { reason, type Log } from '../log.ts'
import type { KeptRules } from './kept-rules.ts'
import type { Firewall } from './nft.ts'
import {
  closeAllScript,
  closeScript,
  nftScript,
  openScript,
  ruleCount,
  type TableState,
} from './nft-script.ts'
import { checkRules, readKeptRules, type RulesContext, type SignedRules } from './rule-checks.ts'
import { Sightings, type SightingsReport } from './sightings.ts'
import { parseTable } from './table-told.ts'

export interface IngressParts {
  readonly context: Pick<RulesContext, 'pins' | 'agentKey' | 'raiseTrust'> & {
    readonly trust: () => RulesContext['trust']
  }
  readonly kept: KeptRules
  readonly firewall: Firewall
  /** Where sshd listens now. Throws when it cannot be known: then the ports that it had last stay. */
  readonly sshPorts: () => Promise<readonly number[]>
  readonly log: Log
  /** After every change of `problems`. */
  readonly onChange?: () => void
  /** Rules were put back: over a new link the control plane tells them again. */
  readonly onPutBack?: () => void
  /** From a change until the control plane must have been heard, in milliseconds. */
  readonly heardWithinMs?: number
}

interface Known {
  readonly signed: SignedRules
  readonly rules: HostRules
}

interface Opening {
  readonly address: string
  /** By performance.now(). */
  readonly until: number
}

const HEARD_WITHIN_MS = 15_000

/**
 * Who may connect to this host's sshd: the rules that the control plane signs, in a table of their own. New ones are on trial until the
 * control plane was heard after them; else those from before are put back. What cannot be done is said, and what was in force stays.
 */
export class Ingress {
  readonly #parts: IngressParts
  readonly #sightings = new Sightings()
  /** By grant. */
  readonly #openings = new Map<string, Opening>()
  #sshPorts: readonly number[] = [22]
  /** What the table says. */
  #inForce: Known | undefined
  /** Its rules, as nft told them when they were first looked at. */
  #wording: string | undefined
  /** The last with which the control plane was heard; on disk. */
  #proven: Known | undefined
  #trial: NodeJS.Timeout | undefined
  #problem = ''
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: IngressParts) {
    this.#parts = parts
  }

  /** Puts in force what was kept, before the link is up. Never throws: what the kernel has stays. */
  async start(): Promise<void> {
    const { kept, context, log } = this.#parts
    const signed = kept.load()
    const rules = signed && readKeptRules(signed, context)
    if (signed === undefined || rules === undefined) return
    this.#proven = { signed, rules }
    await this.#inTurn(async () => {
      try {
        this.#sshPorts = await this.#readPorts()
        await this.#apply({ signed, rules }, rules.mode === 'none' ? '' : closeAllScript())
        log.info('rules-in-force', { revision: rules.revision, mode: rules.mode })
      } catch (failure) {
        this.#say(`The rules of this host's security groups are not in force: ${reason(failure)}`)
        log.error('rules-not-applied', { reason: reason(failure) })
      }
    })
  }

  /** Checks the rules and puts them in force, on trial. Throws a GrantRefusal, and then nothing changed. */
  take(signed: SignedRules): Promise<{ readonly revision: number; readonly says: string }> {
    return this.#inTurn(async () => {
      const { context, log } = this.#parts
      const rules = checkRules(signed, {
        ...context,
        trust: context.trust(),
        wallNow: Date.now(),
        newest: (this.#inForce ?? this.#proven)?.rules,
      })
      try {
        this.#sshPorts = await this.#readPorts()
        await this.#count()
        await this.#apply({ signed, rules })
      } catch (failure) {
        throw new GrantRefusal('rules-not-applied', reason(failure), failure)
      }
      const { revision, mode } = rules
      this.#startTrial(revision)
      log.info('rules-applied', { revision, mode, rules: rules.rules.length })
      return { revision, says: this.#outcome(rules) }
    })
  }

  /** The control plane was heard after these rules came into force: they are kept. */
  heard(revision: number): void {
    const { kept, log } = this.#parts
    if (this.#inForce?.rules.revision !== revision || this.#proven === this.#inForce) return
    clearTimeout(this.#trial)
    this.#trial = undefined
    this.#proven = this.#inForce
    this.#say('')
    try {
      kept.save(this.#inForce.signed)
    } catch (failure) {
      this.#say(`The rules of this host's security groups cannot be kept: ${reason(failure)}`)
      log.error('rules-not-kept', { reason: reason(failure) })
    }
  }

  /** Whether a rule opens the port to whoever pushes. */
  get opensPort(): boolean {
    const rules = this.#inForce?.rules
    return rules !== undefined && rules.mode !== 'none' && hasGrantRule(rules)
  }

  /** Opens the port to an address for a grant's time. Throws a GrantRefusal where the port would stay closed. */
  open(grantId: string, address: string, seconds: number): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.opensPort) return
      if (isIP(address) === 0) throw new GrantRefusal('grant-not-valid', 'That is no address.')
      try {
        await this.#parts.firewall.apply(openScript({ address, seconds }))
        this.#openings.set(grantId, { address, until: performance.now() + seconds * 1000 })
      } catch (failure) {
        this.#parts.log.error('port-not-opened', { grantId, reason: reason(failure) })
        if (this.#inForce?.rules.mode !== 'enforce') return
        throw new GrantRefusal(
          'delivery-failed',
          'The host could not open its port: see the log of its agent.',
          failure,
        )
      }
    })
  }

  /** The grant is no more. Another one of the same address keeps it open for its own time. */
  close(grantId: string): Promise<void> {
    return this.#inTurn(async () => {
      const closed = this.#openings.get(grantId)
      this.#openings.delete(grantId)
      if (closed === undefined) return
      const still = this.#openNow().some(({ address }) => address === closed.address)
      if (!still) await this.#parts.firewall.apply(closeScript(closed.address))
    }).catch((failure: unknown) => {
      // It times out by itself.
      this.#parts.log.error('port-not-closed', { grantId, reason: reason(failure) })
    })
  }

  /** sshd may listen elsewhere, and somebody may have emptied our table: it says again what it should. */
  follow(): Promise<void> {
    return this.#inTurn(async () => {
      const known = this.#inForce
      if (known === undefined || known.rules.mode === 'none') return
      const ports = await this.#readPorts()
      const isSame = ports.join() === this.#sshPorts.join()
      this.#sshPorts = ports
      const isWhole = await this.#count()
      if (!isSame || !isWhole) await this.#applyAgain(known)
    })
  }

  /** What the control plane is to be told of those whom no rule lets in, if there is something new. */
  async sightings(): Promise<SightingsReport | undefined> {
    await this.#inTurn(async () => {
      const known = this.#inForce
      const isWhole = await this.#count()
      if (known !== undefined && !isWhole) await this.#applyAgain(known)
    })
    return this.#sightings.report(performance.now())
  }

  stored(receiptIds: readonly string[]): void {
    this.#sightings.stored(receiptIds)
  }

  get problems(): readonly string[] {
    return this.#problem === '' ? [] : [this.#problem]
  }

  /** The table stays with its rules: who is not at work leaves no door open. Openings time out by themselves. */
  stop(): void {
    clearTimeout(this.#trial)
  }

  #startTrial(revision: number): void {
    clearTimeout(this.#trial)
    const heardWithinMs = this.#parts.heardWithinMs ?? HEARD_WITHIN_MS
    this.#trial = setTimeout(() => void this.#putBack(revision), heardWithinMs).unref()
  }

  async #putBack(revision: number): Promise<void> {
    const { log } = this.#parts
    await this.#inTurn(async () => {
      if (this.#inForce?.rules.revision !== revision || this.#inForce === this.#proven) return
      try {
        await this.#count()
        await this.#apply(this.#proven)
        this.#say(
          `The control plane was not heard after rules of revision ${revision}: those from before are in force again.`,
        )
        log.error('rules-put-back', { revision, to: this.#proven?.rules.revision ?? 'none' })
        this.#parts.onPutBack?.()
      } catch (failure) {
        log.error('rules-not-put-back', { revision, reason: reason(failure) })
      }
    })
  }

  /** @param first in the same transaction, before the rules */
  async #apply(known: Known | undefined, first = ''): Promise<void> {
    await this.#parts.firewall.apply(`${first}${nftScript(this.#stateOf(known))}`)
    this.#inForce = known
    this.#wording = undefined
    // At once: what is changed by hand a moment later is to show.
    await this.#count().catch(() => undefined)
  }

  async #applyAgain(known: Known): Promise<void> {
    await this.#apply(known)
    this.#parts.log.warn('rules-applied-again', { sshPorts: this.#sshPorts.join(' ') })
  }

  #stateOf(known: Known | undefined): TableState {
    const now = performance.now()
    return {
      mode: known?.rules.mode ?? 'none',
      rules: known?.rules.rules.flatMap((text) => parseIngressRule(text) ?? []) ?? [],
      sshPorts: this.#sshPorts,
      openings: this.#openNow().map(({ address, until }) => ({
        address,
        seconds: Math.ceil((until - now) / 1000),
      })),
    }
  }

  /** The longest of each address; what is over is forgotten. */
  #openNow(): readonly Opening[] {
    const now = performance.now()
    const longest = new Map<string, Opening>()
    for (const [grantId, opening] of this.#openings) {
      if (opening.until <= now) this.#openings.delete(grantId)
      else if (opening.until > (longest.get(opening.address)?.until ?? 0)) {
        longest.set(opening.address, opening)
      }
    }
    return [...longest.values()]
  }

  /** Notes what was seen. False when the table is not as we left it. */
  async #count(): Promise<boolean> {
    const known = this.#inForce
    if (known === undefined || known.rules.mode === 'none') return true
    const told = parseTable(await this.#parts.firewall.list())
    const outcome = known.rules.mode === 'enforce' ? 'cut' : 'let-in'
    this.#sightings.count(told?.seen ?? [], outcome)
    if (told?.rules !== ruleCount(this.#stateOf(known))) return false
    // As many may be others: a word changed by hand, say.
    this.#wording ??= told.wording
    return told.wording === this.#wording
  }

  async #readPorts(): Promise<readonly number[]> {
    try {
      const ports = await this.#parts.sshPorts()
      return ports.length > 0 ? ports : this.#sshPorts
    } catch (failure) {
      this.#parts.log.warn('ssh-ports-unknown', { reason: reason(failure) })
      return this.#sshPorts
    }
  }

  #outcome({ mode, rules }: HostRules): string {
    const port = `port ${this.#sshPorts.join(', ')}`
    switch (mode) {
      case 'none':
        return 'No rules: the table of Fleetkey is removed.'
      case 'observe':
        return `${rules.length} rules observed on ${port}: nothing is cut.`
      case 'enforce':
        return `${rules.length} rules in force on ${port}.`
    }
  }

  #say(problem: string): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#parts.onChange?.()
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

const hasGrantRule = ({ rules }: HostRules): boolean =>
  rules.some((text) => parseIngressRule(text)?.source.kind === 'grant')
