import { CLOUDTRAIL } from './cloudtrail.ts'
import { GLOBAL_KEYS, isNamed } from './condition-keys.ts'
import { EC2 } from './ec2.ts'
import { EC2_INSTANCE_CONNECT } from './ec2-instance-connect.ts'
import { FLEETKEY } from './fleetkey.ts'
import { IAM } from './iam.ts'
import type { CatalogueAction, Service } from './service.ts'
import { STS } from './sts.ts'

/** Everything that a policy can allow here. */
export const SERVICES: readonly Service[] = [
  EC2_INSTANCE_CONNECT,
  EC2,
  STS,
  IAM,
  CLOUDTRAIL,
  FLEETKEY,
]

export const ACTIONS: readonly CatalogueAction[] = SERVICES.flatMap(({ actions }) => actions)

const byName = new Map(ACTIONS.map((action) => [action.name.toLowerCase(), action]))

/** Names of actions are case-insensitive. */
export function findAction(name: string): CatalogueAction | undefined {
  return byName.get(name.toLowerCase())
}

export function findService(prefix: string): Service | undefined {
  return SERVICES.find((service) => service.prefix === prefix.toLowerCase())
}

/** Can a request of this action hold this condition key? */
export function hasKey(action: CatalogueAction, key: string): boolean {
  const { keys, resources } = action
  return (
    GLOBAL_KEYS.some(({ name }) => isNamed(name, key)) ||
    [...keys, ...resources.flatMap((resource) => resource.keys)].some((name) => isNamed(name, key))
  )
}
