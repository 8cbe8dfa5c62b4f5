import type { Finding } from '@fleetkey/domain/finding'
import { isFixName, type FixName } from '@fleetkey/domain/fix'

/** What the agent could mend of what is bad, each once. */
export function fixesFor(findings: readonly Finding[]): readonly FixName[] {
  const named = findings
    .filter(({ state }) => state === 'bad')
    .flatMap(({ mend }) => (isFixName(mend?.fix) ? [mend.fix] : []))
  return [...new Set(named)]
}
