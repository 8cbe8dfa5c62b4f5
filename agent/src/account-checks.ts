import { isOsUser } from '@fleetkey/domain/os-user'
import type { Account, Accounts } from './accounts.ts'
import { GrantRefusal } from './grant-refusal.ts'
import type { Settings } from './settings.ts'
import { within } from './within.ts'

/**
 * The one account of this name that a login may be for. Throws a GrantRefusal for a name that is none, that the host gives back in
 * another spelling, that shares its uid (an alias would be logged in as somebody else's groups), or whose shell lets nobody in.
 */
export async function findAccount(osUser: string, accounts: Accounts): Promise<Account> {
  if (!isOsUser(osUser)) {
    throw new GrantRefusal('user-unknown', 'That is not a possible account name.')
  }
  const { account, names } = await lookUp(osUser, accounts)
  if (account === undefined) {
    throw new GrantRefusal(
      'user-unknown',
      `There is no account "${osUser}" on this host: make it there, or log in as another.`,
    )
  }
  if (account.name !== osUser) {
    throw new GrantRefusal(
      'user-unknown',
      `The host knows "${osUser}" by another name. Push for the name that "getent passwd ${osUser}" prints.`,
    )
  }
  if (names.length !== 1 || names[0] !== osUser) {
    throw new GrantRefusal(
      'user-not-allowed',
      `The account "${osUser}" shares its uid with another account. Give each its own uid.`,
    )
  }
  if (NO_LOGIN.has(account.shell.replace(/^.*\//, ''))) {
    throw new GrantRefusal(
      'user-not-allowed',
      `The account "${osUser}" has a shell that lets nobody log in. "usermod --shell" changes it.`,
    )
  }
  return account
}

const NO_LOGIN: ReadonlySet<string> = new Set(['nologin', 'false'])

/** What this host's own settings say of the account. Root is uid 0, whatever its name. */
export function refuseUnlessAllowed(
  account: Pick<Account, 'name' | 'uid'>,
  settings: Settings,
): void {
  if (account.uid === 0 && !settings.allowRoot) {
    throw new GrantRefusal(
      'user-not-allowed',
      'This host takes no grants for root. Log in as another account, or set allowRoot in its agent.json.',
    )
  }
  const { allowUsers, denyUsers } = settings
  if (denyUsers?.includes(account.name) || allowUsers?.includes(account.name) === false) {
    throw new GrantRefusal(
      'user-not-allowed',
      `This host's own settings do not allow "${account.name}": see allowUsers and denyUsers in its agent.json.`,
    )
  }
}

/** Beside the delivery's own limit this keeps an answer within the five seconds that the server waits. */
const LOOK_UP_LIMIT_MS = 2000

async function lookUp(osUser: string, accounts: Accounts) {
  const find = async () => {
    const account = await accounts.find(osUser)
    const names = account === undefined ? [] : await accounts.namesWithUid(account.uid)
    return { account, names }
  }
  try {
    return await within(LOOK_UP_LIMIT_MS, find(), () => new Error('no answer in time'))
  } catch (failure) {
    throw new GrantRefusal(
      'user-unknown',
      `The host could not look up "${osUser}": see whether "getent passwd ${osUser}" answers there.`,
      failure,
    )
  }
}
