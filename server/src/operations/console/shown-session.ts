import { principalArn, principalName, type Principal } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { CallerSession } from '../caller.ts'

/** Who is signed in, and until when, as pages are told. */
export function shownConsoleSession(
  principal: Principal,
  session: Pick<CallerSession, 'issuedAt' | 'expiresAt' | 'mfaAt'> &
    Required<Pick<CallerSession, 'console'>>,
  realm: Realm,
): object {
  const { console, issuedAt, expiresAt, mfaAt } = session
  return {
    SignedIn: true,
    CsrfToken: console.csrfToken,
    Principal: {
      Kind: principal.kind,
      Name: principalName(principal),
      Arn: principalArn(principal, realm),
    },
    AccountId: realm.accountId,
    Region: realm.region,
    SignedInAt: new Date(issuedAt),
    ExpiresAt: new Date(expiresAt),
    ProvenAt: new Date(console.provenAt),
    MultiFactorAuthenticatedAt: mfaAt === undefined ? undefined : new Date(mfaAt),
  }
}
