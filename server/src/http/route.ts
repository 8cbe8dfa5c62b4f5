import type { AnyOperation, Service } from '../operations/operation.ts'
import { OPERATIONS } from '../operations/operations.ts'

/** How each service's operations are named in `X-Amz-Target`. */
export const TARGET_PREFIXES: Readonly<Record<Service, string>> = {
  'ec2-instance-connect': 'AWSEC2InstanceConnectService',
  ec2: 'AmazonEC2',
  sts: 'AWSSecurityTokenService',
  iam: 'AWSIdentityManagement',
  fleetkey: 'Fleetkey',
}

const byTarget = new Map(
  OPERATIONS.map((operation) => [
    `${TARGET_PREFIXES[operation.service]}.${operation.name}`,
    operation,
  ]),
)

export function findOperation(target: string): AnyOperation | undefined {
  return byTarget.get(target)
}
