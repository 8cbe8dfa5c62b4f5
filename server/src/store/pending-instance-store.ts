import type { Tags } from '@fleetkey/domain/instance'
import type { Launch } from '@fleetkey/domain/launch'
import type { JoinTokenRow, TagChange } from './store.ts'

/** An instance that was launched and has not joined yet. It becomes an `Instance` of the same id, tags and launch. */
export interface PendingInstanceRow {
  readonly instanceId: string
  readonly tags: Tags
  readonly launch: Launch
  readonly launchedAt: number
  /** From then on it is no more. */
  readonly expiresAt: number
  /** ARN of who launched it. */
  readonly createdBy: string
  /** The launcher's own user data, envelope-encrypted: people put secrets into it. */
  readonly sealedUserData?: string
}

/** A launch that can be asked for again: within its time, the same token means the same instances. */
export interface LaunchRequest {
  readonly clientToken: string
  /** Of what was asked for: the same token with another hash is a mistake. */
  readonly requestHash: string
  readonly until: number
}

export type LaunchResult =
  | { readonly kind: 'created' }
  /** The token was used before, for these. */
  | {
      readonly kind: 'repeated'
      readonly requestHash: string
      readonly reservationId: string
      readonly instanceIds: readonly string[]
    }
  /** There would be more than `limit` of them. */
  | { readonly kind: 'full' }

/** Expired ones are in no answer. */
export interface PendingInstanceStore {
  get(instanceId: string, now: number): Promise<PendingInstanceRow | undefined>
  /** All of them, by launch, then place in it. */
  list(now: number): Promise<readonly PendingInstanceRow[]>
  /** All rows or none; they are of one reservation. */
  create(
    rows: readonly PendingInstanceRow[],
    options: { readonly limit: number; readonly request?: LaunchRequest },
  ): Promise<LaunchResult>
  /** The same token means another launch from then on. */
  forgetRequest(clientToken: string): Promise<void>
  /**
   * Makes the instance's join token; the one before is void from then on. False when the instance is pending no more at the token's
   * `createdAt`.
   */
  createJoin(token: JoinTokenRow & { readonly forInstanceId: string }): Promise<boolean>
  /** Removes, then sets tags in one step. A right. False when there is no such pending instance. */
  changeTags(instanceId: string, change: TagChange): Promise<boolean>
  /** Its join token is void with it. A right. False when there was none. */
  remove(instanceId: string): Promise<boolean>
  /** Removes those that are expired at `now`, and answers them. */
  prune(now: number): Promise<readonly PendingInstanceRow[]>
}
