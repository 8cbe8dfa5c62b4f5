import { boundaryNotAttachable, noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import type { EntityRow } from '../../store/identity-store.ts'
import { operation, type AnyOperation, type World } from '../operation.ts'
import { boundaryArn, boundedResource, entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverAt } from './hand-over.ts'
import { requireEntity, ROLE, USER, type Naming } from './naming.ts'
import { findPolicy, readPolicyArn } from './policy-by-arn.ts'
import { withBoundary } from './rights-edit.ts'
import { textOfPolicy } from './rights-of.ts'

interface Input {
  readonly named: string
}

export const [putUserPermissionsBoundary, deleteUserPermissionsBoundary] = boundaryOperations(USER)
export const [putRolePermissionsBoundary, deleteRolePermissionsBoundary] = boundaryOperations(ROLE)

/** IAM API reference, "PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary" and the same for roles. */
function boundaryOperations(naming: Naming): readonly [AnyOperation, AnyOperation] {
  const { noun, recordedAs } = naming
  const put = operation<Input & { boundary: string }>({
    name: `Put${noun}PermissionsBoundary`,
    service: 'iam',
    action: `iam:Put${noun}PermissionsBoundary`,
    access: 'write',
    parse: fromMembers((v) => ({
      named: naming.read(v),
      boundary: readPolicyArn(v, 'PermissionsBoundary'),
    })),
    resources: async ({ named }, asker) => [await entityResource(naming, named, asker)],
    context: ({ boundary }) => ({ 'iam:PermissionsBoundary': boundary }),
    handsOver: ({ named, boundary }, asker) =>
      handOverAt(naming, named, {
        asker,
        async edit({ id }) {
          const policy = await findPolicy(boundary, asker)
          const text = policy && (await textOfPolicy(policy.id, asker))
          return text && withBoundary(id, text)
        },
      }),
    trail: ({ named, boundary }) => ({
      requestParameters: { [recordedAs]: named, permissionsBoundary: boundary },
    }),
    async run({ named, boundary }, call) {
      const { id } = await requireEntity(naming, named, call)
      const policyId = await requireBoundary(boundary, call)
      await call.store.identities.entities.setBoundary(id, policyId)
      return {}
    },
  })
  const remove = operation<Input>({
    name: `Delete${noun}PermissionsBoundary`,
    service: 'iam',
    action: `iam:Delete${noun}PermissionsBoundary`,
    access: 'write',
    parse: fromMembers((v) => ({ named: naming.read(v) })),
    resources: async ({ named }, asker) => [await boundedResource(naming, named, asker)],
    handsOver: ({ named }, asker) =>
      handOverAt(naming, named, { asker, edit: ({ id }) => withBoundary(id, undefined) }),
    trail: ({ named }) => ({ requestParameters: { [recordedAs]: named } }),
    async run({ named }, call) {
      const { id, boundaryId } = await requireEntity(naming, named, call)
      if (boundaryId === undefined) throw noSuchEntity(`permissions boundary of ${named}`)
      await call.store.identities.entities.setBoundary(id, undefined)
      return {}
    },
  })
  return [put, remove]
}

/** The id of the policy that is to be a boundary. Throws NoSuchEntity. */
export async function requireBoundary(
  arn: string,
  world: Pick<World, 'store' | 'realm'>,
): Promise<string> {
  const policy = await findPolicy(arn, world)
  if (policy === undefined) throw boundaryNotAttachable(arn)
  return policy.id
}

/** `PermissionsBoundary` of a user or role in an answer. Absent when it has none. */
export async function shownBoundary(row: EntityRow, world: Pick<World, 'store' | 'realm'>) {
  const arn = await boundaryArn(row, world)
  if (arn === undefined) return {}
  return {
    // AWS answers `Policy`, whatever its model lists.
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn },
  }
}
