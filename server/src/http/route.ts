import { QUERY_APIS, type QueryService } from '@fleetkey/wire/aws/query-apis'
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

const byAction = new Map(
  OPERATIONS.flatMap((operation) => {
    const { service } = operation
    if (service !== 'iam' && service !== 'sts') return []
    return [[`${QUERY_APIS[service].version} ${operation.name}`, { operation, service }]]
  }),
)

export function findQueryOperation(
  action: string,
  version: string | undefined,
): { readonly operation: AnyOperation; readonly service: QueryService } | undefined {
  return byAction.get(`${version} ${action}`)
}
