import type { Finding } from '@fleetkey/domain/finding'
import type { LoginCause } from '@fleetkey/domain/login-cause'
import { accessSync, constants } from 'node:fs'
import { readsHomeFile } from '../deliveries/home-problems.ts'
import { helperCommand } from '../install/helper.ts'
import { dropIn } from '../install/sshd-config-files.ts'
import { findHostPackage, isAskedBySshd } from '../metadata/host-package.ts'
import { HELPER_USER } from '../paths.ts'
import { type SshdConfig, SshdUnreadable } from '../sshd.ts'
import type { Check, ExaminedHost } from './check.ts'
import type { HostAccount } from './host-account.ts'
import { bad, good, note, quoted, unknown } from './say.ts'
import { judgeSession, lookAtChroot } from './session-settings.ts'
import { changeLine, first, setting, type SshdConfigCircumstances } from './sshd-setting.ts'
import { findSshdLine, place, readSshdLines, type SshdLine } from './sshd-lines.ts'
import { judgeLists } from './user-lists.ts'

const CHECK = 'sshd-config'

/** sshd's own reading of its configuration (`sshd -T -C`), for the login that is asked about. */
export const sshdConfigCheck: Check = {
  name: CHECK,
  async look(host) {
    let config: SshdConfig
    try {
      config = await host.config()
    } catch (error) {
      if (error instanceof SshdUnreadable) return [judgeUnreadable(error.message)]
      throw error
    }
    const [common, account] = await Promise.all([host.commonConfig(), host.account()])
    return judgeSshdConfig(config, {
      ...login(host, account),
      delivery: host.settings.delivery,
      paths: host.paths,
      lines: readSshdLines(host.paths.sshdConfig),
      isCommon: sameSettings(config, common),
      canRead: isReadable,
      lookAtPath: lookAtChroot,
      asksHostPackage: (found) => {
        const installed = findHostPackage()
        return installed !== undefined && isAskedBySshd(installed, found)
      },
    })
  },
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function login({ address }: ExaminedHost, account: HostAccount | undefined) {
  return {
    ...(account === undefined ? {} : { account }),
    ...(address === undefined ? {} : { address }),
  }
}

/** The settings that decide on a login with a pushed key, each judged by itself. */
export function judgeSshdConfig(
  config: SshdConfig,
  host: SshdConfigCircumstances,
): readonly Finding[] {
  const found = [
    ...judgeKeys(config, host),
    ...judgeRevoked(config, host),
    ...judgeMethods(config, host),
    ...judgeUserLists(config, host),
    ...judgeRefusal(config, host),
    ...judgeRoot(config, host),
    ...judgeDelivery(config, host),
    ...judgeTries(config, host),
    ...judgeSession(config, host),
  ]
  if (found.some(({ state }) => state === 'bad' || state === 'unknown')) return found
  const whom = host.account === undefined ? '' : ` for ${host.account.name}`
  return [good(CHECK, `sshd's settings${whom} let a pushed key in.`), ...found]
}

/** sshd that runs goes on with what it read at its start; whether one does is another check's question. */
export function judgeUnreadable(says: string): Finding {
  if (!says.startsWith('sshd -T:')) {
    return bad(CHECK, says, {
      cause: 'sshd-not-running',
      mend: { says: 'Install OpenSSH.', commands: ['apt-get install openssh-server'] },
    })
  }
  const missing = /^sshd -T: Missing privilege separation directory: (\/\S+)/.exec(says)?.[1]
  if (missing !== undefined) {
    return bad(CHECK, `${missing}, which sshd needs, is missing: it ends every connection.`, {
      mend: { says: 'Make it.', commands: [`install -d -m 755 ${quoted(missing)}`] },
    })
  }
  return bad(
    CHECK,
    `sshd refuses its configuration, and starts no more once it is stopped: ${says.slice('sshd -T:'.length).trim()}`,
    { mend: { says: 'Correct that line, then see that sshd is content.', commands: ['sshd -t'] } },
  )
}

/** authfile.c: with a list of revoked keys that cannot be read sshd takes no key at all. */
function judgeRevoked(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const { value, says, line } = setting(config, host, 'RevokedKeys')
  if (value === 'none' || host.canRead(value)) return []
  return [
    bad(CHECK, `sshd takes no keys at all, because it cannot read ${value}: ${says}.`, {
      cause: 'keys-not-accepted',
      mend: changeLine(
        line,
        'Put that file there, empty if no key is revoked, or take that line out.',
      ),
    }),
  ]
}

function judgeKeys(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const { value, says, line } = setting(config, host, 'PubkeyAuthentication')
  if (value !== 'yes') {
    return [
      bad(CHECK, `sshd accepts no keys for this login: ${says}.`, {
        cause: 'keys-not-accepted',
        mend: changeLine(line, 'Set PubkeyAuthentication yes there.'),
      }),
    ]
  }
  const algorithms = first(config, 'PubkeyAcceptedAlgorithms', 'PubkeyAcceptedKeyTypes').split(',')
  const isAccepted = ([, names]: (typeof KEY_TYPES)[number]) =>
    algorithms.some((pattern) => names.includes(pattern))
  const refused = KEY_TYPES.filter((type) => !isAccepted(type)).map(([type]) => type)
  if (first(config, 'PubkeyAcceptedAlgorithms', 'PubkeyAcceptedKeyTypes') === 'none') return []
  if (refused.length === 0) return []
  const accepted = KEY_TYPES.filter(isAccepted).map(([type]) => type)
  const mend = changeLine(
    undefined,
    accepted.length === 0
      ? 'Add ssh-ed25519 to PubkeyAcceptedAlgorithms.'
      : `Push a key of type ${accepted.join(' or ')}, or add the others to PubkeyAcceptedAlgorithms.`,
  )
  const words = `sshd accepts no keys of type ${refused.join(', ')} (PubkeyAcceptedAlgorithms).`
  // Keys that our own client makes are ed25519.
  return refused.includes('ed25519')
    ? [bad(CHECK, words, { cause: 'algorithm-refused', mend })]
    : [note(CHECK, words, mend)]
}

/** Types that can be pushed, with the signature algorithms of each (ssh(1), -Q sig). */
const KEY_TYPES: readonly (readonly [string, readonly string[]])[] = [
  ['ed25519', ['ssh-ed25519']],
  ['rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
  ['ecdsa', ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521']],
]

function judgeMethods(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const { value, says, line } = setting(config, host, 'AuthenticationMethods')
  const ways = value.split(' ')
  if (value === 'none' || ways.includes('any') || ways.includes('publickey')) return []
  const asksForKeys = ways.some((way) => way.split(',').includes('publickey'))
  return [
    bad(
      CHECK,
      asksForKeys
        ? `A key alone is not enough for this login: ${says}.`
        : `sshd takes no key for this login: ${says}.`,
      {
        cause: asksForKeys ? 'more-methods-wanted' : 'keys-not-accepted',
        mend: changeLine(line, 'Set AuthenticationMethods publickey for this login.'),
      },
    ),
  ]
}

function judgeUserLists(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const { account, address, lines } = host
  if (account === undefined) return []
  const { name, groups } = account
  const verdict = judgeLists(config, { user: name, groups, address })
  switch (verdict.kind) {
    case 'allowed':
      return []
    case 'unknown':
      return [
        unknown(
          CHECK,
          `${verdict.keyword} decides by the address that the login comes from, which is not said.`,
        ),
      ]
    case 'refused': {
      const { keyword, pattern } = verdict
      const line = findSshdLine(
        lines,
        keyword,
        (value) => pattern === undefined || value.split(' ').includes(pattern),
      )
      const words =
        pattern === undefined
          ? `${keyword} does not name ${name}${keyword === 'AllowGroups' ? ' by any of its groups' : ''}`
          : `${keyword} names ${name}${pattern === name ? '' : ` (${pattern})`}`
      return [
        bad(CHECK, `${words}${place(line)}: sshd refuses the login.`, {
          cause: 'user-not-allowed',
          mend: changeLine(
            line,
            pattern === undefined
              ? `Add ${keyword === 'AllowGroups' ? `a group of ${name}` : name} to ${keyword}, or log in as somebody whom it names.`
              : `Take ${pattern} out of ${keyword}, or log in as another user.`,
          ),
        }),
      ]
    }
  }
}

/** 9.9 and later. */
function judgeRefusal(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const { value, says, line } = setting(config, host, 'RefuseConnection')
  if (value !== 'yes') return []
  return [
    bad(CHECK, `sshd refuses every connection of this login: ${says}.`, {
      cause: 'user-not-allowed',
      mend: changeLine(line, 'Take that line out, or log in as another user.'),
    }),
  ]
}

function judgeRoot(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  if (host.account?.uid !== 0) return []
  const { value, says, line } = setting(config, host, 'PermitRootLogin')
  if (value !== 'no' && value !== 'forced-commands-only') return []
  return [
    bad(CHECK, `sshd lets root log in with no key of ours: ${says}.`, {
      cause: 'user-not-allowed',
      mend: changeLine(line, 'Set PermitRootLogin prohibit-password, or log in as another user.'),
    }),
  ]
}

function judgeDelivery(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const { delivery, paths } = host
  switch (delivery) {
    case 'command':
      return judgeCommand(config, host)
    case 'file': {
      const { value, says, line } = setting(config, host, 'AuthorizedKeysFile')
      if (value.split(' ').includes(`${paths.authorizedKeys}/%u`)) return []
      return [notAsked(`sshd does not read ${paths.authorizedKeys}/%u: ${says}.`, line)]
    }
    case 'home': {
      const { value, says, line } = setting(config, host, 'AuthorizedKeysFile')
      if (readsHomeFile(value)) return []
      return [notAsked(`sshd does not read ~/.ssh/authorized_keys: ${says}.`, line)]
    }
    case 'metadata':
      return host.asksHostPackage(config)
        ? []
        : [notAsked("sshd does not ask Amazon's host package for keys.", undefined)]
  }
}

function judgeCommand(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const command = setting(config, host, 'AuthorizedKeysCommand')
  if (command.value !== helperCommand) {
    return [
      notAsked(
        command.value === 'none'
          ? `sshd does not ask Fleetkey for keys: ${command.line === undefined ? 'AuthorizedKeysCommand is not set' : command.says}.`
          : `sshd asks another program for keys: ${command.says}.`,
        command.line,
      ),
    ]
  }
  const user = setting(config, host, 'AuthorizedKeysCommandUser')
  if (user.value !== HELPER_USER) {
    return [
      notAsked(
        `sshd runs the helper as another account: ${user.says}.`,
        user.line,
        'command-wrong-user',
      ),
    ]
  }
  const hash = setting(config, host, 'FingerprintHash')
  if (hash.value.toLowerCase() === 'sha256') return []
  return [
    bad(CHECK, `sshd names keys by another hash than the helper knows: ${hash.says}.`, {
      cause: 'command-failed',
      mend: changeLine(hash.line, 'Remove FingerprintHash.'),
    }),
  ]
}

/** Without a line of somebody else's in the way our own is missing, and can be written again. */
function notAsked(
  says: string,
  line: SshdLine | undefined,
  cause: LoginCause = 'command-not-configured',
): Finding {
  return bad(CHECK, says, {
    cause,
    mend:
      line === undefined || line.file === dropIn
        ? {
            says: 'Have the settings written again.',
            commands: ['fleetkey agent install'],
            fix: 'sshd-settings',
          }
        : changeLine(line, 'Take that line out, then have the settings written again.'),
  })
}

function judgeTries(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const { value, says } = setting(config, host, 'MaxAuthTries')
  const tries = Number(value)
  if (!(tries <= 3)) return []
  return [
    note(
      CHECK,
      `A client that offers ${tries === 1 ? 'one other key' : `${tries} other keys`} first is refused: ${says}.`,
      { says: 'Have ssh offer the pushed key only: -o IdentitiesOnly=yes -i FILE.' },
    ),
  ]
}

function sameSettings(one: SshdConfig, other: SshdConfig): boolean {
  return JSON.stringify([...one]) === JSON.stringify([...other])
}
