import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { InstanceStore } from '../store/store.ts'
import type { HostTrail } from './host-trail.ts'

/**
 * Records that an agent's link is lost, and that it is back: not each time that one breaks off, which a restart of a server or a network does to thousands that are back at
 * once, but when it stays away for a minute.
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

export function startLinkRecorder(parts: {
  readonly trail: HostTrail
  readonly instances: Pick<InstanceStore, 'get'>
  readonly now: () => number
  readonly log: { error(facts: object, text: string): void }
  readonly everyMs?: number
}): LinkRecorder {
  const { trail, instances, now, log, everyMs = EVERY_MS } = parts
  /** Since when, and whether that is on record. */
  const away = new Map<string, { readonly since: number; isRecorded: boolean }>()
  let working = Promise.resolve()

  function queue(work: () => Promise<void>): void {
    working = working.then(work).catch((error: unknown) => {
      log.error({ error: String(error) }, 'the state of an agent link was not recorded')
    })
  }

  async function sweep(): Promise<void> {
    for (const [instanceId, loss] of away) {
      if (loss.isRecorded || now() - loss.since < LOST_AFTER_MS) continue
      loss.isRecorded = true
      // oxlint-disable-next-line no-await-in-loop -- a network that breaks is no reason to keep pushes waiting
      const isKnown = await record('AgentLost', instanceId, {
        since: new Date(loss.since).toISOString(),
      })
      // Forgotten: it will not come back.
      if (!isKnown) away.delete(instanceId)
    }
  }

  async function record(
    eventName: OwnEvent,
    instanceId: string,
    {
      proxyAddress,
      ...told
    }: Readonly<Record<string, unknown>> & { readonly proxyAddress?: string | undefined },
  ): Promise<boolean> {
    if ((await instances.get(instanceId)) === undefined) return false
    await trail.complete(instanceId, { eventName, facts: told, proxyAddress })
    return true
  }

  const timer = setInterval(() => queue(sweep), everyMs).unref()
  return {
    left(instanceId) {
      away.set(instanceId, { since: now(), isRecorded: false })
    },
    arrived({ instanceId, peerAddress, proxyAddress }) {
      const loss = away.get(instanceId)
      away.delete(instanceId)
      if (loss?.isRecorded !== true) return
      const seconds = Math.round((now() - loss.since) / 1000)
      queue(async () => {
        const told = { secondsAway: seconds, peerAddress, proxyAddress }
        await record('AgentConnected', instanceId, told)
      })
    },
    async stop() {
      clearInterval(timer)
      away.clear()
      await working
    },
  }
}
