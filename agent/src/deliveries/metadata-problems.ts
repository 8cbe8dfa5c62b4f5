import { existsSync, readFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { hasMetadataAddress, METADATA_ADDRESS } from '../metadata/address.ts'
import {
  findHostPackage,
  findMachineProblem,
  isAskedBySshd,
  trustFileOf,
  type HostPackage,
} from '../metadata/host-package.ts'
import type { KnownSigners } from '../metadata/known-signers.ts'
import type { SshdConfig } from '../sshd.ts'
import { findSshdProblems } from './sshd-problems.ts'

/** The zone that the host package takes a region's name from; it takes no others. */
const ZONE = /^([a-z]+-){2,3}[0-9][a-z]$/

/** What would stop a login through Amazon's host package, in words that say the mend. */
export async function findMetadataProblems(host: {
  readonly instanceId: string
  readonly signers: Pick<KnownSigners, 'told' | 'root'>
}): Promise<readonly string[]> {
  const { instanceId, signers } = host
  const found = findHostPackage()
  if (found === undefined) {
    return [
      `Amazon's host package is not installed: install ec2-instance-connect, or use the delivery "command".`,
    ]
  }
  return [
    ...(await findSshdProblems((config) => findCommandProblems(found, config))),
    ...defined(findMachineProblem(instanceId)),
    ...(hasMetadataAddress() ? [] : [`${METADATA_ADDRESS} is gone: restart the agent.`]),
    ...findSignerProblems(found, signers, Date.now()),
  ]
}

function findCommandProblems(found: HostPackage, config: SshdConfig): readonly string[] {
  return isAskedBySshd(found, config)
    ? []
    : [
        `sshd does not ask Amazon's host package for keys: install ec2-instance-connect again, or set AuthorizedKeysCommand ${found.command} %u %f and AuthorizedKeysCommandUser ec2-instance-connect.`,
      ]
}

export function findSignerProblems(
  { trust }: HostPackage,
  { told, root }: Pick<KnownSigners, 'told' | 'root'>,
  wallNow: number,
): readonly string[] {
  if (told === undefined || root === undefined) {
    return ['The server has not told yet who signs keys: see the link of this agent.']
  }
  return [
    ...(ZONE.test(told.availabilityZone)
      ? []
      : [
          `The host package knows no region like ${told.region}: name the server's region like on-prem-1, or use the delivery "command".`,
        ]),
    ...defined(findClockProblem(told.chains[0] ?? '', wallNow)),
    ...(trust.kind === 'directory' ? defined(findTrustProblem(root, trust.path)) : []),
  ]
}

function findTrustProblem(root: string, directory: string): string | undefined {
  const file = trustFileOf(root, directory)
  const trusted = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return trusted.trim() === root.trim()
    ? undefined
    : `The host package does not trust the signer of this deployment: run "fleetkey agent install", which writes ${file}.`
}

/** The certificate is renewed long before it ends. */
function findClockProblem(certificate: string, wallNow: number): string | undefined {
  const { validFromDate, validToDate } = new X509Certificate(certificate)
  return validFromDate.getTime() <= wallNow && wallNow < validToDate.getTime()
    ? undefined
    : `By the clock of this host, ${new Date(wallNow).toISOString()}, the signer's certificate does not hold: set the clock.`
}

const defined = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text])
