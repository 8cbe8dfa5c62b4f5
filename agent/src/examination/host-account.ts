import { readFileSync } from 'node:fs'
import { runProgram } from '../install/run-program.ts'
import { parseShadow, type Shadow } from './shadow.ts'

/** All that the host's account database says of one account. */
export interface HostAccount {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  /** Empty means /bin/sh: passwd(5). */
  readonly shell: string
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
  const row = passwd.stdout.split('\n').find((line) => line !== '')
  const [found, , uid = '', gid = '', , home = '', shell = ''] = row?.split(':') ?? []
  if (found !== name || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return undefined
  const secrets = parseShadow(shadow.stdout.split('\n')[0] ?? '')
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
    shell,
    groups: groups.stdout.trim().split(' '),
    ...(secrets === undefined ? {} : { shadow: secrets }),
    twins: namesWithUid(readFileSync('/etc/passwd', 'utf8'), uid).filter((twin) => twin !== name),
  }
}

function namesWithUid(passwd: string, uid: string): readonly string[] {
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length === 7 && fields[2] === uid)
    .map(([name = '']) => name)
}
