import { ownerOf } from '@fleetkey/domain/owner'
import { principalArn, principalName, type Principal } from '@fleetkey/domain/principal'
import { userIdentity } from '../../trail/user-identity.ts'
import type { CallerSession } from '../caller.ts'
import type { World } from '../operation.ts'

/** Who is signed in, and until when, as pages are told. */
export function shownConsoleSession(
  principal: Principal,
  session: Pick<CallerSession, 'issuedAt' | 'expiresAt' | 'mfaAt' | 'webIdentity'> &
    Required<Pick<CallerSession, 'console'>>,
  { realm, console: settings }: Pick<World, 'realm' | 'console'>,
): object {
  const { console, issuedAt, expiresAt, mfaAt, webIdentity } = session
  const identified = { issuedAt, mfaAt, webIdentity, sourceIdentity: undefined }
  return {
    SignedIn: true,
    CsrfToken: console.csrfToken,
    Principal: {
      Kind: principal.kind,
      Name: principalName(principal),
      Arn: principalArn(principal, realm),
    },
    /** Another person's is never the same, whatever they are called: by it a page knows its own again. */
    Owner: ownerOf(userIdentity({ principal, accessKeyId: '', session: identified }, realm)),
    AccountId: realm.accountId,
    Region: realm.region,
    SignedInAt: new Date(issuedAt),
    ExpiresAt: new Date(expiresAt),
    /** Seconds; 0: without a limit. Whoever asks nothing for so long is signed out. */
    IdleSeconds: settings.idleSeconds,
    ProvenAt: new Date(console.provenAt),
    MultiFactorAuthenticatedAt: mfaAt === undefined ? undefined : new Date(mfaAt),
  }
}
