import { invalidInput } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import { ownBudget, takeTry } from '../../identities/budgets.ts'
import { isPassword, setPassword } from '../../identities/passwords.ts'
import { operation } from '../operation.ts'
import {
  changedMeanwhile,
  PASSWORD,
  passwordPolicy,
  requirePassword,
  requireUser,
} from './login-profiles.ts'
import { ownUserResource } from './own-user.ts'

interface Input {
  readonly oldPassword: string
  readonly newPassword: string
}

/** A user changes their own password and shows the old one for it. IAM API reference, "ChangePassword". */
export const changePassword = operation<Input>({
  name: 'ChangePassword',
  service: 'iam',
  action: 'iam:ChangePassword',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const oldPassword = v.requiredString('OldPassword', PASSWORD)
    const newPassword = v.requiredString('NewPassword', PASSWORD)
    v.finish(validationFailure)
    return { oldPassword, newPassword }
  },
  resources: async (_input, asker) => [await ownUserResource(undefined, asker)],
  trail: () => ({ requestParameters: {} }),
  async run({ oldPassword, newPassword }, call) {
    const user = await requireUser(undefined, call)
    const row = await requirePassword(user, call)
    // With the right one the try is not given back: each takes a core for as many hashes as passwords must not come again, while others
    // wait to sign in.
    await takeTry(call.store, [ownBudget(user.id)], call.now())
    if (!(await isPassword(call, row, { password: oldPassword, waiting: 'known' }))) {
      throw invalidInput('The old password was incorrect.')
    }
    const policy = await passwordPolicy(call)
    const wanted = { password: newPassword, resetRequired: false, policy, replaces: row }
    if ((await setPassword(call, user, wanted)) === undefined) throw changedMeanwhile(user)
    return {}
  },
})
