import { rootArn } from '@fleetkey/domain/arn'
import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import {
  loadPasswordPolicy,
  savePasswordPolicy,
  type PasswordPolicy,
} from '../../identities/password-policy.ts'
import { operation, type Asker } from '../operation.ts'
import { fromMembers } from './from-members.ts'
import { readOrNone } from './or-none.ts'

/** The whole policy: what is left out becomes AWS's default, it does not stay. IAM API reference, "UpdateAccountPasswordPolicy". */
export const updateAccountPasswordPolicy = operation<PasswordPolicy>({
  name: 'UpdateAccountPasswordPolicy',
  service: 'iam',
  action: 'iam:UpdateAccountPasswordPolicy',
  access: 'write',
  parse(fields) {
    const v = validate(fields)
    const is = (member: string) => v.optionalBoolean(member) ?? false
    const policy = {
      minimumPasswordLength: v.optionalInteger('MinimumPasswordLength', { min: 6, max: 128 }) ?? 6,
      requireSymbols: is('RequireSymbols'),
      requireNumbers: is('RequireNumbers'),
      requireUppercaseCharacters: is('RequireUppercaseCharacters'),
      requireLowercaseCharacters: is('RequireLowercaseCharacters'),
      allowUsersToChangePassword: is('AllowUsersToChangePassword'),
      maxPasswordAge: v.optionalInteger('MaxPasswordAge', { min: 0, max: 1095 }) ?? 0,
      passwordReusePrevention:
        v.optionalInteger('PasswordReusePrevention', { min: 0, max: 24 }) ?? 0,
      hardExpiry: is('HardExpiry'),
    }
    v.finish(validationFailure)
    return policy
  },
  resources: account,
  trail: (policy) => ({ requestParameters: { ...policy } }),
  async run(policy, { store }) {
    await savePasswordPolicy(store, policy)
    return {}
  },
})

/** IAM API reference, "GetAccountPasswordPolicy". NoSuchEntity, or nothing with `OrNone`, while ours is in force (twelve characters). */
export const getAccountPasswordPolicy = operation<{ readonly orNone: boolean }>({
  name: 'GetAccountPasswordPolicy',
  service: 'iam',
  action: 'iam:GetAccountPasswordPolicy',
  access: 'read',
  parse: fromMembers((v) => ({ orNone: readOrNone(v) })),
  resources: account,
  trail: () => ({ requestParameters: {} }),
  async run({ orNone }, { store, realm }) {
    const policy = await loadPasswordPolicy(store)
    if (policy === undefined && orNone) return {}
    if (policy === undefined) throw noPolicy(realm.accountId)
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumPasswordLength,
        RequireSymbols: policy.requireSymbols,
        RequireNumbers: policy.requireNumbers,
        RequireUppercaseCharacters: policy.requireUppercaseCharacters,
        RequireLowercaseCharacters: policy.requireLowercaseCharacters,
        AllowUsersToChangePassword: policy.allowUsersToChangePassword,
        ExpirePasswords: policy.maxPasswordAge > 0,
        ...(policy.maxPasswordAge > 0 ? { MaxPasswordAge: policy.maxPasswordAge } : {}),
        ...(policy.passwordReusePrevention > 0
          ? { PasswordReusePrevention: policy.passwordReusePrevention }
          : {}),
        HardExpiry: policy.hardExpiry,
      },
    }
  },
})

/** Back to ours. IAM API reference, "DeleteAccountPasswordPolicy". */
export const deleteAccountPasswordPolicy = operation({
  name: 'DeleteAccountPasswordPolicy',
  service: 'iam',
  action: 'iam:DeleteAccountPasswordPolicy',
  access: 'write',
  parse: () => ({}),
  resources: account,
  trail: () => ({ requestParameters: {} }),
  async run(_input, { store, realm }) {
    if ((await loadPasswordPolicy(store)) === undefined) throw noPolicy(realm.accountId)
    await savePasswordPolicy(store, undefined)
    return {}
  },
})

function account(_input: unknown, { realm }: Asker) {
  return [{ arn: rootArn(realm) }]
}

const noPolicy = (accountId: string) =>
  noSuchEntity(`Password Policy with domain name ${accountId}`)
