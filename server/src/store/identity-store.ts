import type { Tags } from '@fleetkey/domain/instance'
import type {
  AccessKeyRow,
  AccessKeyStore,
  MfaStore,
  PasswordStore,
  SessionRow,
  SessionStore,
} from './credential-store.ts'
import type { AccessStore } from './access-store.ts'
import type { PasskeyStore } from './passkey-store.ts'

/**
 * Users, groups, roles, policies, keys and sessions. Ids are made by the caller (secrets/access-keys.ts), random and never reused: who is
 * deleted and made again under the same name inherits nothing. Names are unique regardless of case and found by their exact spelling,
 * since policies compare them exactly. Every write removes what hangs on what it removes (sessions of a key, keys of a user, …) in the same
 * transaction. All times are milliseconds since 1970.
 *
 * Every write that changes something here grows `securityVersion`, but for those that say that they change no right. One that answers that
 * nothing was to be done changes nothing and grows nothing.
 */
export interface IdentityStore {
  /**
   * An access key of either kind, with all that decides what its holder may do. Also one that is inactive or expired: whoever asks looks
   * at `status` and `expiresAt`.
   */
  credential(accessKeyId: string): Promise<Credential | undefined>
  /** What a user (with its groups) or a role may do. Undefined when there is none with this id. */
  rights(entityId: string): Promise<Rights | undefined>
  readonly entities: EntityStore
  readonly groups: GroupStore
  readonly roles: RoleStore
  readonly profiles: ProfileStore
  readonly policies: ManagedPolicyStore
  readonly inline: InlinePolicyStore
  readonly keys: AccessKeyStore
  readonly accesses: AccessStore
  readonly sessions: SessionStore
  readonly passwords: PasswordStore
  readonly mfa: MfaStore
  readonly passkeys: PasskeyStore
  readonly providers: ProviderStore
}

/**
 * What IAM has under a name. `provider` is an OIDC provider, named by its URL without scheme; `mfa` a virtual MFA device; `profile` an
 * instance profile.
 */
export type EntityKind = 'user' | 'group' | 'role' | 'policy' | 'provider' | 'mfa' | 'profile'

export interface EntityRow {
  /** `AIDA…`, `AGPA…`, `AROA…`, `ANPA…`, `AIPA…`; `AOIP…` and `AMFA…` for providers and devices, which AWS gives none. */
  readonly id: string
  readonly kind: EntityKind
  readonly name: string
  /** Begins and ends with a slash. */
  readonly path: string
  readonly createdAt: number
  /** Id of the managed policy that is the permissions boundary (users and roles). */
  readonly boundaryId?: string
  readonly tags: Tags
}

/** Policies here are the account's own; `ManagedPolicyStore` has those of AWS too. Nothing of a policy of AWS can be changed: rejects. */
export interface EntityStore {
  /** Exact spelling. */
  find(kind: EntityKind, name: string): Promise<EntityRow | undefined>
  byId(id: string): Promise<EntityRow | undefined>
  /** By name regardless of case, from behind `after`. */
  list(query: EntityQuery): Promise<readonly EntityRow[]>
  count(kind: EntityKind): Promise<number>
  /**
   * Creates a user, a group or an instance profile, with tags and boundary. Rejects other kinds: they have their own `create`. Each of them
   * answers false when the name is taken, or when the account has `limit` of the kind already.
   */
  create(row: EntityRow, limit?: number): Promise<boolean>
  /** False when the new name is taken. Rejects when there is no such entity. Ids, keys, policies stay. */
  rename(id: string, change: { readonly name?: string; readonly path?: string }): Promise<boolean>
  /**
   * Removes, then sets. `limit` counts the tags afterwards. Keys are one regardless of case; one that is set in another case takes the
   * new spelling. False over the limit, and nothing changed. Rejects when there is no such entity.
   */
  changeTags(id: string, change: EntityTagChange): Promise<boolean>
  /** Undefined takes the boundary away. Rejects when there is no such user or role, or no such policy. */
  setBoundary(id: string, policyId: string | undefined): Promise<void>
  /**
   * Deletes it. Unless `force`, refuses while something hangs on it and says what (AWS's DeleteConflict). With `force` all of that goes too:
   * keys, policies, memberships, password, devices, attachments, versions. Only the boundary of others never goes: without it they could do
   * more than anybody allowed. Sessions of a user, role or provider never hold it; they end, with all that were made with them.
   */
  delete(id: string, options: { readonly force: boolean }): Promise<DeleteResult>
}

export interface EntityQuery {
  readonly kind: EntityKind
  readonly pathPrefix?: string
  /** Name of the last one of the page before. */
  readonly after?: string
  readonly limit?: number
}

export interface EntityTagChange {
  readonly set?: Tags
  readonly remove?: readonly string[]
  readonly limit: number
}

export type DeleteResult =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'missing' }
  /** What must be removed first. */
  | { readonly kind: 'conflict'; readonly holds: Hold }

/** What keeps a user, group, role, policy, device (`user`: it is somebody's) or profile (`role`: it has one) from being deleted. */
export type Hold =
  | 'access keys'
  | 'inline policies'
  | 'attached policies'
  | 'groups'
  | 'users'
  | 'password'
  | 'MFA devices'
  | 'instance profiles'
  | 'role'
  | 'user'
  | 'attachments'
  | 'versions'
  | 'uses as permissions boundary'

/** What somebody may do, before boundary and session are weighed. */
export interface Rights {
  readonly entity: EntityRow
  /** Its own, then its groups' by name. */
  readonly policies: readonly HeldPolicy[]
  readonly boundary: PolicyText | undefined
  /** Names of the groups that a user is in. */
  readonly groups: readonly string[]
}

export interface HeldPolicy extends PolicyText {
  /** Where it hangs: on the user or role itself, or on a group of the user. */
  readonly holder: { readonly kind: 'user' | 'group' | 'role'; readonly name: string }
}

/** A policy document with where it comes from. */
export interface PolicyText {
  readonly policyName: string
  /** Of a managed policy; undefined for inline ones. */
  readonly managed:
    | { readonly policyId: string; readonly path: string; readonly ownedByAws: boolean }
    | undefined
  /** JSON text, as it was put. */
  readonly document: string
}

export interface GroupStore {
  /** False when the user is in `limit` groups already (and not in this one). Joining twice is joining once. Rejects when there is no such group or user. */
  add(groupId: string, userId: string, limit: number): Promise<boolean>
  /** False when the user was not in it. */
  remove(groupId: string, userId: string): Promise<boolean>
  /** By name. */
  members(groupId: string): Promise<readonly EntityRow[]>
  /** By name. */
  groupsOf(userId: string): Promise<readonly EntityRow[]>
}

export interface RoleRow extends EntityRow {
  /** Its trust policy, principals bound to unique ids, as JSON text. */
  readonly trustPolicy: string
  readonly description: string
  /** 3,600 to 43,200. */
  readonly maxSessionSeconds: number
  /** When a session of it was last used, if ever. */
  readonly lastUsedAt?: number
}

export interface RoleStore {
  /** False when the name is taken, or there are `limit` already. */
  create(row: Omit<RoleRow, 'lastUsedAt'>, limit?: number): Promise<boolean>
  get(roleId: string): Promise<RoleRow | undefined>
  /** All of them, by name: for questions such as which roles trust a provider. */
  list(): Promise<readonly RoleRow[]>
  /** Rejects when there is no such role. */
  update(
    roleId: string,
    change: { readonly description?: string; readonly maxSessionSeconds?: number },
  ): Promise<void>
  /** Rejects when there is no such role. */
  setTrustPolicy(roleId: string, trustPolicy: string): Promise<void>
}

/** Instance profiles: a name under which AWS's clients hand a role to an instance. They give nobody a right. */
export interface ProfileStore {
  /** False when it has a role already, also this one. Rejects when there is no such profile or role. */
  addRole(profileId: string, roleId: string): Promise<boolean>
  /** False when it was not its role. */
  removeRole(profileId: string, roleId: string): Promise<boolean>
  roleOf(profileId: string): Promise<RoleRow | undefined>
  /** Those with this role, by name. */
  ofRole(roleId: string): Promise<readonly EntityRow[]>
}

export interface PolicyRow extends EntityRow {
  readonly description: string
  readonly ownedByAws: boolean
  readonly defaultVersion: number
  /** How many users, groups and roles it is attached to. */
  readonly attachments: number
  readonly boundaryUses: number
  readonly updatedAt: number
}

export interface PolicyVersionRow {
  /** 1, 2, …; never reused. AWS writes `v1`. */
  readonly version: number
  readonly document: string
  readonly createdAt: number
  readonly isDefault: boolean
}

export interface ManagedPolicyStore {
  /** With its first version, which is the default. False when the name is taken, or there are `limit` already (AWS's own are apart). */
  create(
    row: EntityRow & { readonly description: string; readonly document: string },
    limit?: number,
  ): Promise<boolean>
  /** By exact name; those that come with Fleetkey under AWS's names are apart from the account's. */
  find(name: string, ownedByAws: boolean): Promise<PolicyRow | undefined>
  get(policyId: string): Promise<PolicyRow | undefined>
  /** By name regardless of case, AWS's before the account's of the same name. */
  list(query: PolicyQuery): Promise<readonly PolicyRow[]>
  /** Newest first. */
  versions(policyId: string): Promise<readonly PolicyVersionRow[]>
  /** The new version's number; undefined when there are `limit` already. Rejects when there is no such policy. */
  addVersion(
    policyId: string,
    version: {
      readonly document: string
      readonly createdAt: number
      readonly makeDefault: boolean
    },
    limit: number,
  ): Promise<number | undefined>
  /** False when there is no such version. */
  setDefaultVersion(policyId: string, version: number): Promise<boolean>
  /** The default version cannot be deleted. */
  deleteVersion(policyId: string, version: number): Promise<'deleted' | 'missing' | 'default'>
  /**
   * False when the entity has `limit` policies attached already (and not this one). Attaching twice is attaching once. Rejects when there is
   * no such policy, user, group or role.
   */
  attach(policyId: string, entityId: string, limit: number): Promise<boolean>
  /** False when it was not attached. */
  detach(policyId: string, entityId: string): Promise<boolean>
  /** By name. */
  attachedTo(entityId: string): Promise<readonly PolicyRow[]>
  /** Whom it is attached to and whose boundary it is, by kind and name. */
  entitiesOf(policyId: string): Promise<{
    readonly attached: readonly EntityRow[]
    readonly bounded: readonly EntityRow[]
  }>
}

export interface InlinePolicyRow {
  readonly policyName: string
  /** JSON text, as it was put. */
  readonly document: string
}

export interface PolicyQuery {
  readonly scope: 'All' | 'AWS' | 'Local'
  readonly onlyAttached: boolean
  readonly pathPrefix?: string
  /** The last one of the page before; its name alone could be two. */
  readonly after?: Pick<PolicyRow, 'name' | 'ownedByAws'>
  readonly limit?: number
}

/** Of users, groups and roles, by their id. Names of these policies are exact. */
export interface InlinePolicyStore {
  /** Replaces the one of the same name. Rejects when there is no such user, group or role. */
  put(entityId: string, policy: InlinePolicyRow): Promise<void>
  get(entityId: string, policyName: string): Promise<InlinePolicyRow | undefined>
  /** By name. */
  list(entityId: string): Promise<readonly InlinePolicyRow[]>
  /** False when there was none. */
  delete(entityId: string, policyName: string): Promise<boolean>
}

export interface ProviderRow extends EntityRow {
  /** The issuer, with scheme, exactly as tokens name it. */
  readonly url: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
  /** Claim name → session tag key. */
  readonly claimTags: Readonly<Record<string, string>>
}

export interface ProviderStore {
  /** False when the name is taken, or there are `limit` already. */
  create(row: ProviderRow, limit?: number): Promise<boolean>
  get(providerId: string): Promise<ProviderRow | undefined>
  /** By name. */
  list(): Promise<readonly ProviderRow[]>
  /** Rejects when there is no such provider. */
  update(
    providerId: string,
    change: Partial<Pick<ProviderRow, 'clientIds' | 'thumbprints' | 'claimTags'>>,
  ): Promise<void>
}

/** An access key with all that decides what its holder may do. */
export type Credential =
  | { readonly kind: 'root'; readonly key: AccessKeyRow }
  | { readonly kind: 'rootSession'; readonly session: SessionRow }
  | { readonly kind: 'user'; readonly key: AccessKeyRow; readonly rights: Rights }
  | {
      readonly kind: 'session'
      readonly session: SessionRow
      /** Of the user or role. */
      readonly rights: Rights
      /** The managed session policies that still exist. */
      readonly sessionPolicies: readonly PolicyText[]
    }
