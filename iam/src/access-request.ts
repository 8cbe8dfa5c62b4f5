import type { ContextValue } from './request-context.ts'

/** Who wants to do what to what. */
export interface AccessRequest {
  /** ARN, for a web identity that of its provider. */
  readonly principal: string
  /** `AIDA…` of a user, `AROA…:session` of a role's session: stored trust policies name callers by it. */
  readonly principalId?: string | undefined
  /** E.g. `ec2-instance-connect:SendSSHPublicKey`. */
  readonly action: string
  /** ARN, or `*` for operations that have no single resource. */
  readonly resource: string
  /** By condition key in any letter case. All of it is taken from what the server knows, none from the caller's word. */
  readonly context: ReadonlyMap<string, ContextValue>
}
