import type { Document } from './document.ts'

/**
 * Who there is and what decides what they may do: what `iam apply` manages, by name. A policy is named by its own name, one of AWS by its ARN;
 * a provider by its issuer without the scheme.
 */
export interface Directory {
  readonly policies: Named<ManagedPolicy>
  readonly groups: Named<Group>
  readonly users: Named<User>
  readonly roles: Named<Role>
  readonly providers: Named<Provider>
}

export type Named<T> = ReadonlyMap<string, T>
export type Tags = ReadonlyMap<string, string>

export interface ManagedPolicy {
  readonly path: string
  readonly description: string
  readonly document: Document
  readonly tags: Tags
  /** Versions that are not in force, the oldest first: `v1`. */
  readonly otherVersions: readonly string[]
}

/** Who can hold policies. */
export interface Holder {
  readonly path: string
  readonly attached: ReadonlySet<string>
  readonly inline: Named<Document>
}

export interface Group extends Holder {
  readonly members: ReadonlySet<string>
}

export interface User extends Holder {
  readonly boundary: string | undefined
  readonly tags: Tags
}

export interface Role extends User {
  readonly trust: Document
  readonly description: string
  readonly maxSessionSeconds: number
}

export interface Provider {
  /** The issuer. */
  readonly url: string
  readonly clientIds: ReadonlySet<string>
  /** Claim → tag key. */
  readonly claims: ReadonlyMap<string, string>
}

export type HolderKind = 'user' | 'group' | 'role'

/** Where an account stands, and what of it never changes. */
export interface Account {
  readonly accountId: string
  readonly partition: string
  /** AWS's own managed policies, by ARN. */
  readonly awsPolicies: Named<Document>
  /** Who asks; undefined for root. It is never deleted, and keeps its rights as long as it can. */
  readonly caller: { readonly kind: 'user' | 'role'; readonly name: string } | undefined
}

export const EMPTY_DIRECTORY: Directory = {
  policies: new Map(),
  groups: new Map(),
  users: new Map(),
  roles: new Map(),
  providers: new Map(),
}

export const isAwsPolicy = (policy: string): boolean => policy.startsWith('arn:')
