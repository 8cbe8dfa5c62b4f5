import { randomUUID } from 'node:crypto'
import { userArn } from '@fleetkey/domain/arn'
import { authenticationFailed } from '@fleetkey/domain/exceptions/sign-in'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { UserIdentity } from '@fleetkey/domain/trail-event'
import { validate } from '@fleetkey/wire/aws/validation'
import { takeTryOf } from '../../identities/budgets.ts'
import { codeTries, onDevice } from '../../identities/code-tries.ts'
import {
  assertionIn,
  verifyAssertion,
  type Assertion,
} from '../../identities/passkeys/assertion.ts'
import { signInTries } from '../../identities/sign-in-tries.ts'
import { requireRelyingParty } from '../../identities/passkeys/relying-party.ts'
import {
  DEFAULT_PASSWORD_POLICY,
  isTooOld,
  loadPasswordPolicy,
} from '../../identities/password-policy.ts'
import { sha256Base64 } from '../../secrets/digests.ts'
import type { Caller } from '../caller.ts'
import { beginConsoleSession } from '../console/begin-session.ts'
import { requireOwnPage } from '../console/own-page.ts'
import { shownConsoleSession } from '../console/shown-session.ts'
import { deviceOf } from '../known-device.ts'
import { operation, type Origin, type World } from '../operation.ts'

interface Input {
  readonly passkey: Assertion
}

/**
 * A person signs in to the console by a passkey alone, which they have unlocked: something they have, and something they know or are. On
 * record as SignIn is. Who has no login profile does not sign in to the console by any means. Ours.
 */
export const signInWithPasskey = operation<Input>({
  name: 'SignInWithPasskey',
  service: 'fleetkey',
  action: 'fleetkey:SignInWithPasskey',
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
    const passkey = assertionIn(v)
    v.finish(validationFailure)
    return { passkey }
  },
  identify,
  claimed,
  resources: (_input, { principalArn }) => [{ arn: principalArn }],
  trail: () => ({
    requestParameters: null,
    facts: { MobileVersion: 'No', MFAUsed: 'Yes', SignedInWith: 'Passkey' },
  }),
  trailFailure: {
    errorMessage: 'Failed authentication',
    responseElements: { ConsoleLogin: 'Failure' },
  },
  trailAnswer: () => ({ ConsoleLogin: 'Success' }),

  async run({ passkey }, call) {
    const { caller, store } = call
    const { principal, session } = caller
    if (principal.kind !== 'user' || session?.mfaAt === undefined) throw authenticationFailed()
    const issued = await beginConsoleSession(call, {
      entityId: principal.userId,
      limits: { mfaAt: session.mfaAt },
    })
    // Whoever takes the passkey or the password away and then ends the sessions must find this one: it was proven before, and is made after.
    const [isThere, password] = await Promise.all([
      store.identities.passkeys.byCredential(passkey.credentialId),
      store.identities.passwords.get(principal.userId),
    ])
    if (isThere?.userId !== principal.userId || password === undefined) {
      await store.identities.sessions.end(issued.accessKeyId)
      throw authenticationFailed()
    }
    return shownConsoleSession(principal, issued, call)
  },
})

async function identify({ passkey }: Input, world: World, origin: Origin): Promise<Caller> {
  requireOwnPage(origin)
  const party = requireRelyingParty(origin)
  const { store, now } = world
  const { identities } = store
  // By the credential, which strangers do not know, and alike for one that nobody has.
  const whose = `of passkey ${sha256Base64(passkey.credentialId)}`
  const claims = await identities.passkeys.byCredential(passkey.credentialId)
  const device = deviceOf(claims?.userId, world, origin)
  const { sourceAddress } = origin
  const { ways } = signInTries('passkey', { sourceAddress, device })
  const budgets = codeTries(whose, device === undefined ? { sourceAddress } : onDevice(device))
  await takeTryOf(
    store,
    ways.map((way) => [...way, ...budgets]),
    now(),
  )
  const { userId } = await verifyAssertion(world, passkey, { purpose: 'sign in', party })
  await Promise.all(budgets.map(({ key }) => identities.passwords.giveBack(key)))
  const [user, password] = [
    await identities.entities.byId(userId),
    await identities.passwords.get(userId),
  ]
  if (user === undefined || password === undefined) throw authenticationFailed()
  const policy = (await loadPasswordPolicy(store)) ?? DEFAULT_PASSWORD_POLICY
  if (policy.hardExpiry && isTooOld(password.changedAt, policy, now())) throw authenticationFailed()
  return {
    principal: { kind: 'user', userId, userName: user.name, path: user.path },
    accessKeyId: '',
    service: 'fleetkey',
    signature: randomUUID(),
    policies: { identity: [] },
    context: new Map(),
    session: {
      kind: 'user',
      parentKeyId: undefined,
      issuedAt: now(),
      expiresAt: now() + world.console.sessionSeconds * 1000,
      mfaAt: now(),
      sourceIdentity: undefined,
      transitiveTags: new Map(),
      webIdentity: undefined,
    },
  }
}

/** Whose the credential is: ids of credentials are no secrets, but nobody guesses one. */
async function claimed({ passkey }: Input, { store, realm }: World): Promise<UserIdentity> {
  const { passkeys, entities } = store.identities
  const row = await passkeys.byCredential(passkey.credentialId)
  const user = row && (await entities.byId(row.userId))
  return {
    type: 'IAMUser',
    principalId: user?.id ?? '',
    arn: user === undefined ? '' : userArn(realm, user.name, user.path),
    accountId: realm.accountId,
    userName: user?.name ?? 'HIDDEN_DUE_TO_SECURITY_REASONS',
  }
}
