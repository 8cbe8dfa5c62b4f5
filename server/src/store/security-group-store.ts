import type { SecurityGroup, SecurityGroupRule } from '@fleetkey/domain/security-group'
import type { TagChange } from './store.ts'

/** Groups, their rules and the instances that they are attached to. They are rights: every change of them grows the security version. */
export interface SecurityGroupStore {
  get(groupId: string): Promise<SecurityGroup | undefined>
  /** All of them, by creation then id. */
  list(): Promise<readonly SecurityGroup[]>
  /** False when the site has one of this name already. */
  create(group: SecurityGroup): Promise<boolean>
  /** Removes, then sets tags in one step. False when there is no such group. */
  changeTags(groupId: string, change: TagChange): Promise<boolean>
  /** Removes, then sets tags of a rule in one step. False when there is no such rule. */
  changeRuleTags(ruleId: string, change: TagChange): Promise<boolean>
  remove(groupId: string): Promise<'removed' | 'unknown' | 'attached'>
  /** All or none: `duplicate` when the group has one that lets in the same (ruleKey), `full` when it would have more than it may. */
  addRules(groupId: string, rules: readonly SecurityGroupRule[]): Promise<RulesAdded>
  /** All or none: `unknown` when the group has not all of them. */
  removeRules(groupId: string, ruleIds: readonly string[]): Promise<'removed' | 'unknown'>
  /** Those that are attached to an instance, in the order in which they were named. */
  groupsOf(instanceId: string): Promise<readonly SecurityGroup[]>
  /** Of all instances, those without a group of their own left out. */
  attachments(): Promise<readonly Attachment[]>
  /** In place of those before; none is the default group of the site alone. False when one of the groups is not there. */
  attach(instanceId: string, groupIds: readonly string[]): Promise<boolean>
  /**
   * The revision of a host's rules, which `digest` names: the one that they had when they are the same as last time, a greater one
   * otherwise. Revisions are no smaller than the milliseconds since 1970: those of a database that was put back are later too.
   */
  revise(instanceId: string, digest: string, now: number): Promise<number>
  /** Whether the instance ever was given rules. */
  wasRevised(instanceId: string): Promise<boolean>
  /**
   * Adds to what is known of these addresses, unless that report was added already (see TrailStore.appendOnce). The instance's oldest go when they
   * are more than MAX_OBSERVED.
   */
  observe(instanceId: string, seen: readonly ObservedIngress[], report: string): Promise<void>
  /** The latest first. */
  observed(instanceId: string): Promise<readonly ObservedIngress[]>
}

export type RulesAdded = 'added' | 'unknown' | 'duplicate' | 'full'

export interface Attachment {
  readonly instanceId: string
  readonly groupIds: readonly string[]
}

/** An address whose connections no rule lets in: cut, or to be cut once its host enforces. */
export interface ObservedIngress {
  readonly address: string
  readonly port: number
  readonly outcome: 'let-in' | 'cut'
  readonly attempts: number
  /** Milliseconds since 1970 by the server's clock. */
  readonly firstAt: number
  readonly lastAt: number
}

/** Addresses that are kept for an instance. */
export const MAX_OBSERVED = 256
