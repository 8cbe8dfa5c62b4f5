import { absentPrincipals } from './difference.ts'
import type { Account, Directory, Tags } from './directory.ts'
import type { Step } from './step.ts'

/** Whether the server would take it: who and what is named exists, what is made does not, and what is deleted is in nobody's use. */
export function isPossible(step: Step, now: Directory, account: Account): boolean {
  const hasPolicy = (policy: string) => policy.startsWith('arn:') || now.policies.has(policy)
  const hasHolder = ({ of, name }: { readonly of: string; readonly name: string }) =>
    (of === 'user' ? now.users : of === 'role' ? now.roles : now.groups).has(name)
  switch (step.kind) {
    case 'createPolicy':
      return !now.policies.has(step.name)
    case 'createGroup':
      return !now.groups.has(step.name)
    case 'createUser':
      return (
        !now.users.has(step.name) &&
        (step.user.boundary === undefined || hasPolicy(step.user.boundary))
      )
    case 'createRole':
      return (
        !now.roles.has(step.name) &&
        (step.role.boundary === undefined || hasPolicy(step.role.boundary)) &&
        absentPrincipals(step.role.trust, now, account).length === 0
      )
    case 'setTrust':
      return now.roles.has(step.name) && absentPrincipals(step.trust, now, account).length === 0
    case 'attach':
      return hasPolicy(step.policy) && hasHolder(step)
    case 'putInline':
      return hasHolder(step)
    case 'setBoundary':
      return step.boundary === undefined || hasPolicy(step.boundary)
    case 'addMember':
      return now.groups.has(step.group) && now.users.has(step.user)
    case 'setClaims':
      return now.providers.has(step.name)
    case 'tag':
      return hasNoOtherSpelling(step.tags, tagsOf(step, now))
    case 'deletePolicy':
      return !isInUse(step.name, now)
    case 'createProvider':
    case 'changePolicy':
    case 'updateRole':
    case 'delete':
    case 'detach':
    case 'deleteInline':
    case 'removeMember':
    case 'untag':
    case 'deleteProvider':
    case 'addClient':
    case 'removeClient':
      return true
  }
}

/** Tag keys are one regardless of case: another spelling must go first, or going would take the new tag along. */
function hasNoOtherSpelling(tags: Tags, now: Tags): boolean {
  const keys = new Map([...now.keys()].map((key) => [key.toLowerCase(), key]))
  return [...tags.keys()].every((key) => (keys.get(key.toLowerCase()) ?? key) === key)
}

function tagsOf(
  { of, name }: { readonly of: string; readonly name: string },
  now: Directory,
): Tags {
  const tagged = (of === 'user' ? now.users : of === 'role' ? now.roles : now.policies).get(name)
  return tagged?.tags ?? new Map()
}

function isInUse(policy: string, { users, groups, roles }: Directory): boolean {
  const bounded = [...users.values(), ...roles.values()]
  return (
    [...bounded, ...groups.values()].some(({ attached }) => attached.has(policy)) ||
    bounded.some(({ boundary }) => boundary === policy)
  )
}
