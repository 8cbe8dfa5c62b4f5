import { isOsUser } from '@fleetkey/domain/os-user'
import type { Account } from './accounts.ts'

/** login.defs(5): accounts of people, UID_MIN to UID_MAX. */
const PEOPLE = { from: 1000, to: 60_000 }
const NO_SHELL = /\/(nologin|false|sync|shutdown|halt)$/
const MOST = 32

/** Which of a host's accounts somebody may log in as: those of people that have a shell. For who has to name one. */
export function loginAccounts(accounts: readonly Account[]): readonly string[] {
  return accounts
    .filter(
      ({ name, uid, shell }) =>
        uid >= PEOPLE.from && uid <= PEOPLE.to && !NO_SHELL.test(shell) && isOsUser(name),
    )
    .map(({ name }) => name)
    .slice(0, MOST)
}
