import { randomUUID } from 'node:crypto'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import type { Store } from '../store/store.ts'

/**
 * An intent without an outcome is what a crash cut off: whether it happened is not known, and that is what the trail says from now
 * on. Run at start, before anything is served.
 */
export async function closeOpenIntents(store: Pick<Store, 'trail'>, now: number): Promise<number> {
  const open = await store.trail.openIntents()
  for (const intent of open) {
    const event = JSON.parse(intent.record) as TrailEvent
    const eventId = randomUUID()
    const outcome: TrailEvent = {
      ...event,
      eventTime: `${new Date(now).toISOString().slice(0, 19)}Z`,
      eventID: eventId,
      errorCode: 'OutcomeUnknown',
      errorMessage: 'The server stopped before the outcome was known.',
      additionalEventData: { ...event.additionalEventData, phase: 'outcome' },
    }
    const { requestId, eventName, readOnly, userName, resource } = intent
    await store.trail.append({
      requestId,
      eventName,
      readOnly,
      userName,
      resource,
      eventId,
      phase: 'outcome',
      time: now,
      errorCode: 'OutcomeUnknown',
      record: JSON.stringify(outcome),
    })
  }
  return open.length
}
