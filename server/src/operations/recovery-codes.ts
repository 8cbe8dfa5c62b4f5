import { randomInt } from 'node:crypto'
import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { recoveryCodeHash } from '../identities/second-factor.ts'
import { handOverUser } from './iam/hand-over.ts'
import { requireUser } from './iam/login-profiles.ts'
import { ownUserResource, readOptionalUserName } from './iam/own-user.ts'
import { operation } from './operation.ts'

const COUNT = 10
/** Without what is easily misread. 31 letters: ten of them are 49 bits. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/**
 * Ten codes for the day on which the device is lost, each good once in place of the six digits. All earlier ones are void. Ours: AWS has none.
 */
export const createRecoveryCodes = operation<{ userName: string | undefined }>({
  name: 'CreateRecoveryCodes',
  service: 'fleetkey',
  action: 'fleetkey:CreateRecoveryCodes',
  access: 'write',
  answersSecret: true,
  parse(fields) {
    const v = validate(fields)
    const userName = readOptionalUserName(v)
    v.finish(validationFailure)
    return { userName }
  },
  resources: async ({ userName }, asker) => [await ownUserResource(userName, asker)],
  // Each is a second factor.
  handsOver: async ({ userName }, asker) => handOverUser(await requireUser(userName, asker), asker),
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName }, call) {
    const user = await requireUser(userName, call)
    const { mfa, passkeys } = call.store.identities
    const [devices, keys] = [await mfa.list(user.id), await passkeys.list(user.id)]
    if (devices.length + keys.length === 0) {
      throw noSuchEntity(`MFA device of user ${user.name}, for which recovery codes would be,`)
    }
    const codes = Array.from({ length: COUNT }, () => `${letters(5)}-${letters(5)}`)
    await mfa.setRecoveryCodes(user.id, codes.map(recoveryCodeHash))
    return { RecoveryCodes: codes }
  },
})

const letters = (count: number): string =>
  Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('')
