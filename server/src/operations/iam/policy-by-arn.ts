import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { EntityRow, PolicyRow } from '../../store/identity-store.ts'
import type { World } from '../operation.ts'
import { entityArn } from './entity-arn.ts'

/** A managed policy's ARN: of AWS or of an account, with a path. */
const POLICY_ARN = /^arn:[a-z-]+:iam::(aws|\d{12}):policy\/([!-~]+\/)?([A-Za-z0-9_+=,.@-]+)$/

const LENGTH = { min: 20, max: 2048 }

/** Throws ValidationException for what is no ARN of a managed policy, as AWS says it. */
export function readPolicyArn(v: Members, member = 'PolicyArn'): string {
  return refuseOther(v.requiredString(member, LENGTH))
}

export function readOptionalPolicyArn(v: Members, member: string): string | undefined {
  const arn = v.optionalString(member, LENGTH)
  return arn === undefined ? undefined : refuseOther(arn)
}

/** AWS's or the account's own. Undefined when there is none with just this ARN: with another path it is another policy. */
export async function findPolicy(
  arn: string,
  { store, realm }: Pick<World, 'store' | 'realm'>,
): Promise<PolicyRow | undefined> {
  const [, account, , name] = POLICY_ARN.exec(arn) ?? []
  if (name === undefined) return undefined
  const row = await store.identities.policies.find(name, account === 'aws')
  return row !== undefined && entityArn(row, realm) === arn ? row : undefined
}

/** Before every change. Throws AccessDenied, as AWS does for a policy of its own. */
export function demandOwnPolicy(row: EntityRow | PolicyRow): void {
  if (!('ownedByAws' in row) || !row.ownedByAws) return
  throw accessDenied(
    'Policy is outside your own account.',
    'It comes with Fleetkey under the name that AWS gave it, and stays as it is. Make a policy of your own from its document.',
  )
}

function refuseOther(arn: string): string {
  // Too short or long is said by the validation, when all is read.
  if (arn.length < LENGTH.min || arn.length > LENGTH.max || POLICY_ARN.test(arn)) return arn
  throw validationFailure(`ARN ${shown(arn)} is not valid.`)
}

const shown = (text: string): string => text.slice(0, 128).replace(/[^!-~]/g, '?')
