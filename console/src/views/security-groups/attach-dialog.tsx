import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import Multiselect from '@cloudscape-design/components/multiselect'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useAct } from '../../api/use-act.ts'
import { labelOf, type ListedInstance } from '../instances/listed-instance.ts'
import type { ListedGroup } from './listed-group.ts'

/** Which instances are to have the group, beside those that have it. */
export function AttachDialog({
  group,
  offered,
  onAttach,
  onCancel,
}: {
  readonly group: ListedGroup
  readonly offered: readonly ListedInstance[]
  readonly onAttach: (instances: readonly ListedInstance[]) => Promise<void>
  readonly onCancel: () => void
}) {
  const [ids, setIds] = useState<readonly string[]>([])
  const chosen = offered.filter(({ instanceId }) => ids.includes(instanceId))
  const act = useAct(() => onAttach(chosen))
  const option = (instance: ListedInstance) => ({
    value: instance.instanceId,
    label: labelOf(instance),
    description: instance.groups.map(({ name }) => name).join(', '),
  })
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
        <FormField
          label="Instances"
          description={`Of the site ${group.site}, which do not have it. They keep the groups that they have.`}
        >
          <Multiselect
            options={offered.map(option)}
            selectedOptions={chosen.map(option)}
            placeholder="Choose instances"
            empty="Every instance of the site has it."
            filteringType="auto"
            virtualScroll
            tokenLimit={10}
            onChange={({ detail }) =>
              setIds(detail.selectedOptions.flatMap(({ value }) => value ?? []))
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
