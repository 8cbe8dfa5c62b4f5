import {
  entityAlreadyExists,
  entityTemporarilyUnmodifiable,
  invalidInput,
  noSuchEntity,
} from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { validate } from '@fleetkey/wire/aws/validation'
import { DEFAULT_PASSWORD_POLICY, loadPasswordPolicy } from '../../identities/password-policy.ts'
import { setPassword } from '../../identities/passwords.ts'
import type { PasswordRow } from '../../store/credential-store.ts'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation, type Asker, type World } from '../operation.ts'
import { handOverUser } from './hand-over.ts'
import { readOrNone } from './or-none.ts'
import { ownUserResource, readOptionalUserName, requireOwnUser } from './own-user.ts'

// A login profile is AWS's name for a user's password.

interface Input {
  readonly userName: string | undefined
}

interface PasswordInput extends Input {
  readonly password: string | undefined
  readonly resetRequired: boolean | undefined
}

/** 1 to 128 characters; what else it must be like says the account's policy. Never in a message, nor in the trail. */
export const PASSWORD = { min: 1, max: 128, secret: true } as const

/** Gives a user a password to sign in with. IAM API reference, "CreateLoginProfile". */
export const createLoginProfile = operation<PasswordInput & { password: string }>({
  name: 'CreateLoginProfile',
  service: 'iam',
  action: 'iam:CreateLoginProfile',
  access: 'write',
  parse(fields) {
    const { password, ...input } = parsePassword(fields)
    // With AWS it may be left out by callers that ask for a console session of their own; there is no such thing here.
    if (password === undefined) throw validationFailure('Password must not be null.')
    return { ...input, password }
  },
  resources,
  handsOver,
  trail: ({ userName, resetRequired = false }) => ({
    requestParameters: { userName, passwordResetRequired: resetRequired },
  }),
  async run({ userName, password, resetRequired = false }, call) {
    const user = await requireUser(userName, call)
    if ((await call.store.identities.passwords.get(user.id)) !== undefined) {
      throw entityAlreadyExists(`Login Profile for user ${user.name}`)
    }
    const policy = await passwordPolicy(call)
    const wanted = { password, resetRequired, policy, replaces: undefined }
    const row = await setPassword(call, user, wanted)
    if (row === undefined) throw entityAlreadyExists(`Login Profile for user ${user.name}`)
    return { LoginProfile: shown(user, row) }
  },
})

/** IAM API reference, "GetLoginProfile"; with `OrNone` also of who has no password. */
export const getLoginProfile = operation<Input & { readonly orNone: boolean }>({
  name: 'GetLoginProfile',
  service: 'iam',
  action: 'iam:GetLoginProfile',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const input = { userName: readOptionalUserName(v), orNone: readOrNone(v) }
    v.finish(validationFailure)
    return input
  },
  resources,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName, orNone }, call) {
    const user = await requireUser(userName, call)
    const password = await call.store.identities.passwords.get(user.id)
    if (password !== undefined) return { LoginProfile: shown(user, password) }
    if (orNone) return {}
    throw noPassword(user)
  },
})

/** Another password, or the demand to change it. Ends no session. IAM API reference, "UpdateLoginProfile". */
export const updateLoginProfile = operation<PasswordInput>({
  name: 'UpdateLoginProfile',
  service: 'iam',
  action: 'iam:UpdateLoginProfile',
  access: 'write',
  parse: parsePassword,
  resources,
  handsOver,
  trail: ({ userName, password, resetRequired }) => ({
    requestParameters: { userName, passwordResetRequired: resetRequired },
    facts: { passwordChanged: password !== undefined },
  }),
  async run({ userName, password, resetRequired }, call) {
    const user = await requireUser(userName, call)
    const row = await requirePassword(user, call)
    const reset = resetRequired ?? row.resetRequired
    const isSet =
      password === undefined
        ? await call.store.identities.passwords.set({ ...row, resetRequired: reset }, row.hash)
        : await setPassword(call, user, {
            password,
            resetRequired: reset,
            policy: await passwordPolicy(call),
            replaces: row,
          })
    if (!isSet) throw changedMeanwhile(user)
    return {}
  },
})

/** No sign-in with it from then on. IAM API reference, "DeleteLoginProfile". */
export const deleteLoginProfile = operation<Input>({
  name: 'DeleteLoginProfile',
  service: 'iam',
  action: 'iam:DeleteLoginProfile',
  access: 'write',
  parse: parseUser,
  resources,
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  async run({ userName }, call) {
    const user = await requireUser(userName, call)
    if (!(await call.store.identities.passwords.delete(user.id))) throw noPassword(user)
    return {}
  },
})

/** The user that is meant: root has no password here. */
export async function requireUser(userName: string | undefined, asker: Asker): Promise<EntityRow> {
  const user = await requireOwnUser(userName, asker)
  if (user === undefined) {
    throw invalidInput('The account root has neither password nor MFA device here. Name a user.')
  }
  return user
}

export async function requirePassword(user: EntityRow, { store }: World): Promise<PasswordRow> {
  const row = await store.identities.passwords.get(user.id)
  if (row === undefined) throw noPassword(user)
  return row
}

export async function passwordPolicy({ store }: World) {
  return (await loadPasswordPolicy(store)) ?? DEFAULT_PASSWORD_POLICY
}

/** Somebody else was faster: which of the two passwords is meant to stand is not ours to say. */
export const changedMeanwhile = ({ name }: EntityRow) =>
  entityTemporarilyUnmodifiable(`The password of user ${name} was changed at the same time.`)

const noPassword = ({ name }: EntityRow) => noSuchEntity(`Login Profile for User ${name}`)

async function resources({ userName }: Input, asker: Asker) {
  return [await ownUserResource(userName, asker)]
}

async function handsOver({ userName }: Input, asker: Asker) {
  return handOverUser(await requireUser(userName, asker), asker)
}

function parseUser(fields: Fields): Input {
  const v = validate(fields)
  const userName = readOptionalUserName(v)
  v.finish(validationFailure)
  return { userName }
}

function parsePassword(fields: Fields): PasswordInput {
  const v = validate(fields)
  const userName = readOptionalUserName(v)
  const password = v.optionalString('Password', PASSWORD)
  const resetRequired = v.optionalBoolean('PasswordResetRequired')
  v.finish(validationFailure)
  return { userName, password, resetRequired }
}

const shown = ({ name }: EntityRow, { createdAt, resetRequired }: PasswordRow) => ({
  UserName: name,
  CreateDate: new Date(createdAt),
  PasswordResetRequired: resetRequired,
})
