import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Members } from '@fleetkey/wire/aws/validation'
import { ROLE, USER, requireEntity, type Naming } from '../iam/naming.ts'
import { entityResource } from '../iam/entity-resource.ts'
import type { World } from '../operation.ts'

/** Whose sessions: those of a role or of a user. */
export interface Holder {
  readonly naming: Naming
  readonly name: string
}

/** `RoleName` or `UserName`: one of the two. */
export function readHolder(v: Members): Holder {
  const given = [ROLE, USER].filter(
    ({ member }) => v.optionalString(member, { min: 1, max: 128 }) !== undefined,
  )
  const [naming, second] = given
  if (naming === undefined || second !== undefined) {
    throw validationFailure('Give RoleName or UserName: one of the two.')
  }
  return { naming, name: naming.read(v) }
}

export const holderResource = async ({ naming, name }: Holder, world: World) => [
  await entityResource(naming, name, world),
]

export const requireHolder = ({ naming, name }: Holder, world: World) =>
  requireEntity(naming, name, world)

export const shownHolder = ({ naming, name }: Holder) => ({ [naming.recordedAs]: name })
