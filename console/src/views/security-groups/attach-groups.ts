import { call } from '../../api/call.ts'
import { readChange, type ChangeAnswer, type ChangeTold } from './hosts-told.ts'
import type { ListedGroup } from './listed-group.ts'

/** Gives an instance these groups, in place of those before; without any, the default one of its site. */
export async function attachGroups(
  instance: { readonly instanceId: string; readonly vpcId: string | undefined },
  { wanted, all }: { readonly wanted: readonly string[]; readonly all: readonly ListedGroup[] },
): Promise<ChangeTold> {
  const none = all.find(({ mode, vpcId }) => mode === undefined && vpcId === instance.vpcId)
  const Groups = wanted.length > 0 || none === undefined ? wanted : [none.groupId]
  return readChange(
    await call<ChangeAnswer>('ec2', 'ModifyInstanceAttribute', {
      InstanceId: instance.instanceId,
      Groups,
    }),
  )
}

/** Those that an instance there can be given: made ones of its site. */
export function attachable(groups: readonly ListedGroup[], site: string): readonly ListedGroup[] {
  return groups.filter((group) => group.site === site && group.mode !== undefined)
}
