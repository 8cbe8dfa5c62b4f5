import { setTimeout as sleep } from 'node:timers/promises'
import type { SettingStore, TrailStore } from '../../store/store.ts'
import type { StreamReceiver } from './stream-receiver.ts'

const BATCH = 200
/** How long it waits for new records, and at first and at most for a receiver that does not take them. */
const PACE = { everyMs: 500, againMs: 1000, mostMs: 60_000 }

/** How far a stream is. */
export interface StreamStatus {
  readonly name: string
  readonly receiver: string
  /** The last record that was taken. */
  readonly seq: number
  /** Records that wait. */
  readonly behind: number
  /** Why the last batch was not taken. */
  readonly failure: string | undefined
  /** Milliseconds since 1970. */
  readonly failingSince: number | undefined
}

export interface RunningStream {
  status(): Promise<StreamStatus>
  stop(): Promise<void>
}

/**
 * Hands the trail to a receiver, record by record in the order of the chain, each at least once: how far it is stands in the store and moves only
 * after the receiver has taken a batch. Nobody waits for it; a receiver that is away is asked again, more and more rarely.
 */
export function runStream(parts: {
  readonly name: string
  readonly from: 'now' | 'beginning'
  readonly receiver: StreamReceiver
  readonly store: {
    readonly trail: Pick<TrailStore, 'read' | 'head'>
    readonly settings: SettingStore
  }
  readonly now: () => number
  readonly log: {
    info(facts: object, text: string): void
    warn(facts: object, text: string): void
  }
  readonly pace?: typeof PACE
}): RunningStream {
  const { name, from, receiver, store, now, log, pace = PACE } = parts
  const setting = `trail-stream ${name}`
  const stopping = new AbortController()
  const { signal } = stopping
  let seq = 0
  let failing: { readonly since: number; readonly says: string } | undefined

  async function start(): Promise<void> {
    const begin = from === 'beginning' ? 0 : (await store.trail.head()).seq
    // Kept at once: what is recorded from here on comes, also after a restart.
    seq = Number(await store.settings.setIfAbsent(setting, String(begin)))
  }

  async function goOn(): Promise<void> {
    const entries = await store.trail.read(seq, BATCH)
    const last = entries.at(-1)
    if (last === undefined) return await pause(pace.everyMs)
    const missing = (entries[0]?.seq ?? 0) - seq - 1
    if (missing > 0)
      log.warn({ stream: name, missing }, 'records were removed before a stream had them')
    await receiver.take(entries, signal)
    await store.settings.set(setting, String(last.seq))
    seq = last.seq
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined)
  }

  async function run(): Promise<void> {
    let isStarted = false
    let again = pace.againMs
    while (!signal.aborted) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is what a stream is
        await (isStarted ? goOn() : start())
        isStarted = true
        again = pace.againMs
        await tellRecovery()
      } catch (error) {
        if (signal.aborted) return
        // oxlint-disable-next-line no-await-in-loop
        await tellFailure(error)
        // oxlint-disable-next-line no-await-in-loop
        await pause(again)
        again = Math.min(again * 2, pace.mostMs)
      }
    }
  }

  async function tellFailure(error: unknown): Promise<void> {
    const says = reasonOf(error)
    if (failing?.says === says) return
    failing = { since: failing?.since ?? now(), says }
    const facts = { stream: name, receiver: receiver.name, error: says, behind: await behind() }
    log.warn(facts, 'a stream of the trail is not taken; its records wait')
  }

  async function tellRecovery(): Promise<void> {
    if (failing === undefined) return
    const seconds = Math.round((now() - failing.since) / 1000)
    failing = undefined
    log.info({ stream: name, seconds, behind: await behind() }, 'a stream of the trail goes on')
  }

  /** Undefined when even the store cannot say. */
  async function behind(): Promise<number | undefined> {
    return await store.trail.head().then(
      (head) => Math.max(0, head.seq - seq),
      () => undefined,
    )
  }

  const running = run()
  return {
    async status() {
      return {
        name,
        receiver: receiver.name,
        seq,
        behind: (await behind()) ?? 0,
        failure: failing?.says,
        failingSince: failing?.since,
      }
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** `fetch failed` alone says nothing: the cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
