import { awsPolicyArn } from '@fleetkey/domain/arn'
import type {
  Account,
  Directory,
  Group,
  Holder,
  HolderKind,
  ManagedPolicy,
  Role,
  User,
} from '@fleetkey/iam/apply/directory'
import { isAwsPolicy } from '@fleetkey/iam/apply/directory'
import { documentOf, type Document } from '@fleetkey/iam/apply/document'
import type { Step } from '@fleetkey/iam/apply/step'
import type { EntityRow, PolicyRow, PolicyText, Rights } from '../../store/identity-store.ts'
import { rightsOf, textOfPolicy } from '../iam/rights-of.ts'
import type { World } from '../operation.ts'

/** The part of the account that some changes are about: whom they concern, with all that decides what those may do. */
export interface Concerned {
  readonly directory: Directory
  readonly account: Account
  /** Of users and roles, by `user alice`. */
  readonly ids: ReadonlyMap<string, string>
}

/** Reads no more than what the steps name and whom that reaches: members of groups, and all who have a policy. */
export async function readConcerned(steps: readonly Step[], world: World): Promise<Concerned> {
  const reader = new Reader(world)
  for (const step of steps) {
    for (const [of, name] of namedBy(step)) await reader.read(of, name)
    for (const policy of policiesOf(step)) await reader.readPolicy(policy)
    // Whoever has it is concerned when its text changes.
    if (step.kind === 'changePolicy' || step.kind === 'deletePolicy') {
      await reader.readHolders(step.name)
    }
  }
  return reader.concerned()
}

function namedBy(step: Step): readonly (readonly [HolderKind, string])[] {
  switch (step.kind) {
    case 'addMember':
    case 'removeMember':
      return [
        ['user', step.user],
        ['group', step.group],
      ]
    case 'attach':
    case 'detach':
    case 'putInline':
    case 'deleteInline':
    case 'delete':
    case 'setBoundary':
      return [[step.of, step.name]]
    case 'tag':
    case 'untag':
      return step.of === 'policy' ? [] : [[step.of, step.name]]
    case 'createUser':
      return [['user', step.name]]
    case 'createRole':
    case 'updateRole':
    case 'setTrust':
      return [['role', step.name]]
    case 'createGroup':
      return [['group', step.name]]
    case 'createPolicy':
    case 'changePolicy':
    case 'deletePolicy':
    case 'createProvider':
    case 'deleteProvider':
    case 'addClient':
    case 'removeClient':
    case 'setClaims':
      return []
  }
}

function policiesOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'attach':
    case 'detach':
      return [step.policy]
    case 'setBoundary':
      return step.boundary === undefined ? [] : [step.boundary]
    case 'createUser':
      return step.user.boundary === undefined ? [] : [step.user.boundary]
    case 'createRole':
      return step.role.boundary === undefined ? [] : [step.role.boundary]
    case 'createPolicy':
    case 'changePolicy':
    case 'deletePolicy':
      return [step.name]
    case 'createGroup':
    case 'updateRole':
    case 'setTrust':
    case 'delete':
    case 'putInline':
    case 'deleteInline':
    case 'addMember':
    case 'removeMember':
    case 'tag':
    case 'untag':
    case 'createProvider':
    case 'deleteProvider':
    case 'addClient':
    case 'removeClient':
    case 'setClaims':
      return []
  }
}

/** Whom a role trusts decides nothing about instances. */
const NOBODY = documentOf('{"Statement":[]}')

class Reader {
  readonly #world: World
  readonly #policies = new Map<string, ManagedPolicy>()
  readonly #awsPolicies = new Map<string, Document>()
  readonly #users = new Map<string, User>()
  readonly #groups = new Map<string, Omit<Group, 'members'>>()
  readonly #roles = new Map<string, Role>()
  /** Group → members, as far as they were read. */
  readonly #members = new Map<string, Set<string>>()
  readonly #ids = new Map<string, string>()
  /** What was looked for already, also where there is nothing. */
  readonly #seen = new Set<string>()

  constructor(world: World) {
    this.#world = world
  }

  concerned(): Concerned {
    const { accountId, partition } = this.#world.realm
    const groups = [...this.#groups].map(([name, group]) => {
      const members = this.#members.get(name) ?? new Set<string>()
      return [name, { ...group, members }] as const
    })
    return {
      directory: {
        policies: this.#policies,
        users: this.#users,
        groups: new Map(groups),
        roles: this.#roles,
        providers: new Map(),
      },
      account: { accountId, partition, awsPolicies: this.#awsPolicies, caller: undefined },
      ids: this.#ids,
    }
  }

  /** A group with its members. */
  async read(of: HolderKind, name: string): Promise<void> {
    if (this.#isSeen(`${of} ${name}`)) return
    const { identities } = this.#world.store
    const row = await identities.entities.find(of, name)
    if (row === undefined) return
    await this.#readRow(row)
    if (of !== 'group') return
    for (const member of await identities.groups.members(row.id)) {
      await this.read('user', member.name)
    }
  }

  async readPolicy(key: string): Promise<void> {
    if (this.#isSeen(`policy ${key}`)) return
    const row = await this.#findPolicy(key)
    const text = row && (await textOfPolicy(row.id, this.#world))
    if (text !== undefined) this.#keepPolicy(text)
  }

  /** Everybody who has a policy or is bounded by it. */
  async readHolders(key: string): Promise<void> {
    const row = await this.#findPolicy(key)
    if (row === undefined) return
    const { attached, bounded } = await this.#world.store.identities.policies.entitiesOf(row.id)
    for (const { kind, name } of [...attached, ...bounded]) {
      if (kind === 'user' || kind === 'group' || kind === 'role') await this.read(kind, name)
    }
  }

  async #findPolicy(key: string): Promise<PolicyRow | undefined> {
    const name = key.slice(key.lastIndexOf('/') + 1)
    return await this.#world.store.identities.policies.find(name, isAwsPolicy(key))
  }

  async #readRow(row: EntityRow): Promise<void> {
    const rights = await rightsOf(row.id, this.#world)
    // Deleted a moment ago.
    if (rights === undefined) return
    const holder = this.#holderOf(rights)
    const { name, tags } = row
    const boundary = rights.boundary && this.#keepPolicy(rights.boundary)
    if (row.kind === 'group') {
      this.#groups.set(name, holder)
      return
    }
    this.#ids.set(`${row.kind} ${name}`, row.id)
    const user = { ...holder, boundary, tags: new Map(Object.entries(tags)) }
    if (row.kind === 'role') {
      this.#roles.set(name, { ...user, trust: NOBODY, description: '', maxSessionSeconds: 3600 })
      return
    }
    this.#users.set(name, user)
    for (const group of rights.groups) {
      this.#members.set(group, (this.#members.get(group) ?? new Set<string>()).add(name))
      await this.#readContext(group)
    }
  }

  /** A group for the sake of one member: the others are not concerned. */
  async #readContext(name: string): Promise<void> {
    if (this.#groups.has(name) || this.#isSeen(`context ${name}`)) return
    const row = await this.#world.store.identities.entities.find('group', name)
    if (row !== undefined) await this.#readRow(row)
  }

  #holderOf({ entity, policies }: Rights): Holder {
    const own = policies.filter(
      ({ holder }) => holder.kind === entity.kind && holder.name === entity.name,
    )
    return {
      path: entity.path,
      attached: new Set(
        own.flatMap((policy) => (policy.managed === undefined ? [] : [this.#keepPolicy(policy)])),
      ),
      inline: new Map(
        own.flatMap(({ managed, policyName, document }) =>
          managed === undefined ? [[policyName, documentOf(document)] as const] : [],
        ),
      ),
    }
  }

  /** By the name that directories have for it. */
  #keepPolicy({ policyName, managed, document }: PolicyText): string {
    const { path = '/', ownedByAws = false } = managed ?? {}
    const text = documentOf(document)
    if (ownedByAws) {
      const arn = awsPolicyArn(this.#world.realm, policyName, path)
      this.#awsPolicies.set(arn, text)
      return arn
    }
    const rest = { description: '', tags: new Map<string, string>(), otherVersions: [] }
    this.#policies.set(policyName, { path, document: text, ...rest })
    return policyName
  }

  #isSeen(key: string): boolean {
    if (this.#seen.has(key)) return true
    this.#seen.add(key)
    return false
  }
}
