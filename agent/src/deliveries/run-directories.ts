import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { DeliveryFailed } from '../delivery.ts'
import { HELPER_USER, PATHS, type Paths } from '../paths.ts'
import { findAccount } from './account.ts'
import { isRoot, replaceFile } from './replace-file.ts'

/** The notes of keys that the helper printed, and of all others: a flood of unknown keys fills only its own file. */
export const noteFiles = ['live', 'other'] as const

/** Makes what the delivery needs below /run, where a boot leaves nothing. Mends owner and mode of what is there. */
export async function ensureRunDirectories(
  kind: DeliveryKind,
  paths: Paths = PATHS,
): Promise<void> {
  switch (kind) {
    case 'command':
      return ensureHelperDirectories(paths)
    case 'file':
      makeDirectory(dirname(paths.authorizedKeys), { mode: 0o755, gid: 0 })
      // 0711: sshd opens the file as the user (StrictModes, host-probes §1), who cannot list the others.
      return makeDirectory(paths.authorizedKeys, { mode: 0o711, gid: 0 })
    case 'home':
      makeDirectory(paths.state, { mode: 0o700, gid: 0 })
      return makeDirectory(`${paths.state}/home`, { mode: 0o700, gid: 0 })
    case 'metadata':
      return // keys are in memory only
  }
}

async function ensureHelperDirectories(paths: Paths): Promise<void> {
  const account = await findAccount(HELPER_USER)
  if (isRoot() && account === undefined) {
    throw new DeliveryFailed(
      `The account ${HELPER_USER}, as which sshd runs the helper, does not exist: run "fleetkey agent install".`,
    )
  }
  const gid = account?.gid ?? 0
  makeDirectory(dirname(paths.keys), { mode: 0o755, gid: 0 })
  makeDirectory(paths.keys, { mode: 0o750, gid })
  // Not the helper's own: it can add to the two files and make no others.
  makeDirectory(paths.notes, { mode: 0o710, gid })
  for (const name of noteFiles) {
    const path = `${paths.notes}/${name}`
    if (!isPlainFile(path)) {
      fs.rmSync(path, { recursive: true, force: true })
      replaceFile(path, '', { mode: 0o620, uid: 0, gid })
    } else if (isRoot()) fs.lchownSync(path, 0, gid)
  }
}

function makeDirectory(path: string, rights: { mode: number; gid: number }): void {
  const found = fs.lstatSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === false) {
    throw new DeliveryFailed(`${path} is not a directory: remove it and start the agent again.`)
  }
  if (found === undefined) fs.mkdirSync(path, { recursive: true, mode: 0o700 })
  if (isRoot()) fs.lchownSync(path, 0, rights.gid)
  fs.chmodSync(path, rights.mode)
}

function isPlainFile(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
