import { setTimeout as delay } from 'node:timers/promises'
import {
  isNews,
  type Asked,
  type Explanation,
  type RefusalReceipt,
} from '@fleetkey/wire/agent/receipts'
import type { BootClock } from '../boot-clock.ts'
import type { LiveKey } from '../delivery.ts'
import type { Examination, Looked } from '../examination/examination.ts'
import type { HeardWord } from '../sshd-words/sshd-word.ts'
import type { SshdWords } from '../sshd-words/sshd-words.ts'
import { explainLogin, findHeldUp, type HeardNote, type Verdict } from './explain-login.ts'
import { penaltiesAt } from './penalties.ts'
import { sincePush } from './tries.ts'
import { whomItConcerns } from './whom-it-concerns.ts'
import type { PushedKey } from './explain-try.ts'
import { WaitingForNews } from './waiting-for-news.ts'

export interface RefusalsOptions {
  readonly clock: Pick<BootClock, 'now'>
  readonly words: Pick<SshdWords, 'kind' | 'since' | 'onWord' | 'flush'>
  /** Has what the helper noted since handed to `note`. */
  readonly takeNotes: () => Promise<void>
  /** Looks for what on the host would stop this login. */
  readonly examine: (login: ExaminedLogin) => Promise<Examination>
  /** Loads what that takes: called when the first key lives, so that nobody who was refused waits for it. */
  readonly prepare: () => Promise<void>
  /** Where people are sent now. */
  readonly sshPort: () => number
  /** sshd says that a pushed key was offered. The same may be told again, and by the helper's notes. */
  readonly onOffered: (offer: {
    readonly at: number
    readonly osUser: string
    readonly fingerprint: string
  }) => void
  /** A login with a grant was refused. The same may be told again. */
  readonly onRefused: (refusal: Omit<RefusalReceipt, 'receiptId' | 'kind'>) => void
  readonly onFailure: (failure: unknown) => void
}

export interface ExaminedLogin {
  readonly osUser: string
  readonly address?: string
  /** Where whoever has pushed was sent. */
  readonly port?: number
  /** Whether it was heard to come to sshd. */
  readonly hasCome: boolean
}

type Refusal = Extract<Verdict, { readonly kind: 'refused' }>

/** After a word others of the same login follow within milliseconds. */
const SETTLED_MS = 100
/** journald hands on what it was told within 250 ms, and the client knows first that it was refused. */
const HEARD_WITHIN_MS = 500
const LOOK_EVERY_MS = 25
/** What takes longer on the host than this may itself be why: a helper that does not answer. */
const QUICK_MS = 250
/** How long after its end somebody may still ask why a key did not work. */
const KEPT_HUNDREDTHS = 120_00
/** The push runs beside the connect: sshd may have said that somebody connected before the key was there. */
const CONNECTING_HUNDREDTHS = 1000
/** Who comes later than this after the end of a key is told when they ask. */
const LATE_HUNDREDTHS = 3000
const MAX_KEYS = 512
const MAX_NOTES = 512
/** Who tries again and again does not have the host examined as often: what an examination does to sshd is heard as tries, too. */
const EXAMINED_EVERY_HUNDREDTHS = 200
const MAX_EXAMINED = 3

interface Known extends Omit<PushedKey, 'alsoFor' | 'beside'> {
  readonly grantId: string
  /** Where people were sent when the key was pushed. */
  readonly port?: number
  examinedAt: number
  examined: number
  /** When somebody last asked why, and from where. */
  askedAt: number
  askedFrom?: string | undefined
}

/** The login that somebody asks about. */
type AskedKey = Pick<Known, 'grantId' | 'osUser' | 'fingerprint'> & Asked

const isSure = (verdict: Verdict): boolean =>
  verdict.kind === 'accepted' || (verdict.kind === 'refused' && verdict.seen)

/** What became of a connection from where it is asked: nothing on the host tells more of it. Once it is known, something else may. */
const isNewsOfAsker = ({ explanation }: Verdict, asked: Asked): boolean =>
  asked.from !== undefined && explanation.sourceAddress === asked.from && isNews(explanation, asked)

const isTold = (verdict: Verdict): boolean =>
  verdict.kind === 'accepted' ||
  (verdict.kind === 'refused' && verdict.explanation.cause !== 'unknown')

/** Finds out why logins with pushed keys are refused: by itself when sshd or the helper show that one was, and when it is asked. */
export class Refusals {
  readonly #options: RefusalsOptions
  readonly #keys = new Map<string, Known>()
  readonly #notes: HeardNote[] = []
  /** By the login that they are of: whoever asks, and the watcher, have the host looked at once. */
  readonly #underWay = new Map<string, Promise<Examination>>()
  readonly #waiting = new WaitingForNews((grantId) => {
    const key = this.#keys.get(grantId)
    return key === undefined ? undefined : this.#look(key)
  })
  readonly #stop: () => void
  #isPrepared = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: RefusalsOptions) {
    this.#options = options
    this.#stop = options.words.onWord((heard) => this.#heard(heard))
  }

  /** These keys are live. */
  know(keys: readonly LiveKey[]): void {
    const now = this.#options.clock.now()
    if (keys.length > 0 && !this.#isPrepared) {
      this.#isPrepared = true
      this.#options.prepare().catch(this.#options.onFailure)
    }
    for (const { grantId, osUser, fingerprint, deadline } of keys) {
      if (this.#keys.has(grantId)) continue
      this.#keys.set(grantId, {
        grantId,
        osUser,
        fingerprint,
        deadline,
        port: this.#options.sshPort(),
        pushedAt: now,
        examinedAt: -Infinity,
        examined: 0,
        askedAt: -Infinity,
      })
    }
    for (const [grantId, { deadline }] of this.#keys) {
      if (deadline + KEPT_HUNDREDTHS < now || this.#keys.size > MAX_KEYS) this.#keys.delete(grantId)
    }
  }

  note(notes: readonly (Omit<HeardNote, 'bootAt'> & { readonly at: number })[]): void {
    const [now, wallNow] = [this.#options.clock.now(), Date.now()]
    for (const { osUser, fingerprint, live, at } of notes) {
      this.#notes.push({ osUser, fingerprint, live, bootAt: now - (wallNow - at) / 10 })
    }
    this.#notes.splice(0, this.#notes.length - MAX_NOTES)
    if (notes.length > 0) this.#soon()
  }

  /**
   * Why a login with this grant does not work: by what sshd and the helper said, which tells most causes at once. Looks at the host where
   * they do not tell, once it is known what login it is about.
   */
  async explain(asked: AskedKey): Promise<Explanation> {
    const key = this.#keys.get(asked.grantId) ?? this.#strangers(asked)
    key.askedAt = this.#options.clock.now()
    key.askedFrom = asked.from
    const early = this.#examineHeldUp(key)
    const isKnown = (verdict: Verdict) =>
      isSure(verdict) || (isNewsOfAsker(verdict, asked) && this.#hasDropped(key))
    const heard = await this.#listen(key, isKnown)
    const isOther = heard.kind === 'unexplained'
    const verdict = isKnown(heard)
      ? heard
      : await this.#examined(key, heard, isOther ? undefined : early)
    if (verdict.kind === 'refused') this.#tell(key, verdict)
    return verdict.explanation
  }

  /**
   * What is to be told of it beside what is known, as soon as sshd's words tell it. Undefined when they have not by then, and at once when
   * there is nothing to wait for.
   */
  next(grantId: string, asked: Asked, withinMs: number): Promise<Explanation | undefined> {
    return this.#waiting.next(grantId, asked, withinMs)
  }

  close(): void {
    this.#stop()
    clearTimeout(this.#timer)
    this.#waiting.close()
  }

  #heard({ word, at }: HeardWord): void {
    if ('fingerprint' in word && 'user' in word && word.fingerprint !== undefined) {
      const { user: osUser, fingerprint } = word
      const isOurs = (key: Known) => key.osUser === osUser && key.fingerprint === fingerprint
      if (this.#keys.values().some(isOurs)) this.#options.onOffered({ at, osUser, fingerprint })
    }
    if (word.kind !== 'connected' && this.#keys.size > 0) this.#soon()
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#judge().catch(this.#options.onFailure)
    }, SETTLED_MS).unref()
  }

  async #judge(): Promise<void> {
    this.#waiting.tell()
    const now = this.#options.clock.now()
    const isRecent = ({ deadline }: Known) => now <= deadline + LATE_HUNDREDTHS
    const judged = [...this.#keys.values()]
      .filter(isRecent)
      .map((key) => ({ key, verdict: this.#look(key) }))
    const concerned = whomItConcerns(judged, now)
    for (const { key, verdict } of concerned) {
      if (verdict.kind === 'refused') this.#tell(key, verdict)
    }
    const unexplained = concerned.filter(
      ({ key, verdict }) => verdict.kind === 'unexplained' && mayExamine(key, now),
    )
    if (unexplained.length === 0) return
    for (const { key } of unexplained) {
      key.examinedAt = now
      key.examined += 1
    }
    await this.#options.takeNotes()
    await Promise.all(
      unexplained.map(async ({ key, verdict }) => {
        const again = await this.#examined(key, verdict)
        if (again.kind === 'refused') this.#tell(key, again)
      }),
    )
  }

  /** Until something is known, or nothing more is to be expected. */
  async #listen(key: Known, isKnown: (verdict: Verdict) => boolean): Promise<Verdict> {
    const { words, takeNotes } = this.#options
    const deadline = performance.now() + HEARD_WITHIN_MS
    for (;;) {
      words.flush()
      const verdict = this.#look(key)
      if (isKnown(verdict)) return verdict
      const isAll = verdict.kind === 'unexplained' || words.kind === 'none'
      if (isAll || performance.now() > deadline) break
      await delay(LOOK_EVERY_MS)
    }
    await takeNotes()
    return this.#look(key)
  }

  /** What the host tells of a login that words do not explain: at first what is quickly seen. */
  async #examined(key: Known, heard: Verdict, begun = this.#examine(key, heard)): Promise<Verdict> {
    const examination = await begun
    const verdict = this.#look(key, await examination.quick(QUICK_MS))
    if (isTold(verdict)) return verdict
    return this.#look(key, { findings: await examination.all(), goesOn: false })
  }

  #look(key: Known, looked?: Looked): Verdict {
    const { words, clock } = this.#options
    const now = clock.now()
    const others = [...this.#keys.values()].filter((other) => other !== key)
    const alsoFor = others
      .filter(({ fingerprint, osUser }) => fingerprint === key.fingerprint && osUser !== key.osUser)
      .map(({ osUser }) => osUser)
    const beside = new Set(
      others.filter(({ osUser }) => osUser === key.osUser).map(({ fingerprint }) => fingerprint),
    )
    beside.delete(key.fingerprint)
    return explainLogin({
      key: { ...key, alsoFor, beside },
      now,
      words: this.#wordsOf(key),
      notes: this.#notes.filter(({ bootAt }) => bootAt >= key.pushedAt),
      penalties: penaltiesAt(now, words.since(-Infinity)),
      hearsSshd: words.kind !== 'none',
      findings: looked?.findings,
      goesOn: looked?.goesOn ?? false,
      askedFrom: key.askedFrom,
    })
  }

  /** Whether sshd has dropped a connection of whoever asks since the push: one of before may be of the try before, whose cause was another. */
  #hasDropped({ pushedAt, askedFrom }: Known): boolean {
    return this.#options.words
      .since(pushedAt)
      .some(({ word }) => word.kind === 'dropped' && word.address === askedFrom)
  }

  #wordsOf({ pushedAt }: Known): readonly HeardWord[] {
    return sincePush(this.#options.words.since(pushedAt - CONNECTING_HUNDREDTHS), pushedAt)
  }

  /**
   * Of a login that sshd holds up no more words come: the host is looked at while others are waited for. That one may be anybody's, who connects
   * and says nothing; nobody who asks hears less for it.
   */
  #examineHeldUp(key: Known): Promise<Examination> | undefined {
    const now = this.#options.clock.now()
    const heldUp = findHeldUp({ words: this.#wordsOf(key), now })
    const verdict = this.#look(key)
    if (heldUp === undefined || verdict.kind !== 'nothing') return undefined
    const begun = this.#examine(key, verdict)
    // Where words tell all, nobody waits for it.
    begun.catch(() => undefined)
    return begun
  }

  #examine({ osUser, port }: Known, { kind, explanation }: Verdict): Promise<Examination> {
    const { sourceAddress: address } = explanation
    const login: ExaminedLogin = {
      osUser,
      ...(address === undefined ? {} : { address }),
      ...(port === undefined ? {} : { port }),
      hasCome: kind === 'unexplained',
    }
    const name = JSON.stringify(login)
    const underWay = this.#underWay.get(name)
    if (underWay !== undefined) return underWay
    const begun = this.#options.examine(login)
    this.#underWay.set(name, begun)
    const over = () => void this.#underWay.delete(name)
    begun.then((examination) => examination.all()).then(over, over)
    return begun
  }

  #tell(key: Known, { seen, explanation }: Refusal): void {
    const { grantId, osUser, fingerprint } = key
    if (!seen || !this.#keys.has(grantId)) return
    this.#options.onRefused({ at: Date.now(), grantId, osUser, fingerprint, ...explanation })
  }

  /** A grant that this agent does not know: it ended some minutes ago, or the agent was started since, which takes pushed keys away. */
  #strangers({ grantId, osUser, fingerprint }: AskedKey): Known {
    const now = this.#options.clock.now()
    return {
      grantId,
      osUser,
      fingerprint,
      pushedAt: now - KEPT_HUNDREDTHS,
      deadline: now - KEPT_HUNDREDTHS,
      examinedAt: 0,
      examined: 0,
      askedAt: now,
    }
  }
}

/** Who tries again and again does not have the host examined as often. */
const mayExamine = ({ examinedAt, examined }: Known, now: number): boolean =>
  now - examinedAt >= EXAMINED_EVERY_HUNDREDTHS && examined < MAX_EXAMINED
