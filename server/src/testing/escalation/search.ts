import { OPERATIONS } from '../../operations/operations.ts'
import type { ApiClient } from '../api-client.ts'
import type { Identities, Saved } from './identities.ts'
import type { Move } from './moves.ts'
import { reachOf, type Probes } from './reach.ts'

/** What a search found. */
export interface Found {
  /** Different states that were looked at, and calls that were made. */
  readonly states: number
  readonly calls: number
  /** How it came to a right that was not given; undefined when it did not. */
  readonly escalation: Escalation | undefined
  /** Every state within the depth was looked at. */
  readonly complete: boolean
}

export interface Escalation {
  readonly path: readonly Move[]
  readonly gained: readonly string[]
}

/** Somebody whose credentials are held. */
interface Held {
  readonly id: string
  readonly client: ApiClient
}

interface State {
  readonly saved: Saved
  readonly held: readonly Held[]
  readonly path: readonly Move[]
}

/**
 * Breadth first through all that the holder of some credentials can bring about, until somebody whose credentials are held may do what the
 * first could not: not even as a role that was open to them from the start. Every call is a real one.
 */
export async function searchEscalation(parts: {
  readonly identities: Identities
  readonly probes: Probes
  readonly moves: readonly Move[]
  readonly start: readonly Held[]
  /** Credentials that came into being by a call, and old ones that one woke. */
  readonly gains: (move: Move, body: unknown) => readonly Held[]
  readonly depth: number
  readonly mostCalls: number
}): Promise<Found> {
  const { identities, probes, moves, start, gains, depth, mostCalls } = parts
  const given = reachOf(
    start.map(({ id }) => id),
    identities,
    probes,
  ).found
  const seen = new Set<string>()
  const waiting: State[] = [{ saved: identities.save(), held: start, path: [] }]
  let calls = 0
  for (const state of waiting) {
    identities.restore(state.saved)
    for (const { id, client } of state.held) {
      const reach = reachOf([id], identities, probes).found
      const able = new Set([...reach].map((text) => text.split(' ')[0]))
      for (const move of moves) {
        if (!able.has(actionOf(move))) continue
        if (calls >= mostCalls) {
          identities.restore(state.saved)
          return { states: seen.size, calls, escalation: undefined, complete: false }
        }
        calls += 1
        const answer = await client.call(move.operation, move.fields)
        if (answer.status !== 200) continue
        const gained = gains(move, answer.body)
        const held = [
          ...state.held,
          ...gained.filter((one) => !state.held.some((had) => had.id === one.id)),
        ]
        const mark = `${held
          .map((one) => one.id)
          .toSorted()
          .join(' ')}\n${identities.fingerprint()}`
        if (!seen.has(mark)) {
          seen.add(mark)
          const path = [...state.path, move]
          const after = reachOf(
            held.map((one) => one.id),
            identities,
            probes,
          ).found
          const more = [...after].filter((text) => !given.has(text))
          if (more.length > 0) {
            return { states: seen.size, calls, escalation: { path, gained: more }, complete: false }
          }
          if (path.length < depth) waiting.push({ saved: identities.save(), held, path })
        }
        identities.restore(state.saved)
      }
    }
  }
  return { states: seen.size, calls, escalation: undefined, complete: true }
}

function actionOf({ operation }: Move): string {
  const found = OPERATIONS.find(({ name }) => name === operation)
  if (found === undefined) throw new TypeError(`There is no ${operation}.`)
  return found.action
}
