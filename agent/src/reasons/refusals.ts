import { setTimeout as delay } from 'node:timers/promises'
import type { Finding } from '@fleetkey/domain/finding'
import type { Explanation, RefusalReceipt } from '@fleetkey/wire/agent/receipts'
import type { BootClock } from '../boot-clock.ts'
import type { LiveKey } from '../delivery.ts'
import type { HeardWord } from '../sshd-words/sshd-word.ts'
import type { SshdWords } from '../sshd-words/sshd-words.ts'
import { explainLogin, type HeardNote, type Verdict } from './explain-login.ts'
import { sincePush } from './tries.ts'
import type { PushedKey } from './explain-try.ts'

export interface RefusalsOptions {
  readonly clock: Pick<BootClock, 'now'>
  readonly words: Pick<SshdWords, 'kind' | 'since' | 'onWord' | 'flush'>
  /** Has what the helper noted since handed to `note`. */
  readonly takeNotes: () => Promise<void>
  /** What on the host would stop a login of this user from there. What a look takes longer for than `limitMs` is `unknown`. */
  readonly examine: (
    login: { readonly osUser: string; readonly address?: string },
    limitMs: number,
  ) => Promise<readonly Finding[]>
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

type Refusal = Extract<Verdict, { readonly kind: 'refused' }>

/** After a word others of the same login follow within milliseconds. */
const SETTLED_MS = 100
/** journald hands on what it was told within 250 ms, and the client knows first that it was refused. */
const HEARD_WITHIN_MS = 350
const LOOK_EVERY_MS = 25
/** A host that has time is examined in a tenth of a second, and whoever was refused is to know why within a whole one. */
const QUICK_MS = 600
/** Where that was not enough; the server waits for seven seconds. */
const PATIENT_MS = 2500
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
  examinedAt: number
  examined: number
}

const isTold = (verdict: Verdict): boolean =>
  verdict.kind === 'accepted' ||
  (verdict.kind === 'refused' && verdict.explanation.cause !== 'unknown')

/** Finds out why logins with pushed keys are refused: by itself when sshd or the helper show that one was, and when it is asked. */
export class Refusals {
  readonly #options: RefusalsOptions
  readonly #keys = new Map<string, Known>()
  readonly #notes: HeardNote[] = []
  readonly #stop: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(options: RefusalsOptions) {
    this.#options = options
    this.#stop = options.words.onWord((heard) => this.#heard(heard))
  }

  /** These keys are live. */
  know(keys: readonly LiveKey[]): void {
    const now = this.#options.clock.now()
    for (const { grantId, osUser, fingerprint, deadline } of keys) {
      if (this.#keys.has(grantId)) continue
      this.#keys.set(grantId, {
        grantId,
        osUser,
        fingerprint,
        deadline,
        pushedAt: now,
        examinedAt: -Infinity,
        examined: 0,
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

  /** Why a login with this grant does not work. Looks at the host when nothing else tells, and takes no second for it. */
  async explain(asked: Pick<Known, 'grantId' | 'osUser' | 'fingerprint'>): Promise<Explanation> {
    const key = this.#keys.get(asked.grantId) ?? this.#strangers(asked)
    const seen = this.#look(key, undefined)
    const findings = this.#examine(key, seen, QUICK_MS)
    let verdict = await this.#listen(key, findings)
    const isSure = verdict.kind === 'accepted' || (verdict.kind === 'refused' && verdict.seen)
    if (!isSure) {
      verdict = this.#look(key, await findings)
      const mayTellMore = (await findings).some(({ state }) => state === 'unknown')
      if (mayTellMore && !isTold(verdict)) {
        verdict = this.#look(key, await this.#examine(key, seen, PATIENT_MS))
      }
    }
    if (verdict.kind === 'refused') this.#tell(key, verdict)
    return verdict.explanation
  }

  close(): void {
    this.#stop()
    clearTimeout(this.#timer)
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
    const now = this.#options.clock.now()
    // One login may concern many keys of its user: the host is examined once for it.
    const examined = new Map<string, Promise<readonly Finding[]>>()
    const examineOnce = (key: Known, verdict: Verdict) => {
      const name = `${key.osUser} ${verdict.explanation.sourceAddress ?? ''}`
      const found = examined.get(name) ?? this.#examine(key, verdict, PATIENT_MS)
      examined.set(name, found)
      return found
    }
    for (const key of this.#keys.values()) {
      if (now > key.deadline + LATE_HUNDREDTHS) continue
      const verdict = this.#look(key, undefined)
      switch (verdict.kind) {
        case 'refused':
          this.#tell(key, verdict)
          break
        case 'unexplained': {
          if (now - key.examinedAt < EXAMINED_EVERY_HUNDREDTHS) break
          if (key.examined === MAX_EXAMINED) break
          key.examinedAt = now
          key.examined += 1
          await this.#options.takeNotes()
          const again = this.#look(key, await examineOnce(key, verdict))
          if (again.kind === 'refused') this.#tell(key, again)
          break
        }
        case 'accepted':
        case 'nothing':
      }
    }
  }

  /** Until something is known, or nothing more is to be expected. */
  async #listen(key: Known, examined: Promise<unknown>): Promise<Verdict> {
    const { words, takeNotes } = this.#options
    const deadline = performance.now() + HEARD_WITHIN_MS
    let isExamined = false
    void examined.then(() => (isExamined = true)).catch(() => {})
    for (;;) {
      words.flush()
      const verdict = this.#look(key, undefined)
      if (verdict.kind === 'accepted' || (verdict.kind === 'refused' && verdict.seen))
        return verdict
      const isAll = verdict.kind === 'unexplained' || words.kind === 'none'
      if (isAll || (isExamined && performance.now() > deadline)) break
      await delay(LOOK_EVERY_MS)
    }
    await takeNotes()
    return this.#look(key, undefined)
  }

  #look(key: Known, findings: readonly Finding[] | undefined): Verdict {
    const { words } = this.#options
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
      now: this.#options.clock.now(),
      words: sincePush(words.since(key.pushedAt - CONNECTING_HUNDREDTHS), key.pushedAt),
      notes: this.#notes.filter(({ bootAt }) => bootAt >= key.pushedAt),
      hearsSshd: words.kind !== 'none',
      findings,
    })
  }

  async #examine(
    { osUser }: Known,
    { explanation }: Verdict,
    limitMs: number,
  ): Promise<readonly Finding[]> {
    const { sourceAddress: address } = explanation
    return this.#options.examine({ osUser, ...(address === undefined ? {} : { address }) }, limitMs)
  }

  #tell(key: Known, { seen, explanation }: Refusal): void {
    const { grantId, osUser, fingerprint } = key
    if (!seen || !this.#keys.has(grantId)) return
    this.#options.onRefused({ at: Date.now(), grantId, osUser, fingerprint, ...explanation })
  }

  /** A grant that this agent does not know: it ended some minutes ago, or the agent was started since, which takes pushed keys away. */
  #strangers(asked: Pick<Known, 'grantId' | 'osUser' | 'fingerprint'>): Known {
    const now = this.#options.clock.now()
    return {
      ...asked,
      pushedAt: now - KEPT_HUNDREDTHS,
      deadline: now - KEPT_HUNDREDTHS,
      examinedAt: 0,
      examined: 0,
    }
  }
}
