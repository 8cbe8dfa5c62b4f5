import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { MODE_TAG } from '@fleetkey/domain/security-group'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer, type Asked } from '../../api/use-answer.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { readChange, type ChangeAnswer, type ChangeTold } from './hosts-told.ts'
import type { ListedGroup } from './listed-group.ts'
import { MAX_ASKED, readObservedOf, type ObservedIngress } from './observed.ts'
import { ObservedTable } from './observed-table.tsx'

/** Before a group enforces: whom it would cut, of those who came. */
export function ModeDialog({
  group,
  onDone,
  onCancel,
}: {
  readonly group: ListedGroup
  readonly onDone: (change: ChangeTold) => void
  readonly onCancel: () => void
}) {
  const to = group.mode === 'enforce' ? 'observe' : 'enforce'
  const act = useAct(async () => {
    const answer = await call<ChangeAnswer>('ec2', 'CreateTags', {
      Resources: [group.groupId],
      Tags: [{ Key: MODE_TAG, Value: to }],
    })
    onDone(readChange(answer))
  })
  return (
    <Modal
      visible
      size={to === 'enforce' ? 'large' : 'medium'}
      header={to === 'enforce' ? `Enforce ${group.name}?` : `Let ${group.name} only observe?`}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" loading={act.isRunning} onClick={() => void act.run()}>
              {to === 'enforce' ? 'Enforce' : 'Only observe'}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal
          refusal={act.refusal}
          header="The mode was not changed"
          askFor="ec2:CreateTags and ec2:AuthorizeSecurityGroupIngress"
        />
        {to === 'observe' ? (
          <Box>
            Its hosts let in everybody again, unless another group of theirs enforces, and go on to
            report whom no rule lets in.
          </Box>
        ) : (
          <WouldBeCut group={group} />
        )}
      </SpaceBetween>
    </Modal>
  )
}

function WouldBeCut({ group }: { readonly group: ListedGroup }) {
  const { instanceIds, rules } = group
  const observed = useAnswer(`observed ${group.groupId}`, (signal) =>
    readObservedOf(instanceIds, signal),
  )
  const cut: Asked<readonly ObservedIngress[]> = {
    ...observed,
    value: observed.value?.filter(({ isLetInNow }) => !isLetInNow),
    reload: () => observed.reload(),
  }
  return (
    <SpaceBetween size="m">
      <Box>
        Its hosts then cut new connections to sshd that no rule lets in. What stands is never cut,
        and tunnels through agents go on to reach them.
      </Box>
      {rules.length === 0 && instanceIds.length > 0 && (
        <Alert type="warning" header="It has no rules: nobody is let in">
          Add rules first, or reach its instances by tunnels only.
        </Alert>
      )}
      {instanceIds.length > MAX_ASKED && (
        <Alert type="info">
          It has {instanceIds.length} instances; the first {MAX_ASKED} were asked who came.
        </Alert>
      )}
      <ObservedTable
        observed={cut}
        title="What would be cut"
        description="Of those who came so far, by the rules of now."
        whenEmpty="Nobody who came so far would be cut"
        withInstance
      />
    </SpaceBetween>
  )
}
