import { readFileSync } from 'node:fs'
import { runProgram } from '../install/run-program.ts'
import { parsePasswd, type PasswdRow } from '../passwd-row.ts'
import { parseShadow, type Shadow } from './shadow.ts'

/** All that the host's account database says of one account. */
export interface HostAccount extends Omit<PasswdRow, 'comment'> {
  /** Names of its groups, the primary one among them. */
  readonly groups: readonly string[]
  /** Undefined where it cannot be read: not root, or a name service that keeps none. */
  readonly shadow?: Shadow
  /** Other local accounts of the same uid. */
  readonly twins: readonly string[]
}

/** Undefined when the host has no account of exactly this name. Throws when its name service does not answer. */
export async function readHostAccount(name: string): Promise<HostAccount | undefined> {
  const [passwd, shadow, groups] = await Promise.all([
    runProgram(['getent', 'passwd', '--', name]),
    runProgram(['getent', 'shadow', '--', name]),
    runProgram(['id', '-Gn', '--', name]),
  ])
  // getent(1): 2 is "not found"
  if (passwd.code !== 0 && passwd.code !== 2) throw new Error('getent passwd does not answer')
  const row = parsePasswd(passwd.stdout).at(0)
  if (row?.name !== name) return undefined
  const { uid, gid, home, shell } = row
  const secrets = parseShadow(shadow.stdout.split('\n')[0] ?? '')
  return {
    name,
    uid,
    gid,
    home,
    shell,
    groups: groups.stdout.trim().split(' '),
    ...(secrets === undefined ? {} : { shadow: secrets }),
    twins: parsePasswd(readFileSync('/etc/passwd', 'utf8'))
      .filter((other) => other.uid === uid && other.name !== name)
      .map((other) => other.name),
  }
}
