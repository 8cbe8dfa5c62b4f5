import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import { readsHomeFile } from '../deliveries/home-problems.ts'
import { HELPER_USER, PATHS } from '../paths.ts'
import type { SshdConfig } from '../sshd.ts'
import { helperCommand } from './helper.ts'
import { InstallRefused } from './install-report.ts'

/** A line of sshd_config(5). */
export type SshdSetting = readonly [keyword: string, value: string]

const ownKeysFile = `${PATHS.authorizedKeys}/%u`

/** Every locked configuration has it, and none other of ours. */
export const lockedLine = 'PermitUserEnvironment no'

/**
 * What sshd must be told, given what it does without us (`before`). Throws InstallRefused rather than take a place that somebody
 * else has. PerSourcePenaltyExemptList is not among it: whether people come through one address is not known here.
 */
export function sshdSettings(
  kind: DeliveryKind,
  options: { readonly lock: boolean; readonly before: SshdConfig },
): readonly SshdSetting[] {
  const { before } = options
  if (first(before, 'pubkeyauthentication') !== 'yes') {
    throw new InstallRefused(
      'sshd accepts no keys at all: remove "PubkeyAuthentication no" from its configuration first.',
    )
  }
  const settings = deliverySettings(kind, options)
  // Where nothing is to be told, sshd's configuration is not touched for this alone.
  return settings.length === 0 ? [] : [...settings, ...wordsSettings(before)]
}

/** Refused keys are named from VERBOSE on (auth_log() in OpenSSH's auth.c), which is what tells why a login does not work. */
function wordsSettings(before: SshdConfig): SshdSetting[] {
  const says = first(before, 'loglevel').toUpperCase()
  return says === 'VERBOSE' || says.startsWith('DEBUG') ? [] : [['LogLevel', 'VERBOSE']]
}

function deliverySettings(
  kind: DeliveryKind,
  { lock, before }: { readonly lock: boolean; readonly before: SshdConfig },
): readonly SshdSetting[] {
  const files = first(before, 'authorizedkeysfile')
  switch (kind) {
    case 'command':
      refuseOtherCommand(before)
      return [
        ['AuthorizedKeysCommand', helperCommand],
        ['AuthorizedKeysCommandUser', HELPER_USER],
        ...(lock ? [['AuthorizedKeysFile', 'none'] as const, ...lockSettings(before)] : []),
      ]
    case 'file':
      if (lock)
        return [['AuthorizedKeysFile', ownKeysFile], ...commandOff(before), ...lockSettings(before)]
      return [['AuthorizedKeysFile', withOurs(files)]]
    case 'home':
      if (lock) {
        throw new InstallRefused(
          'With the delivery "home" keys are in files that users can write, so grants cannot be the only way in: use "command" or "file".',
        )
      }
      if (!readsHomeFile(files)) {
        throw new InstallRefused(
          `sshd does not read ~/.ssh/authorized_keys here (AuthorizedKeysFile ${files}): use the delivery "command" or "file".`,
        )
      }
      return []
    case 'metadata':
      // The host package has told sshd itself.
      return lock ? [['AuthorizedKeysFile', 'none'], ...lockSettings(before)] : []
  }
}

function refuseOtherCommand(before: SshdConfig): void {
  const command = first(before, 'authorizedkeyscommand')
  if (command === 'none' || command === helperCommand) return
  throw new InstallRefused(
    `sshd asks another program for keys already (AuthorizedKeysCommand ${command}). Remove that line, or run "fleetkey agent install --delivery file".`,
  )
}

/** Somebody else's command is a way in too. */
function commandOff(before: SshdConfig): SshdSetting[] {
  return first(before, 'authorizedkeyscommand') === 'none'
    ? []
    : [['AuthorizedKeysCommand', 'none']]
}

/** Every other way in, shut; see lock.ts, which measures the same. Only what this sshd was built with. */
function lockSettings(before: SshdConfig): SshdSetting[] {
  const shut: readonly SshdSetting[] = [
    ['PasswordAuthentication', 'no'],
    ['KbdInteractiveAuthentication', 'no'],
    ['HostbasedAuthentication', 'no'],
    ['GSSAPIAuthentication', 'no'],
    ['TrustedUserCAKeys', 'none'],
    ['PermitUserEnvironment', 'no'],
  ]
  return shut.filter(([keyword]) => before.has(keyword.toLowerCase()))
}

function withOurs(files: string): string {
  const others = files.split(' ').filter((file) => file !== 'none' && file !== ownKeysFile)
  return [...others, ownKeysFile].join(' ')
}

function first(config: SshdConfig, keyword: string): string {
  return config.get(keyword)?.[0] ?? 'none'
}
