import type { Finding } from '@fleetkey/domain/finding'
import { inOrder } from '@fleetkey/domain/verdict'
import type { Progress } from './progress.ts'

/** Checks that are made together, in the background of the others. */
export interface Look {
  /** As the person who waits reads it. */
  readonly name: string
  readonly look: () => Promise<readonly Finding[]>
}

/** All of them side by side, in the order of a login's way. What a look throws is thrown once all have ended. */
export async function lookAtAll(
  looks: readonly Look[],
  progress: Progress,
): Promise<readonly Finding[]> {
  progress.begin(looks.map(({ name }) => name))
  const outcomes = await Promise.allSettled(
    looks.map(async ({ name, look }) => {
      const findings = await look()
      progress.ended(name, findings)
      return findings
    }),
  )
  progress.end()
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return inOrder(
    outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])),
  )
}
