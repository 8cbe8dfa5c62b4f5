import { instanceProfileInUse } from '@fleetkey/domain/exceptions/iam'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { operation, type Asker } from '../operation.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { PROFILE, requireEntity, ROLE } from './naming.ts'

interface Input {
  readonly profile: string
  readonly role: string
}

/**
 * One role at most. Asks for `iam:PassRole` on the role too: whoever holds the profile elsewhere would hand it to EC2. IAM API reference,
 * "AddRoleToInstanceProfile".
 */
export const addRoleToInstanceProfile = operation<Input>({
  name: 'AddRoleToInstanceProfile',
  service: 'iam',
  action: 'iam:AddRoleToInstanceProfile',
  access: 'write',
  parse,
  resources: async ({ profile, role }, asker) => [
    await entityResource(PROFILE, profile, asker),
    {
      ...(await entityResource(ROLE, role, asker)),
      actions: ['iam:PassRole'],
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
  ],
  trail,
  async run({ profile, role }, call) {
    const { id: profileId } = await requireEntity(PROFILE, profile, call)
    const { id: roleId } = await requireEntity(ROLE, role, call)
    if (!(await call.store.identities.profiles.addRole(profileId, roleId))) {
      throw instanceProfileInUse()
    }
    return {}
  },
})

/** IAM API reference, "RemoveRoleFromInstanceProfile". */
export const removeRoleFromInstanceProfile = operation<Input>({
  name: 'RemoveRoleFromInstanceProfile',
  service: 'iam',
  action: 'iam:RemoveRoleFromInstanceProfile',
  access: 'write',
  parse,
  resources: async ({ profile }: Input, asker: Asker) => [
    await entityResource(PROFILE, profile, asker),
  ],
  trail,
  async run({ profile, role }, call) {
    const { id: profileId } = await requireEntity(PROFILE, profile, call)
    const { id: roleId } = await requireEntity(ROLE, role, call)
    if (!(await call.store.identities.profiles.removeRole(profileId, roleId))) {
      throw ROLE.missing(role)
    }
    return {}
  },
})

function parse(fields: Fields): Input {
  return fromMembers((v) => ({ profile: PROFILE.read(v), role: ROLE.read(v) }))(fields)
}

function trail({ profile, role }: Input) {
  return { requestParameters: { instanceProfileName: profile, roleName: role } }
}
