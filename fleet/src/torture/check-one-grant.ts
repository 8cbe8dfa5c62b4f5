import type { WatchedHost } from './check-success.ts'
import type { Push } from './push-history.ts'
import type { Violations } from './violations.ts'

/** However often the same bytes came: one request id in all answers, one install on all hosts. */
export function checkOneGrant(
  pushes: readonly Pick<Push, 'fingerprint' | 'attempts'>[],
  { hosts, violations }: { readonly hosts: readonly WatchedHost[]; violations: Violations },
): void {
  const installed = new Map<string, string[]>()
  for (const { installs } of hosts) {
    for (const [requestId, { fingerprint }] of installs) {
      installed.set(fingerprint, [...(installed.get(fingerprint) ?? []), requestId])
    }
  }
  for (const { fingerprint, attempts } of pushes) {
    const answered = attempts.flatMap(({ answer }) =>
      answer.kind === 'success' ? [answer.requestId] : [],
    )
    const grants = installed.get(fingerprint) ?? []
    if (new Set(answered).size <= 1 && grants.length <= 1) continue
    const evidence = { fingerprint, answered, grants }
    violations.add('I16', 'more than one grant for bytes signed once', evidence)
  }
}
