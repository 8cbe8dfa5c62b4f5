import { Allowance } from './allowance.ts'
import type { Act, Outcome, Trail } from './trail.ts'

/**
 * Records requests of those who could not prove who they are. Anybody can send any number of them, so only so many go on record: what was left out is counted in the
 * next one that does.
 */
export interface StrangerRecorder {
  refused(act: Act, outcome: Outcome): Promise<void>
}

/** Some 14,000 a day at most. */
const RATE = { atOnce: 30, oneEachMs: 6000 }

export function createStrangerRecorder(
  trail: Pick<Trail, 'complete'>,
  {
    now,
    log,
  }: {
    readonly now: () => number
    readonly log: { error(facts: object, text: string): void }
  },
): StrangerRecorder {
  const allowance = new Allowance(RATE, now())
  let leftOut = 0

  return {
    async refused(act, outcome) {
      if (allowance.take(now()) === undefined) {
        leftOut += 1
        return
      }
      const facts = leftOut === 0 ? act.facts : { ...act.facts, leftOutBefore: leftOut }
      leftOut = 0
      try {
        await trail.complete({ ...act, facts }, outcome)
      } catch (error) {
        // They are refused either way, and are not told what ails the trail.
        log.error({ error: String(error) }, 'a refusal was not recorded')
      }
    },
  }
}
