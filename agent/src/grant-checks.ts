import { GRANT_TTL_SECONDS, type Grant } from '@fleetkey/domain/grant'
import { grantStatement } from '@fleetkey/wire/agent/grant-statement'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { parseSshKeyBlob, type SshPublicKey } from '@fleetkey/wire/ssh/public-key'
import { SshKeyRefusal } from '@fleetkey/wire/ssh/ssh-key-refusal'
import { findAccount, refuseUnlessAllowed } from './account-checks.ts'
import type { Accounts } from './accounts.ts'
import { GrantRefusal, notValid } from './grant-refusal.ts'
import type { Settings } from './settings.ts'
import { checkStatement, type StatementContext } from './statement-checks.ts'

export interface SignedGrant {
  readonly grant: Signed
  readonly signer: Signed
}

/** Everything about this host that decides whether a grant counts here and now. */
export interface GrantContext extends StatementContext {
  /** True once at most for each nonce. */
  readonly consumeNonce: (nonce: string, osUser: string) => boolean
  readonly accounts: Accounts
  readonly settings: Settings
}

/** A grant that passed every check, and its key decoded. */
export interface VerifiedGrant {
  readonly grant: Grant
  readonly key: SshPublicKey
}

/**
 * The checks of a grant, in one fixed order; the first that fails throws a GrantRefusal and nothing after it is looked at. How many keys may
 * live at once is asked after it, where the key is installed (live-keys.ts).
 */
export async function checkGrant(signed: SignedGrant, host: GrantContext): Promise<VerifiedGrant> {
  const { grant: text, signer } = signed
  // An option profile that is not known is no grant: it does not decode.
  const grant = checkStatement({ noun: 'grant', kind: grantStatement, signed: text, signer }, host)
  if (!host.consumeNonce(grant.nonce, grant.osUser)) {
    throw notValid('The grant came late or a second time. Push again.')
  }
  if (grant.ttl < 1 || grant.ttl > GRANT_TTL_SECONDS) {
    throw notValid(`A grant lives for 1 to ${GRANT_TTL_SECONDS} seconds.`)
  }
  await checkAccount(grant, host)
  const key = readKey(grant)
  return { grant, key }
}

async function checkAccount(grant: Grant, { accounts, settings }: GrantContext): Promise<void> {
  const account = await findAccount(grant.osUser, accounts)
  if (account.uid !== grant.uid) {
    throw notValid(`The account "${grant.osUser}" has another uid now. Push again.`)
  }
  refuseUnlessAllowed(account, settings)
}

function readKey({ keyType, keyBlob }: Grant): SshPublicKey {
  try {
    return parseSshKeyBlob(keyType, keyBlob)
  } catch (failure) {
    if (!(failure instanceof SshKeyRefusal)) throw failure
    throw new GrantRefusal('key-not-allowed', failure.message, failure)
  }
}
