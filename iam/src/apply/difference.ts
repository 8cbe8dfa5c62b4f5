import type {
  Account,
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
import { documentOf, sameDocument, type Document } from './document.ts'
import { FENCE_NAME } from './rights.ts'
import type { Step } from './step.ts'

/** Trusts nobody: what a role begins with whose trustees do not exist yet. */
const nobody = (accountId: string): Document =>
  documentOf(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
    }),
  )

/**
 * The steps that make one directory the other, by what they do: what gives no right yet, what takes rights away, what changes them, what
 * gives them, and at last what deletes. In this order they are tried; which is safe next is for the planner to say.
 */
export function differences(
  before: Directory,
  after: Directory,
  account: Pick<Account, 'accountId'>,
): readonly Step[] {
  const steps = [
    ...policySteps(before.policies, after.policies),
    ...providerSteps(before.providers, after.providers),
    ...[...after.groups].flatMap(([name, group]) =>
      groupSteps(name, before.groups.get(name), group),
    ),
    ...[...after.users].flatMap(([name, user]) => userSteps(name, before.users.get(name), user)),
    ...[...after.roles].flatMap(([name, role]) =>
      roleSteps(name, before.roles.get(name), {
        role,
        first:
          absentPrincipals(role.trust, before, account).length > 0
            ? nobody(account.accountId)
            : undefined,
      }),
    ),
    ...gone(before.groups, after.groups).map((name) => deleted('group', name)),
    ...gone(before.users, after.users).map((name) => deleted('user', name)),
    ...gone(before.roles, after.roles).map((name) => deleted('role', name)),
  ]
  return withoutWhatGoesAnyway(steps, after).toSorted((one, other) => rank(one) - rank(other))
}

function rank(step: Step): number {
  switch (step.kind) {
    case 'createPolicy':
    case 'createProvider':
    case 'createGroup':
    case 'createUser':
    case 'createRole':
      return 0
    case 'removeMember':
    case 'detach':
    case 'deleteInline':
    case 'removeClient':
      return 1
    case 'changePolicy':
    case 'setTrust':
    case 'setBoundary':
    case 'setClaims':
      return 2
    case 'untag':
      return 3
    case 'tag':
      return 4
    case 'putInline':
    case 'attach':
    case 'addMember':
    case 'addClient':
      return 5
    case 'updateRole':
      return 6
    case 'delete':
    case 'deletePolicy':
    case 'deleteProvider':
      return 7
  }
}

const gone = <T>(before: Named<T>, after: Named<T>): readonly string[] =>
  [...before.keys()].filter((name) => !after.has(name))

const deleted = (of: HolderKind, name: string): Step => ({ kind: 'delete', of, name })

/** A member that is deleted leaves its groups by itself. */
function withoutWhatGoesAnyway(steps: readonly Step[], after: Directory): readonly Step[] {
  return steps.filter((step) => step.kind !== 'removeMember' || after.users.has(step.user))
}

function policySteps(before: Named<ManagedPolicy>, after: Named<ManagedPolicy>): readonly Step[] {
  const kept = [...after].flatMap(([name, policy]): Step[] => {
    const old = before.get(name)
    if (old === undefined) return [{ kind: 'createPolicy', name, policy }]
    const { document } = policy
    return [
      ...(sameDocument(old.document, document)
        ? []
        : [{ kind: 'changePolicy', name, document } as const]),
      ...tagSteps({ of: 'policy', name }, old.tags, policy.tags),
    ]
  })
  const dropped = gone(before, after).map((name): Step => ({ kind: 'deletePolicy', name }))
  return [...kept, ...dropped]
}

function providerSteps(before: Named<Provider>, after: Named<Provider>): readonly Step[] {
  const kept = [...after].flatMap(([name, provider]): Step[] => {
    const old = before.get(name)
    const claims: Step = { kind: 'setClaims', name, claims: provider.claims }
    if (old === undefined) {
      const { url, clientIds } = provider
      const made = { url, clientIds, claims: new Map<string, string>() }
      const create: Step = { kind: 'createProvider', name, provider: made }
      return provider.claims.size === 0 ? [create] : [create, claims]
    }
    return [
      ...added(old.clientIds, provider.clientIds).map((clientId): Step => ({
        kind: 'addClient',
        name,
        clientId,
      })),
      ...added(provider.clientIds, old.clientIds).map((clientId): Step => ({
        kind: 'removeClient',
        name,
        clientId,
      })),
      ...(sameTexts(old.claims, provider.claims) ? [] : [claims]),
    ]
  })
  const dropped = gone(before, after).map((name): Step => ({ kind: 'deleteProvider', name }))
  return [...kept, ...dropped]
}

const added = (before: ReadonlySet<string>, after: ReadonlySet<string>): readonly string[] =>
  [...after].filter((one) => !before.has(one))

const sameTexts = (one: Named<string>, other: Named<string>): boolean =>
  one.size === other.size && [...one].every(([key, value]) => other.get(key) === value)

function groupSteps(name: string, old: Group | undefined, group: Group): readonly Step[] {
  const before = old?.members ?? new Set<string>()
  return [
    ...(old === undefined ? [{ kind: 'createGroup', name, path: group.path } as const] : []),
    ...holderSteps({ of: 'group', name }, old, group),
    ...added(before, group.members).map((user): Step => ({ kind: 'addMember', group: name, user })),
    ...added(group.members, before).map((user): Step => ({
      kind: 'removeMember',
      group: name,
      user,
    })),
  ]
}

function userSteps(name: string, old: User | undefined, user: User): readonly Step[] {
  const { path, tags, boundary } = user
  const create: Step = { kind: 'createUser', name, user: { path, tags, boundary } }
  return [
    ...(old === undefined ? [create] : boundedSteps({ of: 'user', name }, old, user)),
    ...holderSteps({ of: 'user', name }, old, user),
  ]
}

function roleSteps(
  name: string,
  old: Role | undefined,
  { role, first }: { readonly role: Role; readonly first: Document | undefined },
): readonly Step[] {
  const { path, tags, boundary, trust, description, maxSessionSeconds } = role
  const settings = { description, maxSessionSeconds }
  const setTrust: Step = { kind: 'setTrust', name, trust }
  const policies = holderSteps({ of: 'role', name }, old, role)
  if (old === undefined) {
    // Who is named must exist when the trust is saved, and two new roles may trust each other.
    const made = { path, tags, boundary, ...settings, trust: first ?? trust }
    const create: Step = { kind: 'createRole', name, role: made }
    return [create, ...(first === undefined ? [] : [setTrust]), ...policies]
  }
  const isSame = old.description === description && old.maxSessionSeconds === maxSessionSeconds
  return [
    ...(sameDocument(old.trust, trust) ? [] : [setTrust]),
    ...(isSame ? [] : [{ kind: 'updateRole', name, settings } as const]),
    ...boundedSteps({ of: 'role', name }, old, role),
    ...policies,
  ]
}

/** Whom a trust policy names that is not there. Names of other accounts are nobody's business. */
export function absentPrincipals(
  { statements }: Document,
  directory: Directory,
  { accountId }: Pick<Account, 'accountId'>,
): readonly string[] {
  return statements
    .flatMap(({ principals }) => principals)
    .filter((principal) => {
      const [, owner, kind = '', rest = ''] =
        /^arn:[^:]*:(?:iam|sts)::(\d*):([a-z-]+)\/(.+)$/.exec(principal) ?? []
      if (owner !== accountId) return false
      switch (kind) {
        case 'user':
          return !isAt(directory.users, rest)
        case 'role':
          return !isAt(directory.roles, rest)
        case 'assumed-role':
          return !directory.roles.has(rest.split('/')[0] ?? '')
        case 'oidc-provider':
          return !directory.providers.has(rest)
        default:
          return false
      }
    })
}

/** With another path it is somebody else, or a misunderstanding. */
function isAt(holders: Named<Holder>, rest: string): boolean {
  const name = rest.slice(rest.lastIndexOf('/') + 1)
  return holders.get(name)?.path === `/${rest.slice(0, rest.length - name.length)}`
}

function boundedSteps(
  whose: { readonly of: 'user' | 'role'; readonly name: string },
  old: User,
  { boundary, tags }: User,
): readonly Step[] {
  return [
    ...(old.boundary === boundary ? [] : [{ kind: 'setBoundary', ...whose, boundary } as const]),
    ...tagSteps(whose, old.tags, tags),
  ]
}

function tagSteps(
  whose: { readonly of: 'user' | 'role' | 'policy'; readonly name: string },
  before: Tags,
  after: Tags,
): readonly Step[] {
  // Tag keys are one regardless of case: another spelling must go first.
  const keys = [...before.keys()].filter((key) => !after.has(key))
  const tags = new Map([...after].filter(([key, value]) => before.get(key) !== value))
  return [
    ...(keys.length === 0 ? [] : [{ kind: 'untag', ...whose, keys } as const]),
    ...(tags.size === 0 ? [] : [{ kind: 'tag', ...whose, tags } as const]),
  ]
}

function holderSteps(
  whose: { readonly of: HolderKind; readonly name: string },
  old: Holder | undefined,
  { attached, inline }: Holder,
): readonly Step[] {
  const had = old ?? { attached: new Set<string>(), inline: new Map<string, Document>() }
  return [
    ...added(attached, had.attached).map((policy): Step => ({ kind: 'detach', ...whose, policy })),
    ...gone(had.inline, inline)
      .filter((policyName) => policyName !== FENCE_NAME)
      .map((policyName): Step => ({ kind: 'deleteInline', ...whose, policyName })),
    ...[...inline].flatMap(([policyName, document]): Step[] => {
      const before = had.inline.get(policyName)
      if (before !== undefined && sameDocument(before, document)) return []
      return [{ kind: 'putInline', ...whose, policyName, document }]
    }),
    ...added(had.attached, attached).map((policy): Step => ({ kind: 'attach', ...whose, policy })),
  ]
}
