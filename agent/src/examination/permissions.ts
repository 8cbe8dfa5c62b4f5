import type { Finding } from '@fleetkey/domain/finding'
import type { FixName } from '@fleetkey/domain/fix'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { findPathProblems } from '../install/protected-path.ts'
import { findHostPackage } from '../metadata/host-package.ts'
import type { Check, ExaminedHost } from './check.ts'
import type { HostAccount } from './host-account.ts'
import { bad, good, quoted } from './say.ts'
import {
  findPathFaults,
  isPrivateGroup,
  type PathFault,
  type PathPart,
  readPathParts,
} from './strict-modes.ts'

const CHECK = 'permissions'

/** Owners and modes on the way to what sshd reads or runs: it trusts nothing that others could have changed. */
export const permissionsCheck: Check = {
  name: CHECK,
  async look(host) {
    switch (host.settings.delivery) {
      case 'command':
        return lookAtProgram(host.paths.helper, helperFixFor(host.paths.helper))
      case 'metadata':
        return lookAtProgram(findHostPackage()?.command)
      case 'file':
      case 'home':
        return lookAtKeyFile(host)
    }
  },
}

/** Where others can change the directories of the system, to put the helper back would mend nothing. */
const helperFixFor = (helper: string): FixName | undefined =>
  findPathProblems(dirname(dirname(helper))).length === 0 ? 'helper' : undefined

/** What is not there is the check `command`'s to say. */
function lookAtProgram(path: string | undefined, fix?: FixName): readonly Finding[] {
  if (path === undefined || !existsSync(path)) return []
  // sshd_config(5), AuthorizedKeysCommand: "must be owned by root, not writable by group or others"
  const faults = findPathFaults(readPathParts(path), {
    uid: 0,
    ...(groupMayWrite() ? { privateGroup: 0 } : {}),
  })
  return faults.length === 0
    ? [good(CHECK, `${path} is root's, on a way that only root can change.`)]
    : faults.slice(0, 4).map((fault) =>
        describe(fault, {
          owner: 'root',
          cause: 'command-wrong-owner',
          of: 'the program that it asks for keys',
          fixes: fix === undefined ? {} : { owner: fix, writable: fix },
        }),
      )
}

async function lookAtKeyFile(host: ExaminedHost): Promise<readonly Finding[]> {
  const account = await host.account()
  if (account === undefined) return []
  const config = await host.config()
  if (config.get('strictmodes')?.[0] === 'no') {
    return [good(CHECK, 'sshd does not look at owners and modes (StrictModes no).')]
  }
  const file =
    host.settings.delivery === 'home'
      ? `${account.home}/.ssh/authorized_keys`
      : `${host.paths.authorizedKeys}/${account.name}`
  if (host.settings.delivery === 'home' && !existsSync(account.home)) {
    return [
      bad(
        CHECK,
        `The home of ${account.name}, ${account.home}, does not exist, so no key can be put there.`,
        {
          cause: 'bad-permissions',
          mend: {
            says: 'Make it.',
            commands: [
              `install -d -m 700 -o ${account.uid} -g ${account.gid} ${quoted(account.home)}`,
            ],
          },
        },
      ),
    ]
  }
  return judgeKeyFile(readPathParts(file, isBelow(file, account.home) ? account.home : '/'), {
    account,
    file,
    ...(groupMayWrite() && isPrivateGroup(account) ? { privateGroup: account.gid } : {}),
  })
}

export function judgeKeyFile(
  parts: readonly PathPart[],
  {
    account,
    file,
    privateGroup,
  }: {
    readonly account: Pick<HostAccount, 'name' | 'uid'>
    readonly file: string
    readonly privateGroup?: number
  },
): readonly Finding[] {
  const faults = findPathFaults(parts, {
    uid: account.uid,
    ...(privateGroup === undefined ? {} : { privateGroup }),
  })
  // /tmp and its kin are for everybody on purpose: no fix closes them.
  const isShared = faults.some(({ path }) =>
    parts.some((part) => part.path === path && (part.mode & 0o1000) !== 0),
  )
  return faults.length === 0
    ? [good(CHECK, `Owners and modes on the way to ${file} are as StrictModes wants them.`)]
    : faults.slice(0, 4).map((fault) =>
        describe(fault, {
          owner: account.name,
          cause: 'bad-permissions',
          of: `the keys of ${account.name}`,
          fixes: isShared ? {} : { writable: 'permissions' },
        }),
      )
}

function describe(
  { path, kind }: PathFault,
  {
    owner,
    cause,
    of,
    fixes,
  }: {
    readonly owner: string
    readonly cause: 'bad-permissions' | 'command-wrong-owner'
    readonly of: string
    /** What mends each kind of fault. */
    readonly fixes: Readonly<Partial<Record<PathFault['kind'], FixName>>>
  },
): Finding {
  const fix = fixes[kind]
  const whose = owner === 'root' ? 'root' : `root or ${owner}`
  switch (kind) {
    case 'owner':
      return bad(CHECK, `sshd does not take ${of}: ${path} does not belong to ${whose}.`, {
        cause,
        mend: {
          says: 'Give it to its owner.',
          commands: [`chown ${quoted(owner)} ${quoted(path)}`],
          ...(fix && { fix }),
        },
      })
    case 'writable':
      return bad(CHECK, `sshd does not take ${of}: others can write to ${path}.`, {
        cause,
        mend: {
          says: 'Take the right to write from group and others.',
          commands: [`chmod go-w ${quoted(path)}`],
          ...(fix && { fix }),
        },
      })
  }
}

const isBelow = (path: string, directory: string) =>
  directory.length > 1 && path.startsWith(`${directory}/`)

/** os-release(5): Debian and what is made of it. */
function groupMayWrite(): boolean {
  try {
    return /^ID(?:_LIKE)?=.*\bdebian\b/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}
