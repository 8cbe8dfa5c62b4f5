import {
  authenticationFailed,
  multiFactorAuthRequired,
  type SecondFactorKind,
} from '@fleetkey/domain/exceptions/sign-in'
import { codeTries, takeCodeTry, type CodeTrier } from '../identities/code-tries.ts'
import {
  assertionOptions,
  verifyAssertion,
  type Assertion,
} from '../identities/passkeys/assertion.ts'
import type { RelyingParty } from '../identities/passkeys/relying-party.ts'
import { verifySecondFactor } from '../identities/second-factor.ts'
import type { World } from './operation.ts'

/** What came beside the password. */
interface Shown {
  readonly code: string | undefined
  readonly passkey: Assertion | undefined
  /** For whom passkeys sign where it is asked; undefined where there are none. */
  readonly party: RelyingParty | undefined
  readonly trier: CodeTrier
}

/**
 * When it was shown: now, or never for a user who has none. For whoever has given the right password. Throws MultiFactorAuthRequired with the
 * ways that there are, and AuthenticationFailed.
 */
export async function showSecondFactor(
  world: World,
  userId: string,
  { code, passkey, party, trier }: Shown,
): Promise<number | undefined> {
  const { store, now } = world
  const { mfa, passkeys } = store.identities
  const [devices, keys] = await Promise.all([mfa.list(userId), passkeys.list(userId)])
  if (devices.length + keys.length === 0) return undefined
  const wanted = party && ({ purpose: 'second factor', party, userId } as const)
  if (passkey !== undefined) {
    if (wanted === undefined) throw authenticationFailed()
    const giveBack = await takeCodeTry(store, codeTries(userId, trier), now())
    await verifyAssertion(world, passkey, wanted)
    await giveBack()
    return now()
  }
  if (code === undefined) {
    const options = wanted && (await assertionOptions(world, wanted))
    const kinds: readonly (SecondFactorKind | false)[] = [
      keys.length > 0 && 'Passkey',
      devices.length > 0 && 'TokenCode',
      (await mfa.countRecoveryCodes(userId)) > 0 && 'RecoveryCode',
    ]
    throw multiFactorAuthRequired(
      kinds.filter((kind) => kind !== false),
      options,
    )
  }
  if (!(await verifySecondFactor(world, userId, { code, trier }))) throw authenticationFailed()
  return now()
}
