import { call } from '../api/call.ts'
import { ApiRefusal } from '../api/api-refusal.ts'
import { readEvents } from './search-events.ts'
import {
  grantIdOf,
  storyOfGrant,
  storyOfRecords,
  type GrantAnswer,
  type StoryStep,
} from './story-of.ts'
import type { EventView } from './trail-record.ts'

/** A record with all that is known of its request. */
export interface EventStory {
  /** The one that was asked for or, by the id of a request, what became of that. */
  readonly event: EventView
  /** All of the request, oldest first. */
  readonly records: readonly EventView[]
  readonly steps: readonly StoryStep[]
  /** Of a push, whether the host says why it failed. */
  readonly grant: GrantAnswer | undefined
}

const MOST = 400

/** By the id of a record, or of a request. Undefined when there is neither. */
export async function readStory(id: string, signal: AbortSignal): Promise<EventStory | undefined> {
  const [found] = await recordsBy('event-id', id, signal)
  const records = await recordsBy('request-id', found?.requestId ?? id, signal)
  const event = found ?? records.find(({ outcome }) => outcome !== 'begun') ?? records[0]
  if (event === undefined) return undefined
  const grant = await grantOf(records, signal)
  const steps = grant === undefined ? storyOfRecords(records) : storyOfGrant(grant)
  return { event, records, steps, grant }
}

async function recordsBy(
  name: string,
  value: string,
  signal: AbortSignal,
): Promise<readonly EventView[]> {
  const search = {
    Filters: [{ Name: name, Values: [value] }],
    Order: 'oldest',
    Detail: 'records',
  } as const
  return (await readEvents(search, { signal, wanted: MOST })).events
}

/** Who may not ask about the instance has the records all the same. */
async function grantOf(
  records: readonly EventView[],
  signal: AbortSignal,
): Promise<GrantAnswer | undefined> {
  const grantId = grantIdOf(records)
  if (grantId === undefined) return undefined
  try {
    return await call<GrantAnswer>('fleetkey', 'GetGrant', { GrantId: grantId }, signal)
  } catch (error) {
    if (error instanceof ApiRefusal) return undefined
    throw error
  }
}
