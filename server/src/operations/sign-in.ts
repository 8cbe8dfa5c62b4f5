import { randomUUID } from 'node:crypto'
import { userArn } from '@fleetkey/domain/arn'
import { authenticationFailed, passwordResetRequired } from '@fleetkey/domain/exceptions/sign-in'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { UserIdentity } from '@fleetkey/domain/trail-event'
import { validate } from '@fleetkey/wire/aws/validation'
import { takeTryOf } from '../identities/budgets.ts'
import { onDevice } from '../identities/code-tries.ts'
import { issueSession, shownCredentials } from '../identities/issue-session.ts'
import {
  checkPassword,
  DEFAULT_PASSWORD_POLICY,
  isTooOld,
  loadPasswordPolicy,
  type PasswordPolicy,
} from '../identities/password-policy.ts'
import { isPassword, setPassword } from '../identities/passwords.ts'
import { readAssertion, type Assertion } from '../identities/passkeys/assertion.ts'
import { signInTries } from '../identities/sign-in-tries.ts'
import { relyingPartyOf } from '../identities/passkeys/relying-party.ts'
import type { PasswordRow } from '../store/credential-store.ts'
import type { EntityRow } from '../store/identity-store.ts'
import type { Caller } from './caller.ts'
import { beginConsoleSession } from './console/begin-session.ts'
import { requireOwnPage } from './console/own-page.ts'
import { shownConsoleSession } from './console/shown-session.ts'
import { LONG_NAME } from './iam/names.ts'
import { PASSWORD } from './iam/login-profiles.ts'
import { deviceOf } from './known-device.ts'
import { operation, type Origin, type World } from './operation.ts'
import { showSecondFactor } from './show-second-factor.ts'

interface Input {
  readonly userName: string
  readonly password: string
  readonly code: string | undefined
  readonly passkey: Assertion | undefined
  readonly newPassword: string | undefined
  readonly durationSeconds: number
  readonly intoConsole: boolean
  /** What a program keeps of who has signed in from its machine, as browsers keep a cookie. */
  readonly device: string | undefined
}

const DURATION_S = { min: 900, max: 43_200 }
const DEFAULT_DURATION_S = 28_800

/**
 * A person signs in with a password, and the second factor if they have one, and gets temporary keys. The first sign-in may demand another
 * password. With `Console` their browser is signed in instead, by a cookie, and no keys are told. Tries are counted
 * (identities/sign-in-tries.ts) before anything is compared, and every failed one is on record as CloudTrail's ConsoleLogin. Ours; AWS signs people in to its console by other means.
 */
export const signIn = operation<Input>({
  name: 'SignIn',
  service: 'fleetkey',
  action: 'fleetkey:SignIn',
  needsNoPermission: true,
  access: 'write',
  answersSecret: true,
  recordedAs: {
    eventName: 'ConsoleLogin',
    eventSource: 'signin.amazonaws.com',
    eventType: 'AwsConsoleSignIn',
  },

  parse(fields) {
    const v = validate(fields)
    const userName = v.requiredString('UserName', LONG_NAME)
    const password = v.requiredString('Password', PASSWORD)
    const code = v.optionalString('TokenCode', { min: 6, max: 11, secret: true })
    const passkey = readAssertion(v)
    const newPassword = v.optionalString('NewPassword', PASSWORD)
    const durationSeconds = v.optionalInteger('DurationSeconds', DURATION_S) ?? DEFAULT_DURATION_S
    const intoConsole = v.optionalBoolean('Console') ?? false
    const device = v.optionalString('Device', { max: 256, secret: true })
    v.finish(validationFailure)
    return { userName, password, code, passkey, newPassword, durationSeconds, intoConsole, device }
  },

  identify,

  /** A name that nobody has may be a password that was typed into the wrong field. */
  async claimed({ userName }, { store, realm }): Promise<UserIdentity> {
    const user = await store.identities.entities.find('user', userName)
    return {
      type: 'IAMUser',
      principalId: user?.id ?? '',
      arn: user === undefined ? '' : userArn(realm, user.name, user.path),
      accountId: realm.accountId,
      userName: user?.name ?? 'HIDDEN_DUE_TO_SECURITY_REASONS',
    }
  },

  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: ({ code, passkey, newPassword }) => ({
    requestParameters: null,
    facts: {
      MobileVersion: 'No',
      MFAUsed: code === undefined && passkey === undefined ? 'No' : 'Yes',
      ...(newPassword === undefined ? {} : { PasswordChanged: 'Yes' }),
    },
  }),
  trailFailure: {
    errorMessage: 'Failed authentication',
    responseElements: { ConsoleLogin: 'Failure' },
  },
  trailAnswer: () => ({ ConsoleLogin: 'Success' }),

  async run({ newPassword, durationSeconds, intoConsole }, call) {
    const { caller, store, realm, now } = call
    if (caller.principal.kind !== 'user') throw authenticationFailed()
    const { userId, userName, path } = caller.principal
    const proven = caller.password
    const password =
      newPassword === undefined
        ? proven
        : await setPassword(
            call,
            { id: userId, name: userName },
            {
              password: newPassword,
              resetRequired: false,
              policy: await policyOf(call),
              replaces: proven,
            },
          )
    if (password === undefined) throw authenticationFailed()
    const mfaAt = caller.session?.mfaAt
    const limits = mfaAt === undefined ? {} : { mfaAt }
    const who = { entityId: userId, limits }
    const issued = intoConsole
      ? await beginConsoleSession(call, who)
      : await issueSession(call, { ...who, durationSeconds })
    // Whoever takes a password away and then ends the sessions must find this one: it was proven before, and is made after.
    const standing = await store.identities.passwords.get(userId)
    if (standing?.hash !== password.hash || standing.resetRequired !== password.resetRequired) {
      await store.identities.sessions.end(issued.accessKeyId)
      throw authenticationFailed()
    }
    await store.identities.passwords.noteUse(userId, now())
    if ('console' in issued) return shownConsoleSession(caller.principal, issued, call)
    return {
      Credentials: shownCredentials(issued),
      User: { UserName: userName, Arn: userArn(realm, userName, path) },
      // To be shown at the next sign-in from there.
      Device: call.knownDevices.remember(userId, [])[0],
    }
  },
})

/** Password first, then what is asked for beyond it: who has not even that learns nothing of the rest. */
async function identify(input: Input, world: World, origin: Origin): Promise<Caller> {
  const { store, now } = world
  if (input.intoConsole) requireOwnPage(origin)
  const user = await store.identities.entities.find('user', input.userName)
  // By what was typed when there is no such user, so that both run out of tries alike: in the exact spelling, as a user's name counts, or
  // tries of another spelling would tell which of the two it is.
  const account = user?.id ?? `of nobody: ${input.userName}`
  const device = deviceOf(user?.id, world, origin, input.device)
  const { sourceAddress } = origin
  const { ways, own, waiting } = signInTries('password', { sourceAddress, device, account })
  await takeTryOf(store, ways, now())
  const row = user && (await store.identities.passwords.get(user.id))
  const isRight = await isPassword(world, row, { password: input.password, waiting })
  if (!isRight || user === undefined || row === undefined) throw authenticationFailed()
  await Promise.all(own.map((key) => store.identities.passwords.giveBack(key)))
  await checkNewPassword(input, row, { user, policy: await policyOf(world), now: now() })
  const { code, passkey } = input
  const party = input.intoConsole ? relyingPartyOf(origin.browser) : undefined
  const trier = device === undefined ? { sourceAddress } : onDevice(device)
  const mfaAt = await showSecondFactor(world, user.id, { code, passkey, party, trier })
  return {
    principal: { kind: 'user', userId: user.id, userName: user.name, path: user.path },
    accessKeyId: '',
    service: 'fleetkey',
    signature: randomUUID(),
    policies: { identity: [] },
    context: new Map(),
    password: row,
    session: {
      kind: 'user',
      parentKeyId: undefined,
      issuedAt: now(),
      expiresAt: now() + input.durationSeconds * 1000,
      mfaAt,
      sourceIdentity: undefined,
      transitiveTags: new Map(),
      webIdentity: undefined,
    },
  }
}

/** Before the code is used up: it is good only once, and another try would have to wait for the next. */
async function checkNewPassword(
  { password, newPassword }: Input,
  row: PasswordRow,
  {
    user,
    policy,
    now,
  }: { readonly user: EntityRow; readonly policy: PasswordPolicy; readonly now: number },
): Promise<void> {
  const isOld = isTooOld(row.changedAt, policy, now)
  if (isOld && policy.hardExpiry) throw authenticationFailed()
  const mustChange = row.resetRequired || isOld
  if (newPassword === undefined) {
    if (mustChange) throw passwordResetRequired()
    return
  }
  if (!mustChange && !policy.allowUsersToChangePassword) {
    throw validationFailure('Users of this account do not change their own passwords.')
  }
  if (newPassword === password) {
    throw validationFailure('The new password must differ from the old one.')
  }
  checkPassword(newPassword, policy, user.name)
}

async function policyOf({ store }: World): Promise<PasswordPolicy> {
  return (await loadPasswordPolicy(store)) ?? DEFAULT_PASSWORD_POLICY
}
