import { chmodSync, lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { findAccount, type Account } from '../../deliveries/account.ts'
import {
  findPathFaults,
  isPrivateGroup,
  type PathPart,
  readPathParts,
} from '../../examination/strict-modes.ts'
import { runAs } from '../../install/run-as.ts'
import type { Fix, HostToMend } from '../fix.ts'
import { MendRefused } from '../fix.ts'

/** Only ever takes the right to write away, and only where sshd minds it: on the way to the user's key file. */
export const permissionsFix: Fix = {
  name: 'permissions',
  async plan(host) {
    const { account, parts } = await look(host)
    return findWritable(parts, account).map(({ path }) => `chmod go-w ${path}`)
  },
  async apply(host) {
    const { account, parts } = await look(host)
    // From the top down: what lies in a directory is safe to touch once nobody else can change the directory.
    for (const part of findWritable(parts, account).toReversed()) {
      // oxlint-disable-next-line no-await-in-loop -- the order matters
      await takeAway(part, account)
    }
  },
}

async function look({ settings, paths, osUser }: HostToMend) {
  if (osUser === undefined)
    throw new MendRefused('Name the user whose way to the keys it is about.')
  const account = await findAccount(osUser)
  if (account === undefined) throw new MendRefused(`There is no account "${osUser}" on this host.`)
  switch (settings.delivery) {
    case 'home':
      return { account, parts: readPathParts(`${account.home}/.ssh/authorized_keys`, account.home) }
    case 'file':
      return { account, parts: readPathParts(`${paths.authorizedKeys}/${account.name}`) }
    case 'command':
    case 'metadata':
      throw new MendRefused(
        `The delivery of this host is "${settings.delivery}": sshd reads no file of the user.`,
      )
  }
}

function findWritable(parts: readonly PathPart[], account: Account): readonly PathPart[] {
  const faults = findPathFaults(parts, {
    uid: account.uid,
    ...(isPrivateGroup(account) ? { privateGroup: account.gid } : {}),
  })
  const writable = new Set(faults.filter(({ kind }) => kind === 'writable').map(({ path }) => path))
  const found = parts.filter(({ path }) => writable.has(path))
  // /tmp and its kin are for everybody on purpose.
  const shared = found.find(({ mode }) => (mode & 0o1000) !== 0)
  if (shared !== undefined)
    throw new MendRefused(`${shared.path} is a place for everybody: keep keys elsewhere.`)
  return found
}

async function takeAway({ path, uid }: PathPart, account: Account): Promise<void> {
  if (uid !== account.uid) {
    // Root touches a path only where nobody else can put another in its place (CVE-2017-2619 and its kin).
    const above = findPathFaults(readPathParts(dirname(path)), { uid: 0 })
    const found = lstatSync(path)
    if (above.length > 0 || found.uid !== 0 || found.isSymbolicLink()) {
      throw new MendRefused(`${path} is not safe to change from here: see the command.`)
    }
    chmodSync(path, found.mode & 0o7755)
    return
  }
  const { code, stderr } = await runAs(account, ['chmod', 'go-w', '--', path])
  if (code !== 0) throw new MendRefused(`chmod go-w ${path}: ${stderr.trim()}`)
}
