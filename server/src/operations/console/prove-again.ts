import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { authenticationFailed } from '@fleetkey/domain/exceptions/sign-in'
import { unrecognizedClient } from '@fleetkey/domain/exceptions/authentication'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { ownBudget, takeTry } from '../../identities/budgets.ts'
import { codeTries, takeCodeTry, withKey } from '../../identities/code-tries.ts'
import { isPassword } from '../../identities/passwords.ts'
import {
  readAssertion,
  verifyAssertion,
  type Assertion,
} from '../../identities/passkeys/assertion.ts'
import { relyingPartyOf, requireRelyingParty } from '../../identities/passkeys/relying-party.ts'
import { PASSWORD } from '../iam/login-profiles.ts'
import { operation, type Call } from '../operation.ts'
import { showSecondFactor } from '../show-second-factor.ts'
import { requireConsoleSession } from './require-console-session.ts'
import { shownConsoleSession } from './shown-session.ts'

interface Input {
  /** Undefined: the passkey is all of it. */
  readonly password: string | undefined
  readonly code: string | undefined
  readonly passkey: Assertion | undefined
}

/**
 * Whoever is signed in shows once more what they sign in with, for what gives rights or tells secrets. The password and
 * the second factor, or a passkey that its owner has unlocked. Counted as tries to sign in are. Also `aws:MultiFactorAuthAge` begins anew. Ours.
 */
export const proveAgain = operation<Input>({
  name: 'ProveAgain',
  service: 'fleetkey',
  action: 'fleetkey:ProveAgain',
  needsNoPermission: true,
  access: 'write',
  // The CSRF token.
  trailAnswer: () => ({}),
  parse(fields) {
    const v = validate(fields)
    const passkey = readAssertion(v)
    const password =
      passkey === undefined
        ? v.requiredString('Password', PASSWORD)
        : v.optionalString('Password', PASSWORD)
    const code = v.optionalString('TokenCode', { min: 6, max: 11, secret: true })
    v.finish(validationFailure)
    return { password, code, passkey }
  },
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: ({ code, passkey }) => ({
    requestParameters: null,
    facts: { MFAUsed: code === undefined && passkey === undefined ? 'No' : 'Yes' },
  }),
  async run(input, call) {
    const { caller, store, now } = call
    const session = requireConsoleSession(caller)
    const mfaAt = await prove(input, call)
    const provenAt = now()
    if (!(await store.identities.sessions.prove(caller.accessKeyId, { provenAt, mfaAt }))) {
      throw unrecognizedClient()
    }
    const proven = {
      ...session,
      mfaAt: mfaAt ?? session.mfaAt,
      console: { ...session.console, provenAt },
    }
    return shownConsoleSession(caller.principal, proven, call)
  },
})

/** When a second factor was shown: now, or not, by who has none. The password comes first, as at SignIn. */
async function prove({ password, code, passkey }: Input, call: Call): Promise<number | undefined> {
  const { caller, store, origin, now } = call
  if (caller.principal.kind !== 'user') {
    throw accessDenied(
      'Who is signed in has no password here.',
      'Sign out and sign in again: that proves it too.',
    )
  }
  const { userId } = caller.principal
  const trier = withKey(caller)
  if (password === undefined) {
    if (passkey === undefined) throw authenticationFailed()
    const party = requireRelyingParty(origin)
    const giveBack = await takeCodeTry(store, codeTries(userId, trier), now())
    await verifyAssertion(call, passkey, { purpose: 'prove again', party, userId })
    await giveBack()
    return now()
  }
  // Of the session: whoever floods the sign-in page, or has another session of theirs, takes none of these.
  const budget = ownBudget(caller.accessKeyId)
  await takeTry(store, [budget], now())
  const row = await store.identities.passwords.get(userId)
  if (!(await isPassword(call, row, { password, waiting: 'known' }))) throw authenticationFailed()
  await store.identities.passwords.giveBack(budget.key)
  const party = relyingPartyOf(origin.browser)
  return await showSecondFactor(call, userId, { code, passkey, party, trier })
}
