import type { ListedGroup, ListedRule } from './listed-group.ts'

/** What the groups of an instance come to together (docs/operate/security-groups.md, "What is enforced"). */
export interface HostRules {
  /** `none`: only firewalls of hosts and networks decide. One group that enforces makes the host enforce. */
  readonly mode: 'none' | 'observe' | 'enforce'
  readonly rules: readonly (ListedRule & { readonly groupName: string })[]
}

export function hostRules(groups: readonly ListedGroup[]): HostRules {
  const made = groups.filter(({ mode }) => mode !== undefined)
  const modes = made.map(({ mode }) => mode)
  return {
    mode: modes.includes('enforce') ? 'enforce' : made.length > 0 ? 'observe' : 'none',
    rules: made.flatMap(({ name, rules }) => rules.map((rule) => ({ ...rule, groupName: name }))),
  }
}
