import { isIP } from 'node:net'
import { isOsUser } from '@fleetkey/domain/os-user'
import { Failure, usageFailure } from '../failure.ts'
import { isInstanceId } from '../instance/find-instance.ts'
import type { ListedInstance } from '../instance/list-instances.ts'

/** Where ssh goes and as whom: every part went through an allow-list, as ssh puts them into `%` words and shells. */
export interface LoginTarget {
  readonly instanceId: string
  readonly osUser: string
  readonly address: string
  /** An address of the host itself, to which a tunnel leads. */
  readonly own: string
  readonly port: number
}

const DEFAULT_OS_USER = 'ec2-user'
/** More than are tried while somebody waits. */
const MAX_ADDRESSES = 4

/** Refuses what is not plainly an account's name: `-oProxyCommand=…`, `$(…)`, `%h`, line ends. */
export function checkOsUser(name: string | undefined): string {
  const osUser = name ?? DEFAULT_OS_USER
  if (isOsUser(osUser)) return osUser
  throw usageFailure(
    `"${osUser}" cannot be an account on an instance.`,
    'Names have up to 32 letters, digits and . _ - @, and do not begin with - or a dot.',
  )
}

/** The address, port and name to use; facts come from a host, so they are checked like any text from outside. */
export function loginTarget(
  instance: ListedInstance,
  asked: {
    readonly osUser: string
    readonly address: string | undefined
    readonly family: 4 | 6 | undefined
    readonly port: number | undefined
  },
): LoginTarget {
  const { instanceId } = instance
  if (!isInstanceId(instanceId)) {
    throw new Failure('badAnswer', 'The server answered with an instance id that is none.')
  }
  const { direct, own } = placesOf(instance, asked)
  return {
    instanceId,
    osUser: checkOsUser(asked.osUser),
    address: direct[0] ?? own,
    own,
    port: asked.port ?? instance.facts?.sshPort ?? 22,
  }
}

/** Where an instance is to be reached. */
export interface Places {
  /** At which its sshd answers, best first; without a tunnel only these are of use. Loopback ones are those of its own machine. */
  readonly direct: readonly string[]
  /** An address of the host itself, to which a tunnel leads. */
  readonly own: string
}

/** The address that was asked for, else those that the instance reported. */
export function placesOf(
  instance: Pick<ListedInstance, 'address4' | 'address6' | 'facts' | 'instanceId'>,
  asked: { readonly address: string | undefined; readonly family: 4 | 6 | undefined },
): Places {
  if (asked.address !== undefined) {
    if (isAddress(asked.address)) return { direct: [asked.address], own: asked.address }
    throw usageFailure(
      `"${asked.address}" is not an IP address.`,
      'Write it like --address 10.0.0.7',
    )
  }
  const { address4, address6, facts, instanceId } = instance
  const first = [address4, address6].filter((one) => one !== undefined)
  const fitting = (addresses: readonly string[]) =>
    sorted(addresses.filter(isAddress), asked.family)
  const direct = fitting(facts?.sshAddresses ?? first)
  const [own = direct[0]] = fitting([
    ...first,
    ...(facts?.addresses4 ?? []),
    ...(facts?.addresses6 ?? []),
  ])
  if (own !== undefined) return { direct: direct.slice(0, MAX_ADDRESSES), own }
  const kind = asked.family === undefined ? '' : `IPv${asked.family} `
  throw new Failure('instanceUnavailable', `${instanceId} has reported no ${kind}address.`, {
    todo: [
      'Name one with --address',
      `See what it reported: fleetkey instances show ${instanceId}`,
    ],
  })
}

/** Of the family alone that was asked for; else IPv4 first. */
function sorted(addresses: readonly string[], family: 4 | 6 | undefined): readonly string[] {
  const all = [...new Set(addresses)]
  const of = (wanted: 4 | 6) =>
    family === 10 - wanted ? [] : all.filter((one) => isIP(one) === wanted)
  return [...of(4), ...of(6)]
}

/** Without a zone: `fe80::1%eth0` would bring a % to ssh. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%')
}
