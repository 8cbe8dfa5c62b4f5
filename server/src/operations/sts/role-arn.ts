import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { RoleRow } from '../../store/identity-store.ts'
import { entityArn } from '../iam/entity-arn.ts'
import type { Resource, World } from '../operation.ts'

/** A role to be assumed, with its trust policy, as authorize.ts decides on it. */
export interface RoleResource extends Resource {
  /** Undefined where there is none: then nobody is trusted. */
  readonly role: RoleRow | undefined
}

const ROLE_ARN = /^arn:[a-z-]+:iam::\d{12}:role\/(?:[!-~]+\/)?([A-Za-z0-9_+=,.@-]+)$/

/** Trusts a unique id that no role ever gets, and so nobody: what there is not is refused like what does not trust the caller. */
const NOBODYS_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: 'AROA0' }, Action: 'sts:*' },
})

export function readRoleArn(v: Members): string {
  const arn = v.requiredString('RoleArn', { min: 20, max: 2048 })
  // Too short or long is said by the validation, when all is read.
  if (arn.length < 20 || arn.length > 2048 || ROLE_ARN.test(arn)) return arn
  throw validationFailure(`${arn.slice(0, 128).replace(/[^!-~]/g, '?')} is invalid`)
}

/** By its whole ARN with the path, in the exact spelling of what is stored. */
export async function roleResource(
  arn: string,
  { store, realm }: Pick<World, 'store' | 'realm'>,
): Promise<RoleResource> {
  const { entities, roles } = store.identities
  const found = await entities.find('role', ROLE_ARN.exec(arn)?.[1] ?? '')
  const role = found && entityArn(found, realm) === arn ? await roles.get(found.id) : undefined
  if (role === undefined) return { arn, trustPolicy: NOBODYS_TRUST, role }
  return roleAsResource(role, { realm })
}

export function roleAsResource(
  role: RoleRow,
  { realm }: Pick<World, 'realm'>,
): RoleResource & { readonly role: RoleRow } {
  return { arn: entityArn(role, realm), tags: role.tags, trustPolicy: role.trustPolicy, role }
}
