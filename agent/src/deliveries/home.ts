import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type Delivery, DeliveryFailed, type LiveKey } from '../delivery.ts'
import { PATHS, type Paths } from '../paths.ts'
import { type Account, findAccount } from './account.ts'
import { formatKeys, refuseOldSshd } from './file.ts'
import { rewriteHomeFile } from './home-file.ts'
import { findHomeProblems } from './home-problems.ts'
import { createKeysByPlace } from './keys-by-place.ts'
import { ensureRunDirectories } from './run-directories.ts'

interface Parts {
  readonly paths: Paths
  readonly findAccount: typeof findAccount
  readonly rewriteHomeFile: (account: Account, lines: string) => Promise<void>
}

/**
 * A block in `~/.ssh/authorized_keys`, for hosts whose sshd_config cannot be touched. Users can write there too, so grants are never
 * the only way in; and as with `file`, only `expiry-time` ends a key that a dead agent leaves.
 */
export function createHomeDelivery(parts: Partial<Parts> = {}): Delivery {
  const { paths = PATHS } = parts
  const accountOf = parts.findAccount ?? findAccount
  const rewrite = parts.rewriteHomeFile ?? rewriteHomeFile
  const keysByUser = createKeysByPlace()
  // On disk before a home is touched: a home may outlive this run, and the boot.
  const ledger = `${paths.state}/home`

  async function clearHome(name: string): Promise<void> {
    const account = await accountOf(name)
    if (account !== undefined) await rewrite(account, '')
    rmSync(`${ledger}/${name}`, { force: true })
  }

  async function ownerOf({ osUser, uid }: LiveKey): Promise<Account> {
    const account = await accountOf(osUser)
    if (account?.uid === uid) return account
    throw new DeliveryFailed(
      `The account ${osUser} with uid ${uid} does not exist on this host any more.`,
    )
  }

  return {
    kind: 'home',

    async install(key) {
      await refuseOldSshd()
      const account = await ownerOf(key)
      mkdirSync(ledger, { recursive: true, mode: 0o700 })
      writeFileSync(`${ledger}/${account.name}`, '', { mode: 0o600 })
      try {
        await rewrite(account, formatKeys(keysByUser.with(account.name, key)))
      } catch (error) {
        keysByUser.without(account.name, key)
        throw error
      }
    },

    async remove(key) {
      const lines = formatKeys(keysByUser.without(key.osUser, key))
      const account = await accountOf(key.osUser)
      // The home of an account that is gone, or is another now, is not ours to look into; sshd lets nobody in there.
      if (account?.uid === key.uid) await rewrite(account, lines)
      if (lines === '') rmSync(`${ledger}/${key.osUser}`, { force: true })
    },

    async clear() {
      await ensureRunDirectories('home', paths)
      keysByUser.forgetAll()
      const failures: unknown[] = []
      for (const name of readdirSync(ledger)) {
        // oxlint-disable-next-line no-await-in-loop -- few, and each a process of its own
        await clearHome(name).catch((failure: unknown) => failures.push(failure))
      }
      if (failures.length > 0) throw failures[0]
    },

    problems: findHomeProblems,
  }
}
