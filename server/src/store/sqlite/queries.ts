import type { DatabaseSync } from 'node:sqlite'
import { accessReads, accessWrites } from './accesses.ts'
import { accessKeyReads, accessKeyWrites } from './access-keys.ts'
import { attachmentReads, attachmentWrites } from './attachments.ts'
import { endpointReads, endpointWrites } from './endpoints.ts'
import { entityReads, entityWrites } from './entities.ts'
import { hostRuleReads, hostRuleWrites } from './host-rules.ts'
import { groupReads, groupWrites } from './groups.ts'
import { inlinePolicyReads, inlinePolicyWrites } from './inline-policies.ts'
import { instanceReads, instanceWrites } from './instances.ts'
import { joinTokenReads, joinTokenWrites } from './join-tokens.ts'
import { mfaReads, mfaWrites } from './mfa.ts'
import { passkeyReads, passkeyWrites } from './passkeys.ts'
import { passwordReads, passwordWrites } from './passwords.ts'
import { pendingInstanceReads, pendingInstanceWrites } from './pending-instances.ts'
import { policyReads, policyWrites } from './policies.ts'
import { policyVersionReads, policyVersionWrites } from './policy-versions.ts'
import { profileReads, profileWrites } from './profiles.ts'
import { providerReads, providerWrites } from './providers.ts'
import { recordingReads, recordingWrites } from './recordings.ts'
import { recoveryCodeReads, recoveryCodeWrites } from './recovery-codes.ts'
import { presignedUrlWrites } from './replays.ts'
import { rightReads } from './rights.ts'
import { roleReads, roleWrites } from './roles.ts'
import { securityGroupReads, securityGroupWrites } from './security-groups.ts'
import { sessionReads, sessionWrites } from './sessions.ts'
import { settingReads, settingWrites } from './settings.ts'
import { sshSessionReads, sshSessionWrites } from './ssh-sessions.ts'
import { digestReads, digestWrites } from './trail-digests.ts'
import { trailReads, trailWrites } from './trail.ts'
import { tryWrites } from './tries.ts'

// Everything that may be asked of the worker threads. A new query is a function in its family's file.

export const reads = {
  settings: settingReads,
  instances: instanceReads,
  joinTokens: joinTokenReads,
  endpoints: endpointReads,
  securityGroups: { ...securityGroupReads, ...hostRuleReads },
  pendingInstances: pendingInstanceReads,
  rights: rightReads,
  entities: entityReads,
  groups: groupReads,
  roles: roleReads,
  profiles: profileReads,
  policies: { ...policyReads, ...policyVersionReads, ...attachmentReads },
  inlinePolicies: inlinePolicyReads,
  accessKeys: accessKeyReads,
  accesses: accessReads,
  sessions: sessionReads,
  passwords: passwordReads,
  mfa: { ...mfaReads, ...recoveryCodeReads },
  passkeys: passkeyReads,
  providers: providerReads,
  sshSessions: sshSessionReads,
  recordings: recordingReads,
  trail: trailReads,
  digests: digestReads,
}

export const writes = {
  settings: settingWrites,
  instances: instanceWrites,
  joinTokens: joinTokenWrites,
  endpoints: endpointWrites,
  securityGroups: { ...securityGroupWrites, ...hostRuleWrites },
  pendingInstances: pendingInstanceWrites,
  entities: entityWrites,
  groups: groupWrites,
  roles: roleWrites,
  profiles: profileWrites,
  policies: { ...policyWrites, ...policyVersionWrites, ...attachmentWrites },
  inlinePolicies: inlinePolicyWrites,
  accessKeys: accessKeyWrites,
  accesses: accessWrites,
  sessions: sessionWrites,
  passwords: { ...passwordWrites, ...tryWrites },
  mfa: { ...mfaWrites, ...recoveryCodeWrites },
  passkeys: passkeyWrites,
  providers: providerWrites,
  sshSessions: sshSessionWrites,
  recordings: recordingWrites,
  trail: trailWrites,
  digests: digestWrites,
  presignedUrls: presignedUrlWrites,
}

/** Runs inside a worker, in a transaction that its thread opens and ends. */
type Query = (db: DatabaseSync, ...args: never[]) => unknown
export type Families = Readonly<Record<string, Readonly<Record<string, Query>>>>

/** One call on its way to a thread. */
export interface Call {
  readonly family: string
  readonly query: string
  readonly args: readonly unknown[]
}

/** The same functions as the main thread sees them: without the connection, and later. */
export type Calls<F extends Families> = {
  readonly [Family in keyof F]: {
    readonly [Name in keyof F[Family]]: F[Family][Name] extends (
      db: DatabaseSync,
      ...args: infer Args
    ) => infer Result
      ? (...args: Args) => Promise<Result>
      : never
  }
}

export function callsOf<F extends Families>(
  families: F,
  send: (call: Call) => Promise<unknown>,
): Calls<F> {
  const callers = Object.entries(families).map(([family, queries]) => [
    family,
    Object.fromEntries(
      Object.keys(queries).map((query) => [
        query,
        (...args: unknown[]) => send({ family, query, args }),
      ]),
    ),
  ])
  return Object.fromEntries(callers) as Calls<F>
}

export function runCall(db: DatabaseSync, families: Families, call: Call): unknown {
  const query = families[call.family]?.[call.query] as
    | ((db: DatabaseSync, ...args: readonly unknown[]) => unknown)
    | undefined
  if (query === undefined) throw new Error(`no query ${call.family}.${call.query}`)
  return query(db, ...call.args)
}
