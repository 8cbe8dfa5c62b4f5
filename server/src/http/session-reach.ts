import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import type { Caller, CallerSession } from '../operations/caller.ts'
import type { AnyOperation } from '../operations/operation.ts'

/**
 * What a temporary credential cannot be used for, whatever its policies say (IAM User Guide, "Compare AWS STS credentials"). This is the
 * one place for it. A session that somebody got by signing in with a password, or a role's, may do what its policies allow.
 */
export function refuseBeyondSession(operation: AnyOperation, { session }: Caller): void {
  if (session === undefined) return
  const limit = limitOf(operation, session)
  if (limit === undefined) return
  throw accessDenied(`Cannot call ${operation.name} with session credentials`, limit)
}

function limitOf(
  operation: AnyOperation,
  { kind, parentKeyId, mfaAt }: CallerSession,
): string | undefined {
  const { name, service } = operation
  if (name === 'GetSessionToken') {
    return 'A session cannot make itself longer. Ask with the long-term access key.'
  }
  if (kind === 'role' || parentKeyId === undefined) return undefined
  if (service === 'sts' && name !== 'AssumeRole' && name !== 'GetCallerIdentity') {
    return 'A session of GetSessionToken may call AssumeRole and GetCallerIdentity of STS, and no other.'
  }
  const isIam = service === 'iam' || operation.handsOver !== undefined
  if (isIam && mfaAt === undefined) {
    return 'A session of GetSessionToken may call IAM only when it was made with a second factor: pass SerialNumber and TokenCode.'
  }
  return undefined
}
