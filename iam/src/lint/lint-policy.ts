import { administrator } from './administrator.ts'
import { allowNotAction } from './allow-not-action.ts'
import { allowNotResource } from './allow-not-resource.ts'
import { anyOsUser } from './any-os-user.ts'
import { arnSpelling } from './arn-spelling.ts'
import { bareOperatorOnList } from './bare-operator-on-list.ts'
import { conditionNeverHolds } from './condition-never-holds.ts'
import { denyNeverMatches } from './deny-never-matches.ts'
import { equalsWithWildcard } from './equals-with-wildcard.ts'
import { everybodyTrusted } from './everybody-trusted.ts'
import { everyInstance } from './every-instance.ts'
import type { Finding, Level, Lint, LintedPolicy } from './finding.ts'
import { forAllValuesUnguarded } from './for-all-values-unguarded.ts'
import { handingOnRights } from './handing-on-rights.ts'
import { keyWithoutAction } from './key-without-action.ts'
import { operatorType } from './operator-type.ts'
import { principalMismatch } from './principal-mismatch.ts'
import { redundantStatement } from './redundant-statement.ts'
import { resourceType } from './resource-type.ts'
import { unknownAction } from './unknown-action.ts'
import { unknownConditionKey } from './unknown-condition-key.ts'
import { versionMissing } from './version-missing.ts'
import { webIdentityUnbounded } from './web-identity-unbounded.ts'

/** Every lint, by the name under which it is reported. */
export const LINTS: ReadonlyMap<string, Lint> = new Map([
  ['deny-never-matches', denyNeverMatches],
  ['condition-never-holds', conditionNeverHolds],
  ['version-missing', versionMissing],
  ['unknown-action', unknownAction],
  ['unknown-condition-key', unknownConditionKey],
  ['key-without-action', keyWithoutAction],
  ['bare-operator-on-list', bareOperatorOnList],
  ['operator-type', operatorType],
  ['equals-with-wildcard', equalsWithWildcard],
  ['for-all-values-unguarded', forAllValuesUnguarded],
  ['resource-type', resourceType],
  ['arn-spelling', arnSpelling],
  ['administrator', administrator],
  ['any-os-user', anyOsUser],
  ['every-instance', everyInstance],
  ['allow-not-action', allowNotAction],
  ['allow-not-resource', allowNotResource],
  ['handing-on-rights', handingOnRights],
  ['everybody-trusted', everybodyTrusted],
  ['web-identity-unbounded', webIdentityUnbounded],
  ['principal-mismatch', principalMismatch],
  ['redundant-statement', redundantStatement],
])

export interface NamedFinding extends Finding {
  /** E.g. `any-os-user`. */
  readonly lint: string
}

const rank: Readonly<Record<Level, number>> = { error: 0, warning: 1, suggestion: 2 }

/** Everything that there is to say about a valid policy, the worst first, then in the order of its statements. */
export function lintPolicy(policy: LintedPolicy): readonly NamedFinding[] {
  const findings = [...LINTS].flatMap(([lint, look]) =>
    look(policy).map((finding) => ({ lint, ...finding })),
  )
  return findings.toSorted(
    (one, other) =>
      rank[one.level] - rank[other.level] || (one.statement ?? 0) - (other.statement ?? 0),
  )
}
