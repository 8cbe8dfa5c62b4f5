import type { OwnEvent } from '@fleetkey/domain/own-event'
import { StoreUnavailable, type InstanceStore } from '../store/store.ts'
import type { HostTrail, ToldByHost } from './host-trail.ts'

/**
 * Records that an agent's link is lost, and that it is back: not each time that one breaks off, which a restart of a server or a network does to thousands that are back at
 * once, but when it stays away for a minute. While the trail cannot be written that is kept, and recorded afterwards with the time at which it was.
 */
export interface LinkRecorder {
  left(instanceId: string): void
  arrived(link: ArrivedLink): void
  /** What is away by then is not recorded any more. */
  stop(): Promise<void>
}

/** As it comes in. */
export interface ArrivedLink {
  readonly instanceId: string
  readonly peerAddress: string
  /** Of the trusted proxy that handed it on here. */
  readonly proxyAddress?: string | undefined
}

const LOST_AFTER_MS = 60_000
const EVERY_MS = 15_000
/** Of one host. Of more the oldest are left out, and counted in the next: how it stands is known of each. */
const MAX_UNTOLD = 16

/** Since when it is so. */
interface Change extends Pick<ToldByHost, 'proxyAddress'> {
  readonly eventName: OwnEvent & ('AgentLost' | 'AgentConnected')
  readonly since: number
  readonly facts: Readonly<Record<string, unknown>>
}

export function startLinkRecorder(parts: {
  readonly trail: Pick<HostTrail, 'once'>
  readonly instances: Pick<InstanceStore, 'get'>
  readonly now: () => number
  readonly log: { error(facts: object, text: string): void }
  readonly everyMs?: number
}): LinkRecorder {
  const { trail, instances, now, log, everyMs = EVERY_MS } = parts
  /** Since when, and whether that is among what is told. */
  const away = new Map<string, { readonly since: number; isTold: boolean }>()
  /** What is not on record yet, in its order. */
  const untold = new Map<string, Untold>()
  let working = Promise.resolve()
  let isWaiting = false

  function tell(instanceId: string, change: Change): void {
    const own = untold.get(instanceId) ?? { changes: [], leftOut: 0 }
    untold.set(instanceId, own)
    own.changes.push(change)
    if (own.changes.length > MAX_UNTOLD) own.leftOut += own.changes.splice(0, 2).length
  }

  function sweep(): void {
    for (const [instanceId, loss] of away) {
      if (loss.isTold || now() - loss.since < LOST_AFTER_MS) continue
      loss.isTold = true
      tell(instanceId, { eventName: 'AgentLost', since: loss.since, facts: {} })
    }
    if (untold.size > 0) record()
  }

  function record(): void {
    working = working.then(recordAll).then(
      () => void (isWaiting = false),
      (error: unknown) => {
        if (!isWaiting) log.error({ error: String(error) }, 'links wait for the trail')
        isWaiting = true
      },
    )
  }

  /** Rejects while the trail takes no record. */
  async function recordAll(): Promise<void> {
    for (const [instanceId, own] of untold) {
      // oxlint-disable-next-line no-await-in-loop -- a network that breaks is no reason to keep pushes waiting
      const isKnown = (await instances.get(instanceId)) !== undefined
      for (let next = own.changes[0]; isKnown && next !== undefined; next = own.changes[0]) {
        const { leftOut } = own
        // oxlint-disable-next-line no-await-in-loop -- that it is back is nothing before that it was lost
        await recordOne(instanceId, next, leftOut)
        own.leftOut -= leftOut
        // It may have been left out for further ones meanwhile.
        if (own.changes[0] === next) own.changes.shift()
      }
      untold.delete(instanceId)
      // Forgotten: it will not come back.
      if (!isKnown) away.delete(instanceId)
    }
  }

  async function recordOne(instanceId: string, change: Change, leftOut: number): Promise<void> {
    const { eventName, since, proxyAddress, facts } = change
    const leftOutBefore = leftOut === 0 ? {} : { leftOutBefore: leftOut }
    const told = { since: new Date(since).toISOString(), ...facts, ...leftOutBefore }
    try {
      await trail.once(instanceId, String(since), { eventName, proxyAddress, facts: told })
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      log.error({ instanceId, error: String(error) }, 'the state of an agent link was not recorded')
    }
  }

  const timer = setInterval(sweep, everyMs).unref()
  return {
    left(instanceId) {
      away.set(instanceId, { since: now(), isTold: false })
    },
    arrived({ instanceId, peerAddress, proxyAddress }) {
      const loss = away.get(instanceId)
      away.delete(instanceId)
      if (loss?.isTold !== true) return
      const since = now()
      const facts = { secondsAway: Math.round((since - loss.since) / 1000), peerAddress }
      tell(instanceId, { eventName: 'AgentConnected', since, proxyAddress, facts })
      record()
    },
    async stop() {
      clearInterval(timer)
      away.clear()
      if (untold.size > 0) record()
      await working
      if (untold.size === 0) return
      log.error({ hosts: untold.size }, 'the state of agent links is lost: the disk is not back')
    },
  }
}

interface Untold {
  readonly changes: Change[]
  /** Before the first of these. */
  leftOut: number
}
