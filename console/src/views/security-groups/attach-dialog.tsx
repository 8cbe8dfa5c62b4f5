import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import Multiselect from '@cloudscape-design/components/multiselect'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo, useState } from 'react'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { labelOf, type ListedInstance } from '../instances/listed-instance.ts'
import { readAllInstances } from '../instances/read-instances.ts'
import type { ListedGroup } from './listed-group.ts'

/** Which instances are to have the group, beside those that have it. */
export function AttachDialog({
  group,
  onAttach,
  onCancel,
}: {
  readonly group: ListedGroup
  readonly onAttach: (instances: readonly ListedInstance[]) => Promise<void>
  readonly onCancel: () => void
}) {
  const { groupId, vpcId } = group
  const ofSite = useAnswer(`instances of ${vpcId}`, (signal) =>
    readAllInstances({ query: { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }, signal }),
  )
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const offered = useMemo(
    () =>
      (ofSite.value ?? []).filter(({ groups }) => groups.every((each) => each.groupId !== groupId)),
    [ofSite.value, groupId],
  )
  const chosen = offered.filter(({ instanceId }) => ids.has(instanceId))
  const act = useAct(() => onAttach(chosen))
  const options = useMemo(() => offered.map(optionOf), [offered])
  return (
    <Modal
      visible
      header={`Attach ${group.name}`}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={chosen.length === 0}
              loading={act.isRunning}
              onClick={() => void act.run()}
            >
              Attach
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal
          refusal={ofSite.refusal}
          header="The instances are not shown"
          askFor="ec2:DescribeInstances"
          onRetry={() => ofSite.reload()}
        />
        <Refusal
          refusal={act.refusal}
          header="It was not attached"
          askFor="ec2:ModifyInstanceAttribute"
        />
        <FormField
          label="Instances"
          description={`Of the site ${group.site}, which do not have it. They keep the groups that they have.`}
        >
          <Multiselect
            options={options}
            selectedOptions={chosen.map(optionOf)}
            statusType={ofSite.isLoading ? 'loading' : 'finished'}
            loadingText="Reading the instances"
            placeholder="Choose instances"
            empty="Every instance of the site has it."
            filteringType="auto"
            virtualScroll
            tokenLimit={10}
            onChange={({ detail }) =>
              setIds(new Set(detail.selectedOptions.flatMap(({ value }) => value ?? [])))
            }
          />
        </FormField>
        {group.mode === 'enforce' && (
          <Alert type="warning">
            It enforces: these hosts cut new connections that no rule of their groups lets in, from
            the moment on. Let it observe first to see whom it would cut.
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  )
}

const optionOf = (instance: ListedInstance) => ({
  value: instance.instanceId,
  label: labelOf(instance),
  description: instance.groups.map(({ name }) => name).join(', '),
})
