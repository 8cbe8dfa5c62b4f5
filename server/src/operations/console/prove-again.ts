import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { authenticationFailed, multiFactorAuthRequired } from '@fleetkey/domain/exceptions/sign-in'
import { unrecognizedClient } from '@fleetkey/domain/exceptions/authentication'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import {
  everybodysBudget,
  networkBudget,
  passwordBudget,
  takeTry,
} from '../../identities/budgets.ts'
import { isPassword } from '../../identities/passwords.ts'
import { verifySecondFactor } from '../../identities/second-factor.ts'
import { PASSWORD } from '../iam/login-profiles.ts'
import { operation, type Call } from '../operation.ts'
import { requireConsoleSession } from './require-console-session.ts'
import { shownConsoleSession } from './shown-session.ts'

interface Input {
  readonly password: string
  readonly code: string | undefined
}

/**
 * Whoever is signed in shows once more what they sign in with, for what gives rights or tells secrets. Counted as tries to sign in are. Also
 * `aws:MultiFactorAuthAge` begins anew. Ours.
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
    const password = v.requiredString('Password', PASSWORD)
    const code = v.optionalString('TokenCode', { min: 6, max: 11, secret: true })
    v.finish(validationFailure)
    return { password, code }
  },
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: ({ code }) => ({
    requestParameters: null,
    facts: { MFAUsed: code === undefined ? 'No' : 'Yes' },
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
async function prove({ password, code }: Input, call: Call): Promise<number | undefined> {
  const { caller, store, origin, now } = call
  if (caller.principal.kind !== 'user') {
    throw accessDenied(
      'Who is signed in has no password here.',
      'Sign out and sign in again: that proves it too.',
    )
  }
  const { userId } = caller.principal
  const account = passwordBudget(userId)
  await takeTry(store, [everybodysBudget, networkBudget(origin.sourceAddress), account], now())
  const row = await store.identities.passwords.get(userId)
  if (!(await isPassword(call, row, password))) throw authenticationFailed()
  await store.identities.passwords.giveBack(account.key)
  if ((await store.identities.mfa.list(userId)).length === 0) return undefined
  if (code === undefined) throw multiFactorAuthRequired()
  if (!(await verifySecondFactor(call, userId, { code }))) throw authenticationFailed()
  return now()
}
