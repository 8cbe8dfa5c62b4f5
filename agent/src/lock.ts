import type { DeliveryKind, LockState } from '@fleetkey/domain/host-facts'
import { helperCommand } from './install/helper.ts'
import { isHostPackageCommand } from './metadata/host-package.ts'
import { PATHS, type Paths } from './paths.ts'
import { readSshdConfig, type SshdConfig, SshdUnreadable } from './sshd.ts'

/** Match blocks may open a door for some places only: one address of the host itself (tunnels), one of anywhere (RFC 5737, 3849). */
const addresses = ['127.0.0.1', '192.0.2.1', '2001:db8::1']
const maxWays = 64

/**
 * Whether grants are the only way in, as sshd itself would decide (`sshd -T -C`): for one of these accounts and for an account
 * that no Match block names. Without this, one login may leave a key in `~/.ssh/authorized_keys` that lasts for ever.
 */
export async function measureLock(
  users: readonly string[],
  host: HostToMeasure = {},
): Promise<LockState> {
  const { paths = PATHS } = host
  const ways = new Map<string, Set<string>>()
  try {
    for (const user of new Set([...users, 'nobody-in-particular'])) {
      // oxlint-disable-next-line no-await-in-loop -- a few processes at a time, not one per account at once
      const configs = await Promise.all(
        addresses.map((address) => readSshdConfig({ user, address }, paths.sshdConfig)),
      )
      for (const way of configs.flatMap((config) => findWays(config, host)))
        ways.set(way, (ways.get(way) ?? new Set()).add(user))
    }
  } catch (error) {
    if (error instanceof SshdUnreadable)
      return { kind: 'unknown', because: error.message.slice(0, 256) }
    throw error
  }
  if (ways.size === 0) return { kind: 'locked' }
  return { kind: 'open', ways: [...ways].map(([way, by]) => describe(way, by)).slice(0, maxWays) }
}

/** The ways in beside a grant, each as the setting that opens it. Keywords are those of sshd_config(5). */
export function findWays(config: SshdConfig, host: HostToMeasure = {}): readonly string[] {
  return rulesFor(host).flatMap(([keyword, isShut]) => {
    const value = config.get(keyword.toLowerCase())?.[0]
    // GSSAPI may not be compiled in: then there is no such line and no such way.
    return value === undefined || isShut(value) ? [] : [`${keyword} ${value}`]
  })
}

export interface HostToMeasure {
  readonly paths?: Paths
  /** Default `command`. */
  readonly delivery?: DeliveryKind
}

type Rule = readonly [keyword: string, isShut: (value: string) => boolean]

const isNo = (value: string) => value === 'no'
const isNone = (value: string) => value === 'none'

const rulesFor = ({ paths = PATHS, delivery }: HostToMeasure): readonly Rule[] => [
  ['AuthorizedKeysFile', (value) => value === 'none' || value === `${paths.authorizedKeys}/%u`],
  [
    'AuthorizedKeysCommand',
    (value) =>
      value === 'none' ||
      value === helperCommand ||
      // It gets its keys from us then; elsewhere from a cloud.
      (delivery === 'metadata' && isHostPackageCommand(value)),
  ],
  ['PasswordAuthentication', isNo],
  ['KbdInteractiveAuthentication', isNo],
  ['HostbasedAuthentication', isNo],
  ['GSSAPIAuthentication', isNo],
  ['TrustedUserCAKeys', isNone],
  // Not a way in by itself, but with it a line of ours could not promise what a login may do (LD_PRELOAD).
  ['PermitUserEnvironment', isNo],
]

function describe(way: string, users: ReadonlySet<string>): string {
  const everybody = users.has('nobody-in-particular')
  return `${way}${everybody ? '' : ` (for ${[...users].join(', ')})`}`.slice(0, 256)
}
