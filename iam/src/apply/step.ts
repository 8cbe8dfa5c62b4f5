import type { Document } from './document.ts'
import type {
  Directory,
  Group,
  Holder,
  HolderKind,
  ManagedPolicy,
  Named,
  Provider,
  Role,
  Tags,
  User,
} from './directory.ts'

/** One change, which the server makes whole or not at all. */
export type Step =
  | { readonly kind: 'createPolicy'; readonly name: string; readonly policy: ManagedPolicy }
  | { readonly kind: 'changePolicy'; readonly name: string; readonly document: Document }
  | { readonly kind: 'deletePolicy'; readonly name: string }
  | { readonly kind: 'createGroup'; readonly name: string; readonly path: string }
  | { readonly kind: 'createUser'; readonly name: string; readonly user: NewUser }
  | { readonly kind: 'createRole'; readonly name: string; readonly role: NewRole }
  | { readonly kind: 'updateRole'; readonly name: string; readonly settings: RoleSettings }
  | { readonly kind: 'setTrust'; readonly name: string; readonly trust: Document }
  | ({ readonly kind: 'delete' } & HolderName)
  | ({ readonly kind: 'attach' | 'detach'; readonly policy: string } & HolderName)
  | ({
      readonly kind: 'putInline'
      readonly policyName: string
      readonly document: Document
    } & HolderName)
  | ({ readonly kind: 'deleteInline'; readonly policyName: string } & HolderName)
  | ({ readonly kind: 'setBoundary'; readonly boundary: string | undefined } & BoundedName)
  | { readonly kind: 'addMember' | 'removeMember'; readonly group: string; readonly user: string }
  | ({ readonly kind: 'tag'; readonly tags: Tags } & TaggedName)
  | ({ readonly kind: 'untag'; readonly keys: readonly string[] } & TaggedName)
  | { readonly kind: 'createProvider'; readonly name: string; readonly provider: Provider }
  | { readonly kind: 'deleteProvider'; readonly name: string }
  | {
      readonly kind: 'addClient' | 'removeClient'
      readonly name: string
      readonly clientId: string
    }
  | {
      readonly kind: 'setClaims'
      readonly name: string
      readonly claims: ReadonlyMap<string, string>
    }

interface HolderName {
  readonly of: HolderKind
  readonly name: string
}

interface BoundedName {
  readonly of: 'user' | 'role'
  readonly name: string
}

interface TaggedName {
  readonly of: 'user' | 'role' | 'policy'
  readonly name: string
}

export type NewUser = Pick<User, 'path' | 'tags' | 'boundary'>
export type RoleSettings = Pick<Role, 'description' | 'maxSessionSeconds'>
export type NewRole = NewUser & RoleSettings & Pick<Role, 'trust'>

const NO_POLICIES = { attached: new Set<string>(), inline: new Map<string, Document>() }

/** The directory after the step, as the server would have it. */
export function afterStep(before: Directory, step: Step): Directory {
  switch (step.kind) {
    case 'createPolicy':
      return { ...before, policies: put(before.policies, step.name, step.policy) }
    case 'changePolicy':
      return changePolicy(before, step.name, () => ({ document: step.document }))
    case 'deletePolicy':
      return { ...before, policies: without(before.policies, step.name) }
    case 'createGroup': {
      const group = { path: step.path, members: new Set<string>(), ...NO_POLICIES }
      return { ...before, groups: put(before.groups, step.name, group) }
    }
    case 'createUser':
      return { ...before, users: put(before.users, step.name, { ...step.user, ...NO_POLICIES }) }
    case 'createRole':
      return { ...before, roles: put(before.roles, step.name, { ...step.role, ...NO_POLICIES }) }
    case 'updateRole':
      return changeRole(before, step.name, step.settings)
    case 'setTrust':
      return changeRole(before, step.name, { trust: step.trust })
    case 'delete':
      return withoutHolder(before, step)
    case 'attach':
      return changeHolder(before, step, ({ attached }) => ({
        attached: new Set([...attached, step.policy]),
      }))
    case 'detach':
      return changeHolder(before, step, ({ attached }) => ({
        attached: new Set([...attached].filter((one) => one !== step.policy)),
      }))
    case 'putInline':
      return changeHolder(before, step, ({ inline }) => ({
        inline: put(inline, step.policyName, step.document),
      }))
    case 'deleteInline':
      return changeHolder(before, step, ({ inline }) => ({
        inline: without(inline, step.policyName),
      }))
    case 'setBoundary': {
      const { boundary } = step
      return step.of === 'user'
        ? { ...before, users: changed(before.users, step.name, () => ({ boundary })) }
        : changeRole(before, step.name, { boundary })
    }
    case 'addMember':
      return changeGroup(before, step.group, ({ members }) => ({
        members: new Set([...members, step.user]),
      }))
    case 'removeMember':
      return changeGroup(before, step.group, ({ members }) => ({
        members: new Set([...members].filter((one) => one !== step.user)),
      }))
    case 'tag':
      return changeTags(before, step, (tags) => new Map([...tags, ...step.tags]))
    case 'untag':
      return changeTags(
        before,
        step,
        (tags) => new Map([...tags].filter(([key]) => !step.keys.includes(key))),
      )
    case 'createProvider':
      return { ...before, providers: put(before.providers, step.name, step.provider) }
    case 'deleteProvider':
      return { ...before, providers: without(before.providers, step.name) }
    case 'addClient':
      return changeProvider(before, step.name, ({ clientIds }) => ({
        clientIds: new Set([...clientIds, step.clientId]),
      }))
    case 'removeClient':
      return changeProvider(before, step.name, ({ clientIds }) => ({
        clientIds: new Set([...clientIds].filter((one) => one !== step.clientId)),
      }))
    case 'setClaims':
      return changeProvider(before, step.name, () => ({ claims: step.claims }))
  }
}

const put = <T>(map: Named<T>, name: string, value: T): Named<T> => new Map(map).set(name, value)

function without<T>(map: Named<T>, name: string): Named<T> {
  const left = new Map(map)
  left.delete(name)
  return left
}

function changed<T>(map: Named<T>, name: string, change: (one: T) => Partial<T>): Named<T> {
  const one = map.get(name)
  return one === undefined ? map : put(map, name, { ...one, ...change(one) })
}

function changePolicy(
  before: Directory,
  name: string,
  change: (policy: ManagedPolicy) => Partial<ManagedPolicy>,
): Directory {
  return { ...before, policies: changed(before.policies, name, change) }
}

function changeGroup(
  before: Directory,
  name: string,
  change: (group: Group) => Partial<Group>,
): Directory {
  return { ...before, groups: changed(before.groups, name, change) }
}

function changeRole(before: Directory, name: string, change: Partial<Role>): Directory {
  return { ...before, roles: changed(before.roles, name, () => change) }
}

function changeProvider(
  before: Directory,
  name: string,
  change: (provider: Provider) => Partial<Provider>,
): Directory {
  return { ...before, providers: changed(before.providers, name, change) }
}

function changeHolder(
  before: Directory,
  { of, name }: HolderName,
  change: (holder: Holder) => Partial<Holder>,
): Directory {
  switch (of) {
    case 'user':
      return { ...before, users: changed<User>(before.users, name, change) }
    case 'group':
      return changeGroup(before, name, change)
    case 'role':
      return { ...before, roles: changed<Role>(before.roles, name, change) }
  }
}

function changeTags(
  before: Directory,
  { of, name }: TaggedName,
  change: (tags: Tags) => Tags,
): Directory {
  const changeOne = (one: { readonly tags: Tags }) => ({ tags: change(one.tags) })
  switch (of) {
    case 'user':
      return { ...before, users: changed(before.users, name, changeOne) }
    case 'role':
      return { ...before, roles: changed(before.roles, name, changeOne) }
    case 'policy':
      return changePolicy(before, name, changeOne)
  }
}

function withoutHolder(before: Directory, { of, name }: HolderName): Directory {
  switch (of) {
    case 'user': {
      const groups = [...before.groups].map(([group, one]) => {
        const members = new Set([...one.members].filter((member) => member !== name))
        return [group, { ...one, members }] as const
      })
      return { ...before, users: without(before.users, name), groups: new Map(groups) }
    }
    case 'group':
      return { ...before, groups: without(before.groups, name) }
    case 'role':
      return { ...before, roles: without(before.roles, name) }
  }
}
