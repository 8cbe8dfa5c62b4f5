import type { EntityRow, HeldPolicy, PolicyText, Rights } from '../../store/identity-store.ts'

/** What a call makes of somebody's rights; of those that it does not touch, the same object. */
export type RightsEdit = (rights: Rights) => Rights

/** Where a policy hangs. */
type Holder = Pick<EntityRow, 'id' | 'name' | 'kind'>

/** Puts a policy on a user, group or role, in the place of the one of that name (inline) or id (managed). */
export function withPolicy(holder: Holder, text: PolicyText): RightsEdit {
  return atHolder(holder, (policies) => [
    ...policies.filter((policy) => !isSame(policy, text)),
    { ...text, holder: { kind: holderKind(holder), name: holder.name } },
  ])
}

/** Takes it away. */
export function withoutPolicy(
  holder: Holder,
  text: Pick<PolicyText, 'policyName' | 'managed'>,
): RightsEdit {
  return atHolder(holder, (policies) => policies.filter((policy) => !isSame(policy, text)))
}

/** Makes somebody a member of a group, with the policies that it has. */
export function withGroup(userId: string, group: Rights): RightsEdit {
  const { name } = group.entity
  return (rights) =>
    rights.entity.id !== userId || rights.groups.includes(name)
      ? rights
      : {
          ...rights,
          groups: [...rights.groups, name],
          policies: [...rights.policies, ...group.policies],
        }
}

/** Takes members out of a group: one, or all when the group goes. */
export function withoutGroup(groupName: string, userId?: string): RightsEdit {
  return (rights) =>
    (userId !== undefined && rights.entity.id !== userId) || !rights.groups.includes(groupName)
      ? rights
      : {
          ...rights,
          groups: rights.groups.filter((name) => name !== groupName),
          policies: rights.policies.filter(({ holder }) => !isOfGroup(holder, groupName)),
        }
}

export function withBoundary(entityId: string, boundary: PolicyText | undefined): RightsEdit {
  return (rights) => (rights.entity.id === entityId ? { ...rights, boundary } : rights)
}

/** Another document for a managed policy, wherever it decides; undefined takes it away there. */
export function withDocument(policyId: string, document: string | undefined): RightsEdit {
  const changed = <T extends PolicyText>(text: T): readonly T[] => {
    if (text.managed?.policyId !== policyId) return [text]
    return document === undefined ? [] : [{ ...text, document }]
  }
  return (rights) => {
    const texts = [...rights.policies, ...(rights.boundary === undefined ? [] : [rights.boundary])]
    if (!texts.some(({ managed }) => managed?.policyId === policyId)) return rights
    return {
      ...rights,
      policies: rights.policies.flatMap(changed),
      boundary: rights.boundary && changed(rights.boundary)[0],
    }
  }
}

/** Another name, path or other tags: they do nothing but in conditions and variables. */
export function withEntity(change: EntityRow): RightsEdit {
  return (rights) => (rights.entity.id === change.id ? { ...rights, entity: change } : rights)
}

function atHolder(
  holder: Holder,
  edit: (policies: readonly HeldPolicy[]) => readonly HeldPolicy[],
): RightsEdit {
  const isHeld = ({ entity, groups }: Rights) =>
    entity.id === holder.id || (holder.kind === 'group' && groups.includes(holder.name))
  const isHere = (policy: HeldPolicy) =>
    policy.holder.kind === holder.kind && policy.holder.name === holder.name
  return (rights) =>
    isHeld(rights)
      ? {
          ...rights,
          policies: [
            ...rights.policies.filter((policy) => !isHere(policy)),
            ...edit(rights.policies.filter(isHere)),
          ],
        }
      : rights
}

function isSame(a: Pick<PolicyText, 'policyName' | 'managed'>, b: typeof a): boolean {
  return a.managed === undefined || b.managed === undefined
    ? a.managed === b.managed && a.policyName === b.policyName
    : a.managed.policyId === b.managed.policyId
}

function isOfGroup({ kind, name }: HeldPolicy['holder'], groupName: string): boolean {
  return kind === 'group' && name === groupName
}

function holderKind({ kind }: Holder): HeldPolicy['holder']['kind'] {
  if (kind === 'user' || kind === 'group' || kind === 'role') return kind
  throw new TypeError(`No policy hangs on a ${kind}.`)
}
