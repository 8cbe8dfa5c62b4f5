import { existsSync, readdirSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { replaceFile } from '../deliveries/replace-file.ts'
import { DeliveryFailed } from '../delivery.ts'
import { refuseOtherMetadata } from '../metadata/address.ts'
import { findHostPackage, findMachineProblem, trustFileOf } from '../metadata/host-package.ts'
import { readKeptRoot } from '../metadata/kept-root.ts'
import { PATHS } from '../paths.ts'
import { loadEnrolment } from '../state.ts'
import { InstallRefused } from './install-report.ts'

/** Of an agent that the service has just started: its link and one question. */
const TOLD_WITHIN_MS = 10_000
const TRUST_DIRECTORY = '/etc/ssl/certs'

/** What must be so before the delivery `metadata` makes sense here. Throws InstallRefused; returns what still stands in the way. */
export async function checkHostPackage(): Promise<readonly string[]> {
  if (findHostPackage() === undefined) {
    throw new InstallRefused(
      `The delivery "metadata" is for hosts with Amazon's host package: install ec2-instance-connect first, or use the delivery "command".`,
    )
  }
  await refuseOtherMetadata().catch((failure: unknown) => {
    throw failure instanceof DeliveryFailed
      ? new InstallRefused(failure.message, { cause: failure })
      : failure
  })
  const instanceId = loadEnrolment(PATHS.state)?.instanceId
  const problem = instanceId === undefined ? undefined : findMachineProblem(instanceId)
  return problem === undefined ? [] : [`still in the way: ${problem}`]
}

/**
 * Has the package trust the root of the managed signer, where it wants to be told (Debian, Ubuntu): a person decides on that, not the
 * agent. Returns what happened.
 */
export async function trustManagedRoot(options: {
  readonly isAgentStarted: boolean
}): Promise<readonly string[]> {
  const trust = findHostPackage()?.trust
  if (trust?.kind !== 'directory') return []
  const tries = options.isAgentStarted ? TOLD_WITHIN_MS / 100 : 0
  for (let left = tries; left > 0 && readKeptRoot(PATHS) === undefined; left--) {
    // oxlint-disable-next-line no-await-in-loop -- that is the waiting
    await delay(100)
  }
  const root = readKeptRoot(PATHS)
  if (root === undefined) {
    return [
      'the host package cannot trust the signer yet: run "fleetkey agent install" again once the agent has been connected',
    ]
  }
  const file = trustFileOf(root, trust.path)
  forgetOtherRoots(file)
  replaceFile(file, root, { mode: 0o644, uid: 0, gid: 0 })
  return [`wrote ${file}: the host package trusts the signer of this deployment`]
}

/** Returns whether there was any. */
export function forgetManagedRoots(): boolean {
  return forgetOtherRoots('')
}

/** By their name, which no other root has. */
function forgetOtherRoots(kept: string): boolean {
  if (!existsSync(TRUST_DIRECTORY)) return false
  const ours = readdirSync(TRUST_DIRECTORY)
    .filter((name) => /^Fleetkey_managed_SSH_root_[0-9a-f]{8}\.pem$/.test(name))
    .map((name) => `${TRUST_DIRECTORY}/${name}`)
    .filter((file) => file !== kept)
  for (const file of ours) rmSync(file, { force: true })
  return ours.length > 0
}
