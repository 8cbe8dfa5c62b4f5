import { QUERY_APIS, type QueryService } from '@fleetkey/wire/aws/query-apis'
import type { AnyOperation, Service } from '../operations/operation.ts'
import { OPERATIONS } from '../operations/operations.ts'

/** How each service's operations are named in `X-Amz-Target`. */
export const TARGET_PREFIXES: Readonly<Record<Service, string>> = {
  'ec2-instance-connect': 'AWSEC2InstanceConnectService',
  ec2: 'AmazonEC2',
  sts: 'AWSSecurityTokenService',
  iam: 'AWSIdentityManagement',
  cloudtrail: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
  fleetkey: 'Fleetkey',
}

/** What some clients call it instead: the SDKs that are made of AWS's newer models have no package in front. */
const OTHER_PREFIXES: Partial<Readonly<Record<Service, string>>> = {
  cloudtrail: 'CloudTrail_20131101',
}

const byTarget = new Map<string, AnyOperation>(
  OPERATIONS.filter(({ byOwnDoor }) => !byOwnDoor).flatMap((operation) => {
    const { service, name } = operation
    const prefixes = [TARGET_PREFIXES[service], OTHER_PREFIXES[service] ?? []].flat()
    return prefixes.map((prefix) => [`${prefix}.${name}`, operation] as const)
  }),
)

export function findOperation(target: string): AnyOperation | undefined {
  return byTarget.get(target)
}

const byAction = new Map(
  OPERATIONS.flatMap((operation) => {
    const { service, name } = operation
    return isQueryService(service) ? [[`${QUERY_APIS[service].version} ${name}`, operation]] : []
  }),
)

/** What a form asks for: versions differ between services, so that the name says which operation it is. */
export function findQueryOperation(
  action: string,
  version: string | undefined,
): AnyOperation | undefined {
  return byAction.get(`${version} ${action}`)
}

function isQueryService(service: Service): service is QueryService {
  return service in QUERY_APIS
}
