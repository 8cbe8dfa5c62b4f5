import { ApplyFault } from './apply-fault.ts'
import { absentPrincipals } from './difference.ts'
import {
  isAwsPolicy,
  type Account,
  type Directory,
  type Group,
  type ManagedPolicy,
  type Named,
  type Provider,
  type Role,
  type User,
} from './directory.ts'
import type {
  WantedFile,
  WantedGroup,
  WantedHolder,
  WantedPolicy,
  WantedProvider,
  WantedRole,
  WantedUser,
} from './parse-file.ts'
import { FENCE_NAME } from './rights.ts'

/**
 * The directory as the file wants it. What the file does not name stays as it is; with `prune` it goes, where the file has a section for
 * its kind, but never the caller.
 * @throws ApplyFault `file` for what cannot be: a name that nobody has, a path or description that cannot change
 */
export function wantedDirectory(
  now: Directory,
  file: WantedFile,
  { account, prune }: { readonly account: Account; readonly prune: boolean },
): Directory {
  const { caller } = account
  const isCaller = (kind: string) => (name: string) => caller?.kind === kind && caller.name === name
  const never = () => false
  const users = merged(now.users, file.users, {
    make: (user, old, at) => userOf(user, old, { at, account }),
    keep: prune ? isCaller('user') : undefined,
  })
  const wanted: Directory = {
    policies: merged(now.policies, file.policies, {
      make: policyOf,
      keep: prune ? never : undefined,
    }),
    users: withoutFences(users),
    groups: merged(now.groups, file.groups, {
      make: (group, old, at) => groupOf(group, old, { at, account }),
      keep: prune ? never : undefined,
    }),
    roles: withoutFences(
      merged(now.roles, file.roles, {
        make: (role, old, at) => roleOf(role, old, { at, account }),
        keep: prune ? isCaller('role') : undefined,
      }),
    ),
    providers: merged(now.providers, file.providers && byName(file.providers), {
      make: ([url, provider]) => providerOf(url, provider),
      keep: prune ? never : undefined,
    }),
  }
  const settled = { ...wanted, groups: withoutStrangers(wanted.groups, now.users, users) }
  refuseImpossible(settled, now, account)
  return settled
}

interface Merge<W, T> {
  readonly make: (wanted: W, old: T | undefined, at: string) => T
  /** Which of those that the file does not name stay; all of them when undefined. */
  readonly keep: ((name: string) => boolean) | undefined
}

function merged<W, T>(
  now: Named<T>,
  wanted: Named<W> | undefined,
  { make, keep }: Merge<W, T>,
): Named<T> {
  if (wanted === undefined) return now
  const stay = [...now].filter(([name]) => !wanted.has(name) && (keep === undefined || keep(name)))
  const made = [...wanted].map(([name, one]) => [name, make(one, now.get(name), name)] as const)
  return new Map([...stay, ...made])
}

function policyOf(
  { path, description, document, tags }: WantedPolicy,
  old: ManagedPolicy | undefined,
  at: string,
): ManagedPolicy {
  if (description !== undefined && old !== undefined && description !== old.description) {
    throw fault(`The description of the policy ${at} cannot be changed.`, [
      `It is "${old.description}": write it so, or leave it out.`,
    ])
  }
  return {
    path: pathOf(path, old, `policy ${at}`),
    description: description ?? old?.description ?? '',
    document,
    tags,
    otherVersions: old?.otherVersions ?? [],
  }
}

interface Where {
  readonly at: string
  readonly account: Account
}

function holderOf(
  { path, policies, inline }: WantedHolder,
  old: { readonly path: string } | undefined,
  { at, account, word }: Where & { readonly word: string },
) {
  if (inline.has(FENCE_NAME)) {
    throw fault(`The ${word} ${at} cannot have a policy ${FENCE_NAME}.`, [
      'It is what apply itself uses while rights are rebuilt.',
    ])
  }
  return {
    path: pathOf(path, old, `${word} ${at}`),
    attached: new Set(policies.map((policy) => policyName(policy, account))),
    inline,
  }
}

/** An own policy goes by its name, however the file names it. */
function policyName(meant: string, { accountId }: Account): string {
  const [, owner, path = ''] = /^arn:[^:]*:iam::([^:]*):policy\/(.+)$/.exec(meant) ?? []
  return owner === accountId ? path.slice(path.lastIndexOf('/') + 1) : meant
}

function userOf(wanted: WantedUser, old: User | undefined, where: Where): User {
  return bounded(wanted, old, { ...where, word: 'user' })
}

function bounded(
  wanted: WantedUser,
  old: User | undefined,
  where: Where & { readonly word: string },
): User {
  const { boundary, tags } = wanted
  return {
    ...holderOf(wanted, old, where),
    boundary: boundary === undefined ? undefined : policyName(boundary, where.account),
    tags,
  }
}

function groupOf(wanted: WantedGroup, old: Group | undefined, where: Where): Group {
  const members = new Set(wanted.members)
  return { ...holderOf(wanted, old, { ...where, word: 'group' }), members }
}

function roleOf(wanted: WantedRole, old: Role | undefined, where: Where): Role {
  const { trust, description, maxSessionSeconds } = wanted
  return {
    ...bounded(wanted, old, { ...where, word: 'role' }),
    trust,
    description,
    maxSessionSeconds,
  }
}

const byName = (
  providers: Named<WantedProvider>,
): Named<readonly [url: string, provider: WantedProvider]> =>
  new Map(
    [...providers].map(([url, provider]) => [
      url.replace(/^https?:\/\//, ''),
      [url, provider] as const,
    ]),
  )

const providerOf = (url: string, { clientIds, claims }: WantedProvider): Provider => ({
  url,
  clientIds: new Set(clientIds),
  claims,
})

function pathOf(
  path: string | undefined,
  old: { readonly path: string } | undefined,
  at: string,
): string {
  if (path === undefined || old === undefined || path === old.path) return path ?? old?.path ?? '/'
  throw fault(`The path of the ${at} cannot be changed by apply.`, [
    `It is ${old.path}: write it so, or leave it out.`,
    'Users and groups can be moved by renaming them (UpdateUser, UpdateGroup).',
  ])
}

/** What an earlier run left when it stopped. */
function withoutFences<T extends User>(holders: Named<T>): Named<T> {
  return new Map(
    [...holders].map(([name, holder]) => {
      if (!holder.inline.has(FENCE_NAME)) return [name, holder]
      const inline = new Map([...holder.inline].filter(([policy]) => policy !== FENCE_NAME))
      return [name, { ...holder, inline }]
    }),
  )
}

/** Who is deleted is in no group any more. */
function withoutStrangers(
  groups: Named<Group>,
  before: Named<User>,
  after: Named<User>,
): Named<Group> {
  const isDeleted = (name: string) => before.has(name) && !after.has(name)
  return new Map(
    [...groups].map(([name, group]) => {
      if (![...group.members].some(isDeleted)) return [name, group]
      const members = new Set([...group.members].filter((member) => !isDeleted(member)))
      return [name, { ...group, members }]
    }),
  )
}

/** What the server would refuse halfway is said before anything is changed. */
function refuseImpossible(wanted: Directory, now: Directory, account: Account): void {
  const holders = [
    ...[...wanted.users].map(([name, one]) => ({ at: `user ${name}`, ...one })),
    ...[...wanted.roles].map(([name, one]) => ({ at: `role ${name}`, ...one })),
    ...[...wanted.groups].map(([name, one]) => ({
      at: `group ${name}`,
      boundary: undefined,
      ...one,
    })),
  ]
  const exists = (policy: string) =>
    isAwsPolicy(policy) ? account.awsPolicies.has(policy) : wanted.policies.has(policy)
  for (const { at, attached, boundary } of holders) {
    const named = [...attached, ...(boundary === undefined ? [] : [boundary])]
    const missing = named.find((policy) => !exists(policy))
    if (missing !== undefined) throw missingFault(at, `the policy ${missing}`)
  }
  for (const [name, { members }] of wanted.groups) {
    const missing = [...members].find((member) => !wanted.users.has(member))
    if (missing !== undefined) throw missingFault(`group ${name}`, `the user ${missing}`)
  }
  for (const [name, { trust }] of wanted.roles) {
    if (now.roles.get(name)?.trust.canonical === trust.canonical) continue
    const [missing] = absentPrincipals(trust, wanted, account)
    if (missing !== undefined) throw missingFault(`trust of the role ${name}`, missing)
  }
}

const missingFault = (at: string, what: string): ApplyFault =>
  fault(`The ${at} names ${what}, which would not be there.`, [
    'Put it into the file, or take its name out where it stands.',
  ])

const fault = (message: string, todo: readonly string[]): ApplyFault =>
  new ApplyFault('file', message, { todo })
