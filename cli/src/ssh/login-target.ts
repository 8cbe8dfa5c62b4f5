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
  readonly port: number
}

const DEFAULT_OS_USER = 'ec2-user'

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
  return {
    instanceId,
    osUser: checkOsUser(asked.osUser),
    address: chooseAddress(instance, asked),
    port: asked.port ?? instance.facts?.sshPort ?? 22,
  }
}

function chooseAddress(
  { address4, address6, facts, instanceId }: ListedInstance,
  asked: { readonly address: string | undefined; readonly family: 4 | 6 | undefined },
): string {
  if (asked.address !== undefined) {
    if (isAddress(asked.address)) return asked.address
    throw usageFailure(
      `"${asked.address}" is not an IP address.`,
      'Write it like --address 10.0.0.7',
    )
  }
  // Those at which sshd answers: at the others of the host nobody opens.
  const reported = facts?.sshAddresses ?? [address4, address6].filter((one) => one !== undefined)
  const v4 = reported.filter((one) => !one.includes(':'))
  const v6 = reported.filter((one) => one.includes(':'))
  const candidates = asked.family === 6 ? v6 : asked.family === 4 ? v4 : [...v4, ...v6]
  const address = candidates.find(isAddress)
  if (address !== undefined) return address
  const kind = asked.family === undefined ? '' : `IPv${asked.family} `
  throw new Failure('instanceUnavailable', `${instanceId} has reported no ${kind}address.`, {
    todo: [
      'Name one with --address',
      `See what it reported: fleetkey instances show ${instanceId}`,
    ],
  })
}

/** Without a zone: `fe80::1%eth0` would bring a % to ssh. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%')
}
