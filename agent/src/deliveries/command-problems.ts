import { statSync } from 'node:fs'
import { findHelperProblems, helperCommand } from '../install/helper.ts'
import { HELPER_USER, type Paths } from '../paths.ts'
import type { SshdConfig } from '../sshd.ts'
import { findAccount } from './account.ts'
import { findSshdProblems } from './sshd-problems.ts'

/** What would stop a login by `AuthorizedKeysCommand`, in words that say the mend. */
export async function findCommandProblems(paths: Paths): Promise<readonly string[]> {
  const account = await findAccount(HELPER_USER)
  return [
    ...(await findSshdProblems(findSettingProblems)),
    ...findHelperProblems(paths.helper),
    ...(account === undefined
      ? [`The account ${HELPER_USER} is missing: run "fleetkey agent install".`]
      : findKeysProblems(paths.keys, account.gid)),
  ]
}

function findSettingProblems(config: SshdConfig): readonly string[] {
  const command = config.get('authorizedkeyscommand')?.[0] ?? 'none'
  const user = config.get('authorizedkeyscommanduser')?.[0] ?? 'none'
  const hash = config.get('fingerprinthash')?.[0] ?? 'SHA256'
  return [
    ...(command === helperCommand
      ? []
      : [
          command === 'none'
            ? 'sshd does not ask Fleetkey for keys: run "fleetkey agent install".'
            : `sshd asks another program for keys (AuthorizedKeysCommand ${command}): remove that line and run "fleetkey agent install", or use the delivery "file".`,
        ]),
    ...(command === helperCommand && user !== HELPER_USER
      ? [`sshd runs the helper as ${user}: set AuthorizedKeysCommandUser ${HELPER_USER}.`]
      : []),
    ...(hash === 'SHA256'
      ? []
      : [`sshd names keys by ${hash}, the helper knows SHA256 only: remove FingerprintHash.`]),
  ]
}

function findKeysProblems(keys: string, gid: number): readonly string[] {
  const found = statSync(keys, { throwIfNoEntry: false })
  if (found?.isDirectory() !== true) return [`${keys} is missing: restart the agent.`]
  const isRight = found.uid === 0 && found.gid === gid && (found.mode & 0o777) === 0o750
  return isRight
    ? []
    : [`${keys} has another owner or mode than the agent gave it: restart the agent.`]
}
