import type { Tags } from '@fleetkey/domain/instance'
import type { EntityRow } from './identity-store.ts'

// What people and programs prove who they are with: access keys, sessions, passwords, second factors.

export interface AccessKeyRow {
  /** `AKIA` and 16 characters. */
  readonly accessKeyId: string
  /** The user whose key it is; undefined for root. */
  readonly userId?: string
  /** The secret, envelope-encrypted (secrets/envelope.ts). */
  readonly sealedSecret: string
  readonly status: 'Active' | 'Inactive'
  readonly createdAt: number
  readonly lastUsed?: KeyUse
}

export interface KeyUse {
  readonly at: number
  readonly service: string
  readonly region: string
}

export interface AccessKeyStore {
  /** False when the user already has `limit` keys. Rejects when there is no such user. */
  create(row: Omit<AccessKeyRow, 'lastUsed'>, limit: number): Promise<boolean>
  /** Long-term keys only. */
  get(accessKeyId: string): Promise<AccessKeyRow | undefined>
  /** Of a user, or of root when undefined; by creation. */
  list(userId: string | undefined): Promise<readonly AccessKeyRow[]>
  /** Making it inactive also ends every session that was made with it, and all that were made with those. False when there is none. */
  setStatus(accessKeyId: string, status: AccessKeyRow['status']): Promise<boolean>
  /** Ends every session that was made with it, and all that were made with those. False when there is none. */
  delete(accessKeyId: string): Promise<boolean>
  /** Last uses of keys, and of the roles of session keys. Changes no right. Unknown keys and uses older than the last are skipped. */
  noteUses(uses: readonly (KeyUse & { readonly accessKeyId: string })[]): Promise<void>
}

/** A temporary credential: of a user (GetSessionToken, SignIn), of root (GetSessionToken) or of a role (AssumeRole, …WithWebIdentity). */
export interface SessionRow {
  /** `ASIA` and 16 characters. */
  readonly accessKeyId: string
  /** SHA-256 of the session token, base64. */
  readonly tokenHash: string
  readonly sealedSecret: string
  /** The user or role whose rights it has; undefined for root. */
  readonly entityId?: string
  /** The key that asked for it. When that ends, so does this. Undefined when a provider or a password vouched. */
  readonly parentKeyId?: string
  /** The OIDC provider that vouched. When that is deleted, this ends. */
  readonly providerId?: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly limits: SessionLimits
  /** Of a browser's: when it was last used, a minute behind at most. */
  readonly lastUsedAt?: number
}

/** What a session carries besides its role's or user's rights. */
export interface SessionLimits {
  /** Of role sessions. */
  readonly sessionName?: string
  readonly sourceIdentity?: string
  /** Inline session policy, JSON text. */
  readonly policy?: string
  /** Ids of managed session policies; one that is deleted allows nothing. */
  readonly policyIds?: readonly string[]
  /** Session tags; they win over the role's. */
  readonly tags?: Tags
  readonly transitiveTagKeys?: readonly string[]
  /** When a second factor was shown, if it was. */
  readonly mfaAt?: number
  /** Of one that a browser has as a cookie: no signature is made with it. */
  readonly console?: {
    /** When whoever has it last showed all that they sign in with. Milliseconds since 1970. */
    readonly provenAt: number
    /** Of the sign-in, for whoever looks at their sessions. */
    readonly sourceAddress: string
    readonly userAgent: string
  }
  /** Who the provider said it is. */
  readonly webIdentity?: {
    readonly provider: string
    readonly subject: string
    readonly audience: string
    /** For people, in the trail: e-mail or name, as the provider said. Never an identity. */
    readonly displayName?: string
  }
}

/** Somebody as a provider knows them: by the name that it has here, and by what it calls them for ever. */
export interface Federated {
  readonly provider: string
  readonly subject: string
}

export interface SessionStore {
  /**
   * False when the parent key, the entity or the provider is gone, inactive or (at `issuedAt`) expired by now, and for a session of root
   * when the parent is no key of root. Changes no right that was there before: what nobody could have asked for is in no cache.
   */
  create(row: Omit<SessionRow, 'lastUsedAt'>): Promise<boolean>
  /** Not expired at `now`, newest first. */
  list(entityId: string, now: number): Promise<readonly SessionRow[]>
  /** The same of whom a provider vouched for, whatever roles they have; not what was made with those. */
  listOfPerson(person: Federated, now: number): Promise<readonly SessionRow[]>
  /** Which of these there are, expired ones too. Cheap, however many they are: pages that stay open are looked after by it. */
  standing(accessKeyIds: readonly string[]): Promise<readonly string[]>
  /** Ends one and all that were made with it. False when there is none. */
  end(accessKeyId: string): Promise<boolean>
  /** Whoever has this session of a browser has proven anew who they are; with a second factor where `mfaAt` is given. False when there is none. */
  prove(
    accessKeyId: string,
    proof: { readonly provenAt: number; readonly mfaAt: number | undefined },
  ): Promise<boolean>
  /** Last uses of sessions of browsers; those that are over are skipped. Changes no right. */
  noteUses(uses: readonly { readonly accessKeyId: string; readonly at: number }[]): Promise<void>
  /** Ends all of a user's or role's that were issued before, and all that were made with them. How many. */
  endAll(entityId: string, issuedBefore: number): Promise<number>
  /** The same of whom a provider vouched for, whatever roles they have. */
  endAllOfPerson(person: Federated, issuedBefore: number): Promise<number>
  /** Removes what is expired at `now` and has no living descendant. Changes no right. */
  prune(now: number): Promise<void>
}

export interface PasswordRow {
  readonly userId: string
  /** argon2id in PHC string form. */
  readonly hash: string
  /** Must be changed at the next sign-in. */
  readonly resetRequired: boolean
  readonly createdAt: number
  readonly changedAt: number
  /** Earlier hashes, newest first. */
  readonly earlier: readonly string[]
  readonly lastUsedAt?: number
}

export interface PasswordStore {
  get(userId: string): Promise<PasswordRow | undefined>
  /** Whether anybody has a password. */
  isAnySet(): Promise<boolean>
  /**
   * Creates, or replaces the one whose hash is `replaces`; false when that is not the user's password any more, and without `replaces`, when
   * there is one. Ends no session. Rejects when there is no such user.
   */
  set(row: PasswordRow, replaces?: string): Promise<boolean>
  /** Ends no session. False when there was none. */
  delete(userId: string): Promise<boolean>
  /** Changes no right. */
  noteUse(userId: string, at: number): Promise<void>
  /**
   * Takes one try out of every budget; undefined then. Or none when one of them is spent: then when all have tries again. Windows are fixed and counted in the database, so
   * that neither a restart nor another node gives new tries; one begins at a multiple of its length. Changes no right.
   */
  takeTry(budgets: readonly TryBudget[], now: number): Promise<number | undefined>
  /** After a success the account's own budget is whole again. Changes no right. */
  giveBack(budgetKey: string): Promise<void>
}

export interface TryBudget {
  /** E.g. `account AIDA…`, `network 192.0.2.0/24`. */
  readonly key: string
  readonly tries: number
  readonly windowMs: number
}

export interface MfaDeviceRow extends EntityRow {
  /** TOTP seed (RFC 6238), sealed. */
  readonly sealedSeed: string
  /** The user whose second factor it is, once enabled. */
  readonly userId?: string
  readonly enabledAt?: number
}

export interface MfaStore {
  /** A device that is nobody's yet. False when the name is taken. */
  create(row: Omit<MfaDeviceRow, 'userId' | 'enabledAt'>): Promise<boolean>
  get(deviceId: string): Promise<MfaDeviceRow | undefined>
  /** A user's, or all of them when undefined; by name. */
  list(userId: string | undefined): Promise<readonly MfaDeviceRow[]>
  /** False when it is somebody's already or the user has `limit` second factors, passkeys among them. Steps up to `usedStep` count as used. Rejects when there is no such user. */
  enable(
    deviceId: string,
    enabled: { readonly userId: string; readonly at: number; readonly usedStep: number },
    limit: number,
  ): Promise<boolean>
  /** Its used time steps stay used. Ends no session. False when it is nobody's. */
  deactivate(deviceId: string): Promise<boolean>
  /** Uses up a time step and all before it; false when it was used already (a code is good once, on all nodes) or it is nobody's. Changes no right. */
  useStep(deviceId: string, step: number): Promise<boolean>
  /** Replaces all recovery codes of a user. Hashes: SHA-256, base64. Rejects when there is no such user. */
  setRecoveryCodes(userId: string, hashes: readonly string[]): Promise<void>
  /** Uses one up. False when it is none of the user's or was used. Changes no right. */
  useRecoveryCode(userId: string, hash: string): Promise<boolean>
  countRecoveryCodes(userId: string): Promise<number>
}
