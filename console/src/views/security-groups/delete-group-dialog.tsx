import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { TypedConfirmation } from '../../ui/typed-confirmation.tsx'
import type { ListedGroup } from './listed-group.ts'

export function DeleteGroupDialog({
  group,
  onDone,
  onCancel,
}: {
  readonly group: ListedGroup
  readonly onDone: () => void
  readonly onCancel: () => void
}) {
  const { groupId, name, rules, instanceIds } = group
  const act = useAct(async () => {
    await call('ec2', 'DeleteSecurityGroup', { GroupId: groupId })
    onDone()
  })
  return (
    <TypedConfirmation
      header={`Delete ${name}?`}
      word="delete"
      action="Delete"
      isRunning={act.isRunning}
      onConfirm={() => void act.run()}
      onCancel={onCancel}
      means={
        instanceIds.length > 0
          ? `${instanceIds.length} ${instanceIds.length === 1 ? 'instance has' : 'instances have'} it: detach it from them first, a group that is in use is not deleted.`
          : `It goes with its ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}. No instance has it, so nobody is cut or let in by that.`
      }
    >
      <Refusal
        refusal={act.refusal}
        header="The group was not deleted"
        askFor="ec2:DeleteSecurityGroup"
      />
    </TypedConfirmation>
  )
}
