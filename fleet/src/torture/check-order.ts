import type { Attempt } from './push-history.ts'
import type { TrailFile } from './trail-file.ts'
import type { Violations } from './violations.ts'

/** Who asked after a Success was read stands behind it in the trail. */
export function checkOrder(
  successes: readonly Attempt[],
  { trail, violations }: { readonly trail: TrailFile; readonly violations: Violations },
): void {
  const recordsOf = ({ answer }: Attempt) =>
    answer.kind === 'success' ? trail.byRequest.get(answer.requestId) : undefined
  const byEnd = successes.toSorted((a, b) => a.endedAt - b.endedAt)
  // A repeat may be answered from a record that is older than its own sending.
  const byStart = successes
    .filter(({ isRepeat }) => !isRepeat)
    .toSorted((a, b) => a.sentAt - b.sentAt)
  let done = 0
  let acknowledged = 0
  for (const attempt of byStart) {
    for (let next = byEnd[done]; next !== undefined; next = byEnd[done]) {
      if (next.endedAt >= attempt.sentAt) break
      acknowledged = Math.max(acknowledged, recordsOf(next)?.outcome?.seq ?? 0)
      done++
    }
    const intent = recordsOf(attempt)?.intent
    if (intent === undefined || intent.seq > acknowledged) continue
    const evidence = { intent, acknowledged }
    violations.add('I2', 'a record stands before one that was acknowledged earlier', evidence)
  }
}
