import { spawnSync } from 'node:child_process'
import { plainEnvironment } from '../run-program.ts'

/** The first version with `ec2-instance-connect open-tunnel`. */
const SINCE = [2, 12] as const

/**
 * AWS CLI v2 on this machine: what FLEETKEY_AWS_CLI_V2 names, or an `aws` in PATH that is new enough. Debian's package is of version 1.
 * @throws when the one that was named is too old or does not run
 */
export function findAwsCliV2(): string | undefined {
  const named = process.env['FLEETKEY_AWS_CLI_V2']
  const program = named ?? 'aws'
  // An official one, which is one file, needs some seconds at its first start.
  const { stdout } = spawnSync(program, ['--version'], {
    encoding: 'utf8',
    env: plainEnvironment,
    timeout: 20_000,
  })
  if (isNewEnough(stdout ?? '')) return program
  if (named === undefined) return undefined
  throw new Error(`FLEETKEY_AWS_CLI_V2: ${named} is no AWS CLI of version 2.12 or later`)
}

/** What a test of AWS CLI v2 itself skips for, loudly. */
export function whyNoAwsCliV2(): string | undefined {
  return findAwsCliV2() === undefined
    ? 'no AWS CLI of version 2.12 or later (FLEETKEY_AWS_CLI_V2=/path/to/aws)'
    : undefined
}

function isNewEnough(version: string): boolean {
  const [, major = 0, minor = 0] = /^aws-cli\/(\d+)\.(\d+)\./.exec(version)?.map(Number) ?? []
  return major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1])
}
