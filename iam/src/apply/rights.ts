import { isAwsPolicy, type Account, type Directory, type Holder, type User } from './directory.ts'
import type { Document, StatementFacts } from './document.ts'

// What decides somebody's rights, statement by statement. Nothing is evaluated: a statement is only ever the same as another or not, so
// "no more than before or wanted" is judged on the safe side.

/** A user, or a role together with whoever may take it. */
export interface Principal {
  readonly kind: 'user' | 'role'
  readonly name: string
}

export interface Rights {
  readonly allow: ReadonlySet<string>
  readonly deny: ReadonlySet<string>
  /** The text of the boundary; undefined where there is none. */
  readonly boundary: string | undefined
  /** Whoever may take the role; undefined for a user, whom nobody takes. */
  readonly trust: Trust | undefined
  /** Its tags, in one spelling. */
  readonly tags: string
  /** Whether a statement asks for them. */
  readonly asksForTags: boolean
  /** A Deny of everything is in force. */
  readonly isFenced: boolean
}

interface Trust {
  readonly allow: ReadonlySet<string>
  readonly deny: ReadonlySet<string>
}

/** What denies everything for the moment in which rights are rebuilt. */
export const FENCE_NAME = 'fleetkey-apply-in-progress'
export const FENCE_TEXT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'FleetkeyApplyInProgress', Effect: 'Deny', Action: '*', Resource: '*' }],
})

const NONE: ReadonlySet<string> = new Set()

/** Undefined when there is nobody of that name. */
export function rightsOf(
  { kind, name }: Principal,
  directory: Directory,
  account: Account,
): Rights | undefined {
  const held = heldBy({ kind, name }, directory, account)
  if (held === undefined) return undefined
  const { holder, documents, boundary } = held
  const { allow, deny, asksForTags } = sorted(documents.flatMap(({ statements }) => statements))
  const role = kind === 'role' ? directory.roles.get(name) : undefined
  return {
    allow,
    deny,
    boundary: boundary?.canonical,
    trust: role && trustOf(role.trust, directory),
    tags: inOneSpelling(holder.tags),
    asksForTags:
      asksForTags || (boundary?.statements.some((statement) => statement.asksForTags) ?? false),
    isFenced: holder.inline.has(FENCE_NAME),
  }
}

/** What decides what a user or role may do, as it is written. */
export interface Held {
  readonly holder: User
  /** Its own, then its groups'. */
  readonly documents: readonly Document[]
  readonly boundary: Document | undefined
}

/** Undefined when there is nobody of that name. */
export function heldBy(
  { kind, name }: Principal,
  directory: Directory,
  account: Account,
): Held | undefined {
  const holder = (kind === 'user' ? directory.users : directory.roles).get(name)
  if (holder === undefined) return undefined
  return {
    holder,
    documents: [
      ...documentsOf(holder, directory, account),
      ...(kind === 'user' ? documentsOfGroups(name, directory, account) : []),
    ],
    boundary:
      holder.boundary === undefined ? undefined : managed(holder.boundary, directory, account),
  }
}

/** Whether somebody has no right that was not theirs before and is not to be theirs. Undefined stands for nobody. */
export function isWithin(
  now: Rights | undefined,
  before: Rights | undefined,
  wanted: Rights | undefined,
): boolean {
  if (now === undefined || now.isFenced || now.allow.size === 0) return true
  if (now.trust?.allow.size === 0) return true
  const bounds = [before, wanted].filter((one) => one !== undefined && limitsAsMuch(now, one))
  return [...now.allow].every((statement) => bounds.some((one) => one?.allow.has(statement)))
}

/** Whether everything that takes away there takes away now, and nobody else may take the role. */
function limitsAsMuch(now: Rights, there: Rights): boolean {
  return (
    there.deny.isSubsetOf(now.deny) &&
    (there.boundary === undefined || there.boundary === now.boundary) &&
    hasTagsAs(now, there) &&
    (now.trust === undefined ||
      (now.trust.allow.isSubsetOf(there.trust?.allow ?? NONE) &&
        (there.trust?.deny ?? NONE).isSubsetOf(now.trust.deny)))
  )
}

/** Whether somebody keeps every right. */
export function keepsAll(now: Rights | undefined, before: Rights | undefined): boolean {
  if (before === undefined || before.allow.size === 0) return true
  return (
    now !== undefined &&
    !now.isFenced &&
    before.allow.isSubsetOf(now.allow) &&
    now.deny.isSubsetOf(before.deny) &&
    (now.boundary === undefined || now.boundary === before.boundary) &&
    hasTagsAs(now, before)
  )
}

const hasTagsAs = (one: Rights, other: Rights): boolean =>
  one.tags === other.tags || !(one.asksForTags || other.asksForTags)

function documentsOf(
  { attached, inline }: Holder,
  directory: Directory,
  account: Account,
): readonly Document[] {
  const ofPolicies = [...attached].map((policy) => managed(policy, directory, account))
  return [...ofPolicies.filter((one) => one !== undefined), ...inline.values()]
}

function documentsOfGroups(
  userName: string,
  directory: Directory,
  account: Account,
): readonly Document[] {
  const theirs = [...directory.groups.values()].filter(({ members }) => members.has(userName))
  return theirs.flatMap((group) => documentsOf(group, directory, account))
}

function managed(policy: string, directory: Directory, account: Account): Document | undefined {
  return isAwsPolicy(policy)
    ? account.awsPolicies.get(policy)
    : directory.policies.get(policy)?.document
}

function sorted(statements: readonly StatementFacts[]) {
  const allow = new Set<string>()
  const deny = new Set<string>()
  for (const { effect, id } of statements) (effect === 'Allow' ? allow : deny).add(id)
  return { allow, deny, asksForTags: statements.some((one) => one.asksForTags) }
}

/** A provider's clients and claims are part of whom a statement trusts. */
function trustOf({ statements }: Document, { providers }: Directory): Trust {
  const allow = new Set<string>()
  const deny = new Set<string>()
  for (const { effect, id, principals } of statements) {
    const vouching = [...providers].filter(([name]) =>
      principals.some((one) => one === name || one.endsWith(`:oidc-provider/${name}`)),
    )
    if (effect === 'Deny') deny.add(id)
    else if (principals.length === 0 || !principals.every(isProvider)) allow.add(id)
    for (const [name, { clientIds, claims }] of effect === 'Allow' ? vouching : []) {
      const tags = inOneSpelling(claims)
      for (const clientId of clientIds) allow.add(`${id} ${name} ${clientId} ${tags}`)
    }
  }
  return { allow, deny }
}

const inOneSpelling = (texts: ReadonlyMap<string, string>): string =>
  JSON.stringify([...texts].toSorted(([one], [other]) => (one < other ? -1 : 1)))

/** Nobody comes by a provider that is not known, whatever names it. */
const isProvider = (principal: string): boolean => principal.includes(':oidc-provider/')
