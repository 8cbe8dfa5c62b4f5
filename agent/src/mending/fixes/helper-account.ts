import { findAccount } from '../../deliveries/account.ts'
import { ensureRunDirectories } from '../../deliveries/run-directories.ts'
import { ensureHelperAccount } from '../../install/helper-account.ts'
import { HELPER_USER } from '../../paths.ts'
import type { Fix } from '../fix.ts'
import { isWanted } from './is-wanted.ts'

export const helperAccountFix: Fix = {
  name: 'helper-account',
  async plan(host) {
    if (!isWanted(host) || (await findAccount(HELPER_USER)) !== undefined) return []
    return [`make the system account ${HELPER_USER}, without a shell, a home or a password`]
  },
  async apply({ settings, paths }) {
    await ensureHelperAccount()
    // Its group may have another number than before, and reads the keys.
    await ensureRunDirectories(settings.delivery, paths)
  },
}
