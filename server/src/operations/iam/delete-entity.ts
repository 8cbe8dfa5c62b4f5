import { deleteConflict } from '@fleetkey/domain/exceptions/iam'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { Hold } from '../../store/identity-store.ts'
import type { Call } from '../operation.ts'
import type { Naming } from './naming.ts'
import { requireEntity } from './naming.ts'

/** In AWS's words what must go first. */
const CONFLICTS: Readonly<Record<Hold, string>> = {
  'access keys': 'Cannot delete entity, must delete access keys first.',
  'inline policies': 'Cannot delete entity, must delete policies first.',
  'attached policies': 'Cannot delete entity, must detach all policies first.',
  groups: 'Cannot delete entity, must remove users from group first.',
  users: 'Cannot delete entity, must remove users from group first.',
  password: 'Cannot delete entity, must delete login profile first.',
  'MFA devices': 'Cannot delete entity, must delete MFA device first.',
  user: 'MFA VirtualDevice in use. Must deactivate first.',
  'instance profiles': 'Cannot delete entity, must remove roles from instance profile first.',
  role: 'Cannot delete entity, must remove roles from instance profile first.',
  attachments: 'Cannot delete a policy attached to entities.',
  versions:
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  'uses as permissions boundary':
    'Cannot delete a policy attached to entities. It is a permissions boundary.',
}

/** `Force`, which is ours: deletes with all that hangs on it, at once. AWS's clients do not know it and get AWS's DeleteConflict. */
export const readForce = (v: Members): boolean => v.optionalBoolean('Force') ?? false

/** Throws NoSuchEntity or DeleteConflict. Once it has returned, nothing is allowed by it. */
export async function deleteEntity(
  naming: Naming,
  { named, force }: { readonly named: string; readonly force: boolean },
  call: Call,
): Promise<void> {
  const { id } = await requireEntity(naming, named, call)
  const result = await call.store.identities.entities.delete(id, { force })
  switch (result.kind) {
    case 'deleted':
      return
    case 'missing':
      throw naming.missing(named)
    case 'conflict':
      throw deleteConflict(CONFLICTS[result.holds])
  }
}
