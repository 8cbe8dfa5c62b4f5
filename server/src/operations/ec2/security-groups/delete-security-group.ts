import { groupInUse } from '@fleetkey/domain/exceptions/security-groups'
import { ec2Operation } from '../ec2-operation.ts'
import {
  changeableGroup,
  groupNotFound,
  groupResource,
  readGroupReference,
  type GroupReference,
} from './known-group.ts'

interface Input {
  readonly group: GroupReference
}

/** Only one that no instance has. EC2 API reference, "DeleteSecurityGroup". */
export const deleteSecurityGroup = ec2Operation<Input>({
  name: 'DeleteSecurityGroup',
  action: 'ec2:DeleteSecurityGroup',
  access: 'write',
  parse: (v) => ({ group: readGroupReference(v) }),
  resources: async ({ group }, world) => [await groupResource(group, world)],
  trail: ({ group }) => ({ requestParameters: { ...group } }),
  async run({ group }, call) {
    const { groupId } = await changeableGroup(group, call)
    switch (await call.store.securityGroups.remove(groupId)) {
      case 'removed':
        return { Return: true, GroupId: groupId }
      case 'attached':
        throw groupInUse(groupId)
      case 'unknown':
        throw groupNotFound(group)
    }
  },
})
