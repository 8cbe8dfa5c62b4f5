import { limitExceeded } from '@fleetkey/domain/exceptions/iam'
import { passkeyRefused } from '@fleetkey/domain/exceptions/sign-in'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import {
  readRegistration,
  registrationOptions,
  verifyRegistration,
  type Registration,
} from '../../identities/passkeys/registration.ts'
import { requireRelyingParty } from '../../identities/passkeys/relying-party.ts'
import { newMfaDeviceId } from '../../secrets/access-keys.ts'
import { handOverUser } from '../iam/hand-over.ts'
import { MAX_DEVICES } from '../iam/mfa-devices.ts'
import { ownUserResource } from '../iam/own-user.ts'
import { operation, type Asker } from '../operation.ts'
import { PASSKEY_NAME, requireOwnUser } from './own-user.ts'
import { shownPasskey } from './shown-passkey.ts'

/** As for an authenticator app: it is a way into one's own place, and needs a fresh proof of whoever is there. */
const SHARED = {
  service: 'fleetkey',
  action: 'iam:EnableMFADevice',
  access: 'write',
  resources: async (_input: unknown, asker: Asker) => [await ownUserResource(undefined, asker)],
  handsOver: async (_input: unknown, asker: Asker) =>
    handOverUser(await requireOwnUser(asker), asker),
} as const

/** What a browser asks an authenticator for, so that the caller has another passkey. Ours. */
export const beginPasskeyRegistration = operation({
  ...SHARED,
  name: 'BeginPasskeyRegistration',
  answersSecret: true,
  parse: () => ({}),
  trail: () => ({ requestParameters: null }),
  async run(_input, call) {
    const user = await requireOwnUser(call)
    const party = requireRelyingParty(call.origin)
    return { Options: await registrationOptions(call, { user, party }) }
  },
})

/** The passkey that an authenticator has made is the caller's from now on. Ours. */
export const registerPasskey = operation<{
  name: string
  registration: Registration
}>({
  ...SHARED,
  name: 'RegisterPasskey',
  parse(fields) {
    const v = validate(fields)
    const name = v.requiredString('Name', PASSKEY_NAME)
    const registration = readRegistration(v)
    v.finish(validationFailure)
    return { name, registration }
  },
  trail: ({ name }) => ({ requestParameters: { name } }),
  async run({ name, registration }, call) {
    const user = await requireOwnUser(call)
    const party = requireRelyingParty(call.origin)
    const made = await verifyRegistration(call, registration, { userId: user.id, party })
    const { passkeys, mfa } = call.store.identities
    const row = {
      ...made,
      passkeyId: newMfaDeviceId(),
      userId: user.id,
      rpId: party.id,
      name,
      createdAt: call.now(),
    }
    if (!(await passkeys.create(row, MAX_DEVICES))) {
      const [devices, keys] = [await mfa.list(user.id), await passkeys.list(user.id)]
      if (devices.length + keys.length < MAX_DEVICES) throw passkeyRefused('It is known already.')
      throw limitExceeded(`Cannot exceed quota for MFADevicesPerUser: ${MAX_DEVICES}`)
    }
    return shownPasskey(row, { user, realm: call.realm })
  },
})
