import { existsSync } from 'node:fs'
import { AWS_CLI } from './aws-cli.ts'
import { PYTHON } from './boto3.ts'

/** What a test of Debian's AWS CLI skips for, loudly. */
export function whyNoAwsCli(): string | undefined {
  return existsSync(AWS_CLI) ? undefined : `no ${AWS_CLI} (package awscli)`
}

/** What a test of Debian's boto3 skips for, loudly. */
export function whyNoBoto3(): string | undefined {
  const isThere = existsSync(PYTHON) && existsSync('/usr/lib/python3/dist-packages/boto3')
  return isThere ? undefined : 'no boto3 (package python3-boto3)'
}
