import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { takeTryOf } from '../../identities/budgets.ts'
import { assertionOptions } from '../../identities/passkeys/assertion.ts'
import { signInTries } from '../../identities/sign-in-tries.ts'
import { requireRelyingParty } from '../../identities/passkeys/relying-party.ts'
import { operation, type Origin, type World } from '../operation.ts'
import { requireOwnUser } from './own-user.ts'

type For = 'SignIn' | 'Proof'

/**
 * What a browser asks an authenticator to sign, where a passkey is all that somebody shows: to sign in, by whoever they turn out to be, or,
 * of who is signed in, to prove it once more. Ours.
 */
export const getPasskeyChallenge = operation<{ purpose: For }>({
  name: 'GetPasskeyChallenge',
  service: 'fleetkey',
  action: 'fleetkey:GetPasskeyChallenge',
  needsNoPermission: true,
  access: 'read',
  // The same for all: it tells nothing of who there is.
  ofStrangers: async (world, origin) => ({ Options: await optionsOfStrangers(world, origin) }),
  trailAnswer: () => ({}),
  parse(fields) {
    const v = validate(fields)
    const pattern = /^(SignIn|Proof)$/
    const purpose = v.requiredString('For', { pattern }) as For
    v.finish(validationFailure)
    return { purpose }
  },
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: ({ purpose }) => ({ requestParameters: { for: purpose } }),
  async run({ purpose }, call) {
    if (purpose === 'SignIn') return { Options: await optionsOfStrangers(call, call.origin) }
    const { id: userId } = await requireOwnUser(call)
    const party = requireRelyingParty(call.origin)
    // Who has none has no options: the password is the way then.
    return { Options: await assertionOptions(call, { purpose: 'prove again', party, userId }) }
  },
})

async function optionsOfStrangers(world: World, origin: Origin): Promise<object | undefined> {
  const { store, now } = world
  const party = requireRelyingParty(origin)
  // Whose passkey it will be is not known as yet: anybody's who has signed in from here.
  const [device] = world.knownDevices.known(origin.browser?.devices ?? [])
  const { sourceAddress } = origin
  await takeTryOf(store, signInTries('challenge', { sourceAddress, device }).ways, now())
  return await assertionOptions(world, { purpose: 'sign in', party })
}
