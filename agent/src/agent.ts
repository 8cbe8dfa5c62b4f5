import type { HostFacts } from '@fleetkey/domain/host-facts'
import { AGENT_LINK_PATH } from '@fleetkey/wire/agent/agent-link'
import { openAccounts, type Accounts } from './accounts.ts'
import { createAnswers } from './answers.ts'
import type { BackoffOptions } from './backoff.ts'
import type { BootClock } from './boot-clock.ts'
import type { OfferNote } from './deliveries/notes.ts'
import type { Delivery } from './delivery.ts'
import { hello } from './hello.ts'
import type { Ingress } from './ingress/ingress.ts'
import type { Identity } from './identity.ts'
import { KeyReports } from './key-reports.ts'
import { Link } from './link.ts'
import { LiveKeys } from './live-keys.ts'
import { reason, type Log } from './log.ts'
import { Nonces } from './nonces.ts'
import type { RefusalsOptions } from './reasons/refusals.ts'
import { PATHS, type Paths } from './paths.ts'
import { repeat, type Repeating } from './repeat.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { Settings } from './settings.ts'
import type { Enrolment, TrustStore } from './state.ts'
import { Tunnels } from './tunnels/tunnels.ts'

export interface AgentParts {
  readonly settings: Settings
  readonly enrolment: Enrolment
  readonly identity: Identity
  readonly trust: TrustStore
  readonly clock: BootClock
  readonly delivery: Delivery
  readonly log: Log
  readonly collectFacts: () => Promise<HostFacts>
  /** What sshd asked the helper since it was last called; absent where the delivery has no helper. */
  readonly takeNotes?: () => Promise<readonly OfferNote[]>
  /** Who is logged in; absent where that cannot be seen. */
  readonly sessions?: Sessions
  /** After every change of what `fleetkey agent status` shows. */
  readonly onChange?: () => void
  /** Absent where the agent says nothing of why a login is refused. */
  readonly reasons?: Pick<RefusalsOptions, 'words' | 'examine' | 'prepare'>
  readonly accounts?: Accounts
  /** Absent where the agent cannot change what the host lets in. */
  readonly ingress?: Ingress
  /** Where things are on the host. Default: PATHS. */
  readonly paths?: Paths
  readonly backoff?: BackoffOptions
}

const FACTS_EVERY_MS = 60_000
/** A receipt is on the server within seconds of a login; with no key live there is little to report. */
const NOTES_EVERY_MS = { live: 1000, idle: 5000 }
/** A new signer signs beside the old one for an hour before it signs alone, and a staple holds for a day. */
const SIGNERS_EVERY_MS = 15 * 60_000
/** How soon somebody knows whom a rule set would cut, and how long an emptied table stays empty. */
const INGRESS_EVERY_MS = 5000
const STOP_LIMIT_MS = 2000
/** Who asks where to go pushes within this time. */
const ON_THE_WAY_MS = 5000

/** The daemon, put together: the link, what it answers, and what it reports. */
export class Agent {
  readonly #parts: AgentParts
  readonly #liveKeys: LiveKeys
  readonly #reports: KeyReports
  readonly #link: Link
  readonly #tunnels: Tunnels
  readonly #repeating: Repeating[] = []
  #facts: HostFacts
  /** When sshd was last seen on another port than before. */
  #moved: { readonly from: number; readonly at: number } | undefined
  /** The facts that the server knows from this link. */
  #said: HostFacts | undefined

  private constructor(parts: AgentParts, facts: HostFacts) {
    const { enrolment, clock, log, delivery, sessions } = parts
    this.#parts = parts
    this.#facts = facts
    const onChange = () => {
      this.#reports.refusals?.know(this.#liveKeys.list())
      parts.onChange?.()
    }
    this.#liveKeys = new LiveKeys({
      delivery,
      clock,
      log,
      onChange,
      onInstalled: (key, from) => parts.sessions?.granted(key, from),
      onExpired: (key) => void this.#reports.expired(key),
    })
    this.#reports = new KeyReports({
      clock,
      log,
      takeNotes: parts.takeNotes,
      reasons: parts.reasons,
      liveKeys: () => this.#liveKeys.list(),
      sshPort: () => this.#portAsTold(),
      send: (receipts) => this.#link.send({ kind: 'receipts', receipts }),
    })
    const { refusals } = this.#reports
    this.#tunnels = new Tunnels({
      ...parts,
      tunnelPorts: () => this.#facts.tunnelPorts,
    })
    const url = new URL(AGENT_LINK_PATH, enrolment.serverUrl)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    this.#link = new Link({
      url: url.href,
      ca: enrolment.caCertificate,
      hello: (challenge) => {
        this.#said = this.#facts
        return hello(challenge, {
          ...parts,
          bootId: clock.bootId,
          facts: this.#facts,
          linkNonce: this.#tunnels.openLink(),
        })
      },
      answer: createAnswers({
        ...parts,
        accounts: parts.accounts ?? openAccounts(),
        paths: parts.paths ?? PATHS,
        nonces: new Nonces(clock),
        liveKeys: this.#liveKeys,
        ...(delivery.takeSigners === undefined
          ? {}
          : {
              takeSigners: (signers) => {
                delivery.takeSigners?.(signers)
                void this.refreshFacts().catch(this.#failed('facts-failed'))
              },
            }),
        tunnels: this.#tunnels,
        refreshFacts: () => this.refreshFacts().catch(this.#failed('facts-failed')),
        ...(refusals === undefined ? {} : { refusals }),
        ...(sessions && { endSession: (sessionId: string) => sessions.end(sessionId) }),
        onStored: (receiptIds) => {
          parts.ingress?.stored(receiptIds)
          sessions?.stored(receiptIds)
          this.#reports.stored(receiptIds)
        },
      }),
      onWelcome: () => {
        sessions?.sendAgain()
        this.#sendSessions()
        this.#askForSigners()
        this.#sendFacts()
        this.#reports.sendAgain()
        void this.#reports.take().catch(this.#failed('notes-failed'))
      },
      onChange: () => parts.onChange?.(),
      log,
      ...(parts.backoff === undefined ? {} : { backoff: parts.backoff }),
    })
  }

  /** Clears what an earlier run left, before the link opens. */
  static async open(parts: AgentParts): Promise<Agent> {
    await parts.delivery.clear().catch((failure: unknown) => {
      parts.log.error('keys-not-cleared', { reason: reason(failure) })
    })
    await parts.ingress?.start()
    return new Agent(parts, await parts.collectFacts())
  }

  get facts(): HostFacts {
    return this.#facts
  }

  get link(): Pick<Link, 'connectedSince' | 'trouble'> {
    return this.#link
  }

  get liveKeys(): Pick<LiveKeys, 'list'> {
    return this.#liveKeys
  }

  /** Resolves after `close`. */
  async run(): Promise<void> {
    this.#repeating.push(
      repeat(
        () => FACTS_EVERY_MS,
        () => this.refreshFacts(),
        this.#failed('facts-failed'),
      ),
    )
    if (this.#parts.takeNotes !== undefined) {
      const rhythm = () =>
        this.#liveKeys.list().length > 0 ? NOTES_EVERY_MS.live : NOTES_EVERY_MS.idle
      this.#repeating.push(repeat(rhythm, () => this.#reports.take(), this.#failed('notes-failed')))
    }
    if (this.#parts.delivery.takeSigners !== undefined) {
      this.#repeating.push(
        repeat(
          () => SIGNERS_EVERY_MS,
          async () => this.#askForSigners(),
          this.#failed('signers-failed'),
        ),
      )
    }
    this.#watchIngress()
    await this.#parts.sessions?.start(() => this.#sendSessions())
    await this.#link.run()
  }

  /** Tells the server what changed on this host, if anything did. */
  async refreshFacts(): Promise<void> {
    await this.#parts.ingress?.follow().catch(this.#failed('rules-not-followed'))
    const facts = await this.#parts.collectFacts()
    if (JSON.stringify(facts) === JSON.stringify(this.#facts)) return
    if (facts.sshPort !== this.#facts.sshPort) {
      this.#moved = { from: this.#facts.sshPort, at: performance.now() }
    }
    this.#facts = facts
    this.#sendFacts()
    this.#parts.onChange?.()
  }

  /** A new link, on which the server says again what it wants. */
  renewLink(): void {
    this.#link.renew()
  }

  /** Live keys and tunnels go, established direct ssh sessions stay: nothing here ever touches them. */
  async close(): Promise<void> {
    for (const { stop } of this.#repeating) stop()
    this.#parts.sessions?.close()
    this.#link.close()
    this.#tunnels.close()
    this.#reports.close()
    this.#parts.ingress?.stop()
    const late = new Promise((resolve) => setTimeout(resolve, STOP_LIMIT_MS).unref())
    await Promise.race([this.#liveKeys.removeAll(), late])
  }

  /** Where those are going who push now. */
  #portAsTold(): number {
    const moved = this.#moved
    const isJustNow = moved !== undefined && performance.now() - moved.at < ON_THE_WAY_MS
    return isJustNow ? moved.from : this.#facts.sshPort
  }

  #watchIngress(): void {
    const { ingress } = this.#parts
    if (ingress === undefined) return
    const tell = async () => {
      const report = await ingress.sightings()
      if (report !== undefined) this.#link.send({ kind: 'ingress-observed', ...report })
    }
    this.#repeating.push(repeat(() => INGRESS_EVERY_MS, tell, this.#failed('sightings-failed')))
  }

  #failed(event: string): (failure: unknown) => void {
    return (failure) => this.#parts.log.error(event, { reason: reason(failure) })
  }

  #askForSigners(): void {
    if (this.#parts.delivery.takeSigners !== undefined) this.#link.send({ kind: 'signers-wanted' })
  }

  /** Also what changed between hello and welcome. */
  #sendFacts(): void {
    const facts = this.#facts
    if (facts !== this.#said && this.#link.send({ kind: 'facts', facts })) this.#said = facts
  }

  #sendSessions(): void {
    this.#parts.sessions?.takeBatch((receipts) => this.#link.send({ kind: 'receipts', receipts }))
  }
}
