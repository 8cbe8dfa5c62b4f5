import type { EventView } from '../../../events/trail-record.ts'

/** A host that was refused when it came with a token. */
export interface RefusedHost {
  readonly eventId: string
  /** As it calls itself; empty when it did not say. */
  readonly hostname: string
  readonly address: string
  /** Seconds since 1970. */
  readonly at: number
}

export function refusedHosts(
  events: readonly Pick<EventView, 'eventId' | 'outcome' | 'time' | 'sourceAddress' | 'record'>[],
): readonly RefusedHost[] {
  return events
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'denied')
    .map(({ eventId, time, sourceAddress = 'an address unknown', record }) => {
      const { hostname } = record.additionalEventData
      return {
        eventId,
        hostname: typeof hostname === 'string' ? hostname : '',
        address: sourceAddress,
        at: time,
      }
    })
}
