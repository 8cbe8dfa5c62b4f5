import type { PolicySet } from '@fleetkey/iam/policy-set'
import { policiesOf, policyKinds } from '@fleetkey/iam/policy-set'

/** Stands for every name that no policy names: policies cannot tell it from them. */
export const ANY_OTHER_USER = '(any other)'

/** The names that policies of these sets tell apart, and one for all others. Patterns are left out: their names are "any other". */
export function osUsersNamedIn(sets: readonly PolicySet[]): readonly string[] {
  const names = new Set<string>()
  for (const set of sets) {
    for (const kind of policyKinds) {
      for (const { document } of policiesOf(set, kind) ?? []) {
        for (const { conditions } of document.statements) {
          for (const { key, wanted } of conditions) {
            if (key.toLowerCase() !== 'ec2:osuser') continue
            for (const name of wanted) if (!/[*?$]/.test(name)) names.add(name)
          }
        }
      }
    }
  }
  return [...[...names].toSorted(), ANY_OTHER_USER]
}
