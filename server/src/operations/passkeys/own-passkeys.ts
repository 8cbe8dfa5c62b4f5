import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { operation } from '../operation.ts'
import { PASSKEY_NAME, requireOwnPasskey, requireOwnUser } from './own-user.ts'
import { shownPasskey } from './shown-passkey.ts'

/** One's own, the oldest first. Ours; of others ListMFADevices tells. */
export const listPasskeys = operation({
  name: 'ListPasskeys',
  service: 'fleetkey',
  action: 'fleetkey:ListPasskeys',
  needsNoPermission: true,
  access: 'read',
  parse: () => ({}),
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: () => ({ requestParameters: {} }),
  async run(_input, call) {
    const user = await requireOwnUser(call)
    const rows = await call.store.identities.passkeys.list(user.id)
    return { Passkeys: rows.map((row) => shownPasskey(row, { user, realm: call.realm })) }
  },
})

/** Of one's own. Ours. */
export const renamePasskey = operation<{ passkeyId: string; name: string }>({
  name: 'RenamePasskey',
  service: 'fleetkey',
  action: 'fleetkey:RenamePasskey',
  needsNoPermission: true,
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const passkeyId = v.requiredString('PasskeyId', { max: 32, pattern: /^AMFA\w{17}$/ })
    const name = v.requiredString('Name', PASSKEY_NAME)
    v.finish(validationFailure)
    return { passkeyId, name }
  },
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: ({ passkeyId, name }) => ({ requestParameters: { passkeyId, name } }),
  async run({ passkeyId, name }, call) {
    const row = await requireOwnPasskey(passkeyId, call)
    await call.store.identities.passkeys.rename(row.passkeyId, name)
    return {}
  },
})
