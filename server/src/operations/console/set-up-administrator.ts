import { randomUUID } from 'node:crypto'
import { setUpRefused } from '@fleetkey/domain/exceptions/sign-in'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { QUOTAS } from '@fleetkey/iam/quotas'
import { validate } from '@fleetkey/wire/aws/validation'
import { takeTryOf } from '../../identities/budgets.ts'
import {
  checkPassword,
  DEFAULT_PASSWORD_POLICY,
  loadPasswordPolicy,
} from '../../identities/password-policy.ts'
import { setPassword } from '../../identities/passwords.ts'
import { signInTries } from '../../identities/sign-in-tries.ts'
import { isSetUpToken, spendSetUpToken } from '../../identities/set-up-token.ts'
import { newUserId } from '../../secrets/access-keys.ts'
import type { Caller } from '../caller.ts'
import { PASSWORD } from '../iam/login-profiles.ts'
import { SHORT_NAME } from '../iam/names.ts'
import { operation, type Call, type Origin, type World } from '../operation.ts'
import { beginConsoleSession } from './begin-session.ts'
import { requireOwnPage } from './own-page.ts'
import { shownConsoleSession } from './shown-session.ts'

interface Input {
  readonly token: string
  readonly userName: string
  readonly password: string
}

/**
 * Whoever started the server makes the first administrator, with the token that it told them, and is signed in. Only while there is no user
 * at all. It acts as root: on record it is root's doing. Ours.
 */
export const setUpAdministrator = operation<Input>({
  name: 'SetUpAdministrator',
  service: 'fleetkey',
  action: 'fleetkey:SetUpAdministrator',
  needsNoPermission: true,
  access: 'write',
  answersSecret: true,
  parse(fields) {
    const v = validate(fields)
    const token = v.requiredString('Token', { min: 16, max: 64, secret: true })
    const userName = v.requiredString('UserName', SHORT_NAME)
    const password = v.requiredString('Password', PASSWORD)
    v.finish(validationFailure)
    return { token, userName, password }
  },
  identify,
  resources: () => [{ arn: '*' }],
  trail: ({ userName }) => ({ requestParameters: { userName } }),
  run: (input, call) => call.store.exclusively(() => setUp(input, call)),
})

async function identify({ token }: Input, world: World, origin: Origin): Promise<Caller> {
  requireOwnPage(origin)
  const { store, now } = world
  await takeTryOf(store, signInTries('set-up', origin).ways, now())
  if (!(await isSetUpToken(store, token, now()))) throw setUpRefused()
  return {
    principal: { kind: 'root' },
    accessKeyId: '',
    service: 'fleetkey',
    signature: randomUUID(),
    policies: { identity: [] },
    context: new Map(),
    session: undefined,
  }
}

/** One at a time, and looked at once more: of two who have the token, one is the administrator. */
async function setUp({ token, userName, password }: Input, call: Call): Promise<object> {
  const { store, now } = call
  const { entities, policies } = store.identities
  if (!(await isSetUpToken(store, token, now()))) throw setUpRefused()
  const policy = (await loadPasswordPolicy(store)) ?? DEFAULT_PASSWORD_POLICY
  checkPassword(password, policy, userName)
  const administrator = await policies.find('AdministratorAccess', true)
  if (administrator === undefined) throw new Error('AdministratorAccess is missing')
  const user = { id: newUserId(), name: userName, path: '/', createdAt: now() }
  if (!(await entities.create({ ...user, kind: 'user', tags: {} }))) throw setUpRefused()
  try {
    await policies.attach(administrator.id, user.id, QUOTAS.attachedPolicies)
    await setPassword(call, user, { password, resetRequired: false, policy, replaces: undefined })
  } catch (error) {
    // Hashing waits its turn behind strangers who try to sign in, and is refused when they are many: a user who cannot sign in would be left,
    // and with any user there is no set-up more.
    await entities.delete(user.id, { force: true })
    throw error
  }
  await spendSetUpToken(store)
  const session = await beginConsoleSession(call, { entityId: user.id, limits: {} })
  await store.identities.passwords.noteUse(user.id, now())
  const principal = { kind: 'user', userId: user.id, userName, path: '/' } as const
  return shownConsoleSession(principal, session, call)
}
