import { isIPv6 } from 'node:net'
import type { ConnectionFlags } from '../config/settings.ts'
import { fleetkeyPath } from '../fleetkey-path.ts'
import { recallRoute, type Route } from '../tunnels/routes.ts'
import type { Via } from '../tunnels/via.ts'
import type { LoginTarget } from './login-target.ts'
import { proxyCommand } from './quote.ts'

/** How ssh gets to the host. */
export type Way =
  /** By itself, or by the person's own ProxyJump or ProxyCommand. `recalled`: only because it went well before. */
  | { readonly kind: 'direct'; readonly address: string; readonly recalled: boolean }
  /** By a `fleetkey proxy`, which finds out the way or opens a tunnel. */
  | { readonly kind: 'proxy'; readonly command: string }

export interface WayWish {
  readonly flags: ConnectionFlags
  readonly via: Via
  readonly address: string | undefined
  readonly family: 4 | 6 | undefined
  readonly verbose: boolean
  readonly maxDuration: string | undefined
  readonly options: readonly string[]
}

/**
 * Direct when that is asked for or went well the last time: ssh then connects by itself, without a process of ours between. Where
 * nothing is known `fleetkey proxy` finds out, by a connection that is used and not by a probe.
 */
export function chooseWay(
  target: LoginTarget,
  wish: WayWish,
  { env, now }: { readonly env: Parameters<typeof recallRoute>[0]; readonly now: number },
): Way {
  const { address } = target
  if (wish.via === 'direct' || wish.options.some(isProxy)) {
    return { kind: 'direct', address, recalled: false }
  }
  const known = recallRoute(env, target.instanceId, now)
  if (wish.via === 'auto' && known?.kind === 'direct' && fits(known.address, wish)) {
    return { kind: 'direct', address: known.address, recalled: true }
  }
  return throughProxy(target, wish, known)
}

/** With an address the proxy needs no look-up; it makes one where a direct way and a tunnel lead to different ones. */
export function throughProxy(target: LoginTarget, wish: WayWish, known?: Route): Way {
  const { flags, family, maxDuration } = wish
  const isOne = known?.kind === 'tunnel' || target.address === target.own
  const address = wish.address ?? (isOne ? target.own : undefined)
  const words = [
    fleetkeyPath(),
    'proxy',
    ...flag('profile', flags.profile),
    ...flag('endpoint', flags.endpoint),
    ...flag('region', flags.region),
    ...flag('via', wish.via),
    ...flag('address', address),
    ...(family === undefined ? [] : [`-${family}`]),
    ...flag('port', String(target.port)),
    ...flag('max-duration', maxDuration),
    ...(wish.verbose ? ['--verbose'] : []),
    '--',
    target.instanceId,
  ]
  return { kind: 'proxy', command: proxyCommand(words) }
}

/** One word each, so that no value is taken for an option. */
const flag = (name: string, value: string | undefined) =>
  value === undefined ? [] : [`--${name}=${value}`]

function fits(known: string, { address, family }: WayWish): boolean {
  if (address !== undefined) return known === address
  return family === undefined || (family === 6) === isIPv6(known)
}

function isProxy(option: string): boolean {
  return option === '-J' || /^\s*Proxy(?:Jump|Command)\b/i.test(option)
}
